"""Anybody can report a problem and follow it by a link; nobody learns anything about somebody else by doing so."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import TimestampSigner
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from liuke.customers.models import Customer
from liuke.customers.services.identities import holder_of
from liuke.desk.models import Attachment, Message, Ticket, TicketProduct
from liuke.desk.rules import State
from liuke.desk.services import shape
from liuke.desk.tests.rows import NOW, agent, answer, customer
from liuke.kit.errors import NotYours
from liuke.mall.tests.builders import line
from liuke.timeline.testing import settle
from liuke.webform import public, queries, services
from liuke.webform.models import Report
from liuke.webform.rules import PROGRESS, WORDS
from liuke.webform.tests.builders import ADDRESS, opened, photo, send, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outside(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for limit in (public.writes, public.reads):
        limit.limit.forget()


def page(client, report, level):
    return client.get(f"{ADDRESS}{queries.token(report.pk, level)}/")


def test_a_report_becomes_a_ticket_and_its_two_links_show_what_each_may(client):
    report = sent(client, kind="repair", files=[photo(), SimpleUploadedFile("b.txt", "批号 7".encode())])
    ticket = Ticket.objects.get()

    assert (ticket.conversation.channel, ticket.kind, ticket.kind_by) == ("form", "repair", "customer")
    assert sorted(Attachment.objects.values_list("kind", flat=True)) == ["picture", "txt"]
    answer(ticket, agent(name="小美"), "明天换新的", at=timezone.now())
    screen, address = page(client, report, PROGRESS), page(client, report, WORDS)
    assert ticket.number in screen.content.decode()
    assert "明天换新的" not in screen.content.decode()
    assert "杯子漏水" not in screen.content.decode()
    assert "138****8000" in screen.content.decode()
    assert "明天换新的" in address.content.decode()
    picture = Attachment.objects.get(kind="picture")
    assert client.get(f"{ADDRESS}{queries.token(report.pk, WORDS)}/pictures/{picture.pk}/").status_code == 200
    assert client.get(f"{ADDRESS}{queries.token(report.pk, PROGRESS)}/pictures/{picture.pk}/").status_code == 404


def test_no_script_may_run_and_nothing_is_kept_on_the_way(client):
    for answered in (client.get(ADDRESS), page(client, sent(client), PROGRESS)):
        assert "script-src 'none';" in answered["Content-Security-Policy"] + ";"
        assert "connect-src 'none';" in answered["Content-Security-Policy"] + ";"
        assert "no-store" in answered["Cache-Control"]
        assert b"<script" not in answered.content


def test_the_same_form_again_is_one_report_and_an_answer_says_nothing_about_customers(client):
    with_account = customer()
    known = holder_of(kind="phone", value="13900139000", name="", source="form", now=NOW)

    first, again = (send(client, key="once", contact="139 0013 9000") for _ in range(2))
    stranger = send(client, key="two", contact="13700137000")

    assert Report.objects.count() == Ticket.objects.count() == 2
    assert Ticket.objects.filter(customer_id=known).count() == 1
    assert Customer.objects.count() == 3
    assert with_account.tickets.count() == 0
    lengths = [len(client.get(each["Location"]).content) for each in (first, again, stranger)]
    assert lengths[0] == lengths[1] == lengths[2]


@pytest.mark.parametrize("changed", [{"text": "换了话"}, {"contact": "13700137000"}], ids=["words", "contact"])
def test_the_same_form_with_something_else_in_it_is_not_lost_but_asked_once_more(client, changed):
    sent(client)

    answer = send(client, **changed)

    assert answer.status_code == 409
    assert "请再点一次提交" in answer.content.decode()
    assert (Report.objects.count(), Customer.objects.count()) == (1, 1)
    assert client.post(ADDRESS, {"name": "", "contact": "13800138000", "text": "杯子漏水", **changed,
                                 "opened": opened("form-key-2")}).status_code == 302


def test_an_order_of_somebody_else_is_not_told_from_none_at_all(client):
    order = line().order
    order.number = "a-number-of-theirs"
    order.save(update_fields=["number"])
    mine = holder_of(kind="phone", value="13800138000", name="", source="form", now=NOW)

    theirs = sent(client, key="a", order_number=order.number)
    none = sent(client, key="b", order_number="no-such-order")
    order.customer_id = mine
    order.save(update_fields=["customer_id"])
    own = sent(client, key="c", order_number=order.number)

    assert [row.order_id for row in (theirs, none, own)] == [None, None, order.pk]
    named = TicketProduct.objects.get()                               # an order of one kind of goods says which
    assert (named.ticket, named.product_id, named.said_by) == (
        queries.newest_ticket(own), order.lines.get().item.product_id, "form")
    pages = [page(client, row, WORDS).content.decode() for row in (theirs, none, own)]
    assert not any(order.number in each for each in pages)
    client.force_login(agent())
    side = client.get(reverse("console:ticket_side", args=[queries.newest_ticket(theirs).number])).content.decode()
    assert "不是这位客户的订单" in side
    side = client.get(reverse("console:ticket_side", args=[queries.newest_ticket(own).number])).content.decode()
    assert f"/orders/{order.number}" in side


def test_a_forged_link_an_old_one_and_one_to_spam_lead_nowhere(client, settings):
    report = sent(client)
    good = queries.token(report.pk, PROGRESS)
    other = TimestampSigner(sep=".", salt="liuke.webform.form").sign(f"{report.pk}w")
    raised = good.replace(f"{report.pk}p", f"{report.pk}w", 1)

    for forged in (raised, other, good[:-1], f"{report.pk}w", "x"):
        assert client.get(f"{ADDRESS}{forged}/").status_code == 404
    Ticket.objects.update(state=State.SPAM)
    assert client.get(f"{ADDRESS}{good}/").status_code == 404
    with pytest.raises(NotYours):
        queries.opened(raised)


@pytest.mark.parametrize("typed", [
    {"contact": "12"}, {"contact": "a@b"}, {"text": " "}, {"text": "x" * 3_001}, {"kind": "mention"},
    {"homepage": "http://x"}, {"ago": 0}, {"ago": 90_000}, {"opened": "forged"}, {"contact": "1380013\x008000"},
], ids=["phone", "mail", "silent", "long", "kind", "trap", "fast", "old", "forged", "nul"])
def test_what_is_not_right_comes_back_with_what_was_typed_and_opens_nothing(client, typed):
    answered = send(client, order_number="A-77", **typed)

    assert answered.status_code == 422
    assert "A-77" in answered.content.decode()
    assert Report.objects.count() == Ticket.objects.count() == 0


def test_a_program_called_a_picture_is_refused_and_nothing_of_the_form_is_kept(client, tmp_path):
    program = SimpleUploadedFile("nice.png", b"MZ\x90\x00" + b"\x00" * 50, content_type="image/png")
    broken = SimpleUploadedFile("b.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, content_type="image/png")

    for wrong in ([photo(), program], [photo(), broken], [photo() for _ in range(5)]):
        assert send(client, files=wrong).status_code == 422
    assert Ticket.objects.count() == 0
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_one_contact_and_one_address_are_let_in_so_often_and_no_more(client, monkeypatch):
    for number in range(3):
        sent(client, key=f"k{number}")

    fourth = send(client, key="k4")
    other = send(client, key="k5", contact="a@mail.example")
    public.writes.limit.forget()
    codes = [client.post(ADDRESS, {}).status_code for _ in range(60)]

    monkeypatch.setattr(public.reads.limit, "free", 5)
    monkeypatch.setattr(public.reads.limit, "most", 20)
    gone = f"{ADDRESS}made-up/"
    looked = [client.get(gone) for _ in range(60)]

    assert (fourth.status_code, other.status_code) == (429, 302)
    assert (looked[0].status_code, looked[-1].status_code) == (404, 429)
    assert int(looked[-1]["Retry-After"]) >= 1
    assert codes[0] == 422
    assert codes[-1] == 429
    assert Ticket.objects.count() == 4


def test_one_network_reports_so_often_an_hour_whatever_numbers_it_names(client, monkeypatch):
    monkeypatch.setattr(services, "REPORTS_OF_ADDRESS", 2)
    codes = [send(client, key=f"k{number}", contact=f"1380013800{number}").status_code for number in range(3)]
    elsewhere = send(Client(REMOTE_ADDR="203.0.113.9"), key="k4", contact="13800138009")

    assert codes == [302, 302, 429]
    assert elsewhere.status_code == 302


def test_merged_into_a_matter_of_whom_it_may_not_be_the_screen_shows_and_says_nothing_of_it(client):
    """Anybody may type somebody else's number; an agent then merges the report with what that person has open."""
    report = sent(client)
    own = Ticket.objects.get()
    real = sent(client, key="form-key-2", text="真的那个").conversation.tickets.get()
    with transaction.atomic():
        shape.merge(ticket_id=own.pk, into_id=real.pk, staff_id=agent().pk, now=timezone.now())
    there, screen = (f"{ADDRESS}{queries.token(report.pk, level)}/" for level in (WORDS, PROGRESS))

    assert real.number not in client.get(screen).content.decode()
    assert "这个问题已并入另一个" in client.get(screen).content.decode()
    assert client.post(screen, {"text": "我是他"}).status_code == 409
    assert Message.objects.filter(author="customer").count() == 2
    assert real.number in client.get(there).content.decode()
    answer(real, agent(), "已寄出", at=timezone.now(), state=State.SOLVED)
    settle()
    client.post(there, {"score": "4"})
    assert real.ratings.get(suppressed="").score == 4


def test_the_sender_says_more_and_rates_by_the_link_from_the_address_only(client, monkeypatch):
    report = sent(client)
    ticket = Ticket.objects.get()
    there, screen = (f"{ADDRESS}{queries.token(report.pk, level)}/" for level in (WORDS, PROGRESS))

    for _again in range(2):
        client.post(screen, {"text": "是蓝色的那款", "key": "more"})
    assert client.post(screen, {"text": "  "}).status_code == 422
    answer(ticket, agent(), "已寄出", at=timezone.now(), state=State.SOLVED)
    settle()
    client.post(screen, {"score": "1"})
    assert client.get(there).content.decode().count("name=\"score\"") == 1
    client.post(there, {"score": "5", "reason": ["fast"]})

    monkeypatch.setattr(services, "WORDS_AN_HOUR", 2)
    too_often = client.post(there, {"text": "还有一句", "key": "third"})
    said = Message.objects.filter(author="customer").order_by("pk")
    assert (said.count(), too_often.status_code) == (2, 429)
    assert "还有一句" in too_often.content.decode()
    assert {each.ticket_id for each in said} == {ticket.pk}
    assert ticket.ratings.get(suppressed="").score == 5


def test_opened_forms_are_signed_for_one_use_of_their_own(client):
    assert opened() != client.get(ADDRESS).context["opened"]
