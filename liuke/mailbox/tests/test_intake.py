"""A mail comes to the conversation it belongs to, a new one, or the parked; never to somebody else's, never lost."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from liuke.customers.models import Customer, Identity
from liuke.desk.models import Delivery, Message, Notice, Ticket
from liuke.desk.services import talk
from liuke.desk.tests.rows import agent, answer, customer
from liuke.kit import crypto, pictures
from liuke.kit.files import FileKind, StoredFile
from liuke.kit.pictures import Stored
from liuke.mailbox import rules
from liuke.mailbox.models import Mail
from liuke.mailbox.queries import tokens
from liuke.mailbox.services import settling
from liuke.mailbox.services.settling import AlreadySettled
from liuke.mailbox.tests.builders import NOW, after, arrive, raw
from liuke.mailbox.tests.test_letters import BOUNCED

pytestmark = pytest.mark.django_db
DOMAIN = "brand.example"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"                # of a token


def said(mail):
    return crypto.decrypt(mail.said.text_enc)


def tickets():
    return list(Ticket.objects.order_by("pk").values_list("customer_id", "state"))


def our_id(mail, number=7):
    return tokens.message_id(mail.said.conversation_id, number, DOMAIN)


def test_a_stranger_becomes_a_customer_with_a_ticket_and_is_told_once_that_it_arrived():
    mail = arrive(sender="王小满 <wang@mail.example>", subject="快递没到", text="三天了")

    who = Customer.objects.get()
    assert crypto.decrypt(who.name_enc) == "王小满"
    assert Identity.objects.get().hint == "w***@mail.example"
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.kind, ticket.conversation.channel) == (who, "logistics", "email")
    assert said(mail) == "快递没到\n三天了"
    told = Message.objects.get(author="bot")
    assert ticket.number in crypto.decrypt(told.text_enc)
    assert Delivery.objects.get(message=told).state == "waiting"
    assert ticket.waiting_since_at == NOW                             # an automatic word answers nothing


def test_whoever_is_known_by_their_address_stays_who_they_are():
    who = customer(email="wang@mail.example")

    assert arrive(sender="WANG@mail.example").said.ticket.customer == who


def test_the_same_mail_again_only_counts_and_the_same_id_with_other_words_is_parked():
    data = raw("在吗", message_id="same@x")
    first = arrive(data)

    again = arrive(data, at=after(3))
    other = arrive(raw("别的话", message_id="same@x"))

    assert (again.pk, again.copies, Message.objects.filter(author="customer").count()) == (first.pk, 2, 1)
    assert (other.parked, other.said) == (rules.SAME_ID, None)


@pytest.mark.parametrize("way", ["in-reply-to", "references", "address"])
def test_an_answer_finds_its_conversation_by_our_token(way):
    first = arrive(subject="杯子漏水", text="新买的")
    word = tokens.token(first.said.conversation_id)
    fields = {"in-reply-to": {"answers": our_id(first)}, "references": {"references": f"<{our_id(first)}> <other@x>"},
              "address": {"to": f"Brand <service+lk{word.upper()}@{DOMAIN}>"}}[way]

    reply = arrive(raw("还是漏\n\n于2026年6月8日周一 10:00写道：\n> 您好", subject="完全不同", **fields), at=after(9))

    assert reply.said.ticket == first.said.ticket
    assert said(reply) == "还是漏"
    assert "您好" in crypto.decrypt(reply.text_enc)                     # all of it is kept


def test_an_answer_that_only_names_the_customers_own_earlier_mail_finds_it_too():
    first = arrive(message_id="mine@x")

    assert arrive(answers="mine@x", at=after(5)).said.ticket == first.said.ticket


@pytest.mark.parametrize("at", [0, 20, 28], ids=["conversation", "signature", "last_bit"])
def test_a_forged_token_opens_a_matter_of_its_own_with_a_hint(at):
    first = arrive()
    word = tokens.token(first.said.conversation_id)
    forged = word[:at] + LETTERS[(LETTERS.index(word[at]) + 1) % 32] + word[at + 1:]

    mail = arrive(sender="w@mail.example", answers=f"lk{forged}.1@{DOMAIN}")

    assert (mail.hint, mail.hinted) == (rules.FORGED, None)
    assert mail.said.ticket != first.said.ticket


def test_a_true_token_in_the_hands_of_somebody_else_shows_them_nothing_and_staff_see_whose_it_is():
    first = arrive()

    mail = arrive(sender="eve@evil.example", answers=our_id(first))

    assert (mail.hint, mail.hinted) == (rules.NOT_A_PARTICIPANT, first.said.ticket)
    assert mail.said.ticket.customer != first.said.ticket.customer
    assert mail.said.conversation != first.said.conversation


def test_those_who_answer_one_newsletter_are_never_merged():
    mails = [arrive(sender=f"c{number}@mail.example", subject="Re: 六月新品", answers="newsletter-june@brand.example")
             for number in range(4)]

    assert len({mail.said.conversation_id for mail in mails}) == len(set(tickets())) == 4
    assert {mail.hint for mail in mails} == {""}


@pytest.mark.parametrize(("fields", "reason"), [
    ({"sender": "postmaster@mx.example"}, rules.BOUNCE), ({"Auto_Submitted": "auto-replied"}, rules.AUTO),
    ({"List_Id": "<news.x.example>"}, rules.LIST), ({"sender": "service@brand.example"}, rules.LOOP),
    ({"sender": ""}, rules.NO_SENDER), ({"sender": "root@localhost"}, rules.BAD_SENDER),
    ({"text": "", "subject": ""}, rules.EMPTY),
], ids=lambda each: each if isinstance(each, str) else "")
def test_what_no_person_wrote_or_nobody_can_answer_is_parked_without_a_word_back(fields, reason):
    mail = arrive(**fields)

    assert (mail.parked, mail.said, Ticket.objects.count(), Message.objects.count()) == (reason, None, 0, 0)


def test_our_own_mail_that_comes_back_is_a_loop():
    first = arrive()

    assert arrive(message_id=our_id(first), sender="other@mail.example").parked == rules.LOOP


def test_a_program_that_answers_without_marks_gets_three_words_and_is_parked_at_last():
    mails = [arrive(subject=f"Re {number}", at=after(number / 10)) for number in range(rules.MAILS_AN_HOUR + 2)]

    assert sum(mail.acknowledged_at is not None for mail in mails) == rules.ACKS_AN_HOUR
    assert [mail.parked for mail in mails[-2:]] == [rules.FLOOD, rules.FLOOD]
    assert arrive(subject="Re later", at=after(90)).parked == ""
    flooded = arrive(subject="Re once more", at=after(rules.MAILS_AN_HOUR / 10),
                     files=[StoredFile("files/ee/5.bin", FileKind.PDF, "账单.pdf", 17)])
    for days, left in ((13, 1), (15, 0), (15, 0)):
        with transaction.atomic():
            settling.forget_old(now=after(0) + timedelta(days=days))
        assert flooded.files.count() == left
    flooded.refresh_from_db()
    assert (flooded.parked, crypto.decrypt(flooded.left_out_enc)) == (rules.FLOOD, "账单.pdf swept")
    assert crypto.decrypt(flooded.text_enc) == "包裹还没到"


def test_a_bounce_marks_the_answer_and_tells_who_gave_it():
    first, mei = arrive(), agent()
    reply = answer(first.said.ticket, mei, at=after(2))
    about = our_id(first, reply.pk).encode()

    mail = arrive(BOUNCED.replace(b"first@x", about), at=after(4))
    arrive(BOUNCED.replace(b"first@x", about), at=after(5))

    assert (mail.parked, mail.settled_at) == (rules.BOUNCE, after(4))
    assert Delivery.objects.get(message=reply).state == "bounced"
    assert Notice.objects.filter(reason="undelivered").count() == 1


def test_mail_that_comes_out_of_order_takes_its_place_by_when_it_arrived():
    first = arrive(text="一", message_id="first@x")
    arrive(text="三", answers="first@x", at=after(30))
    arrive(text="二", answers="first@x", at=after(20))

    rows = Message.objects.filter(ticket=first.said.ticket, author="customer").order_by("happened_at")
    assert [crypto.decrypt(row.text_enc).splitlines()[-1] for row in rows] == ["一", "二", "三"]


def test_staff_make_a_matter_of_a_parked_mail_or_put_it_where_it_belongs_and_its_sender_takes_part():
    mei, first = agent(), arrive(message_id="mine@x")
    parked = arrive(sender="wife@mail.example", Precedence="bulk")
    alone = arrive(sender="shop@mail.example", Auto_Submitted="auto-generated", subject="发票")

    with transaction.atomic():
        settling.to_desk(mail_id=parked.pk, staff_id=mei.pk, number=first.said.ticket.number.lower(), now=after(9))
        settling.to_desk(mail_id=alone.pk, staff_id=mei.pk, now=after(9))

    parked.refresh_from_db()
    assert parked.said.ticket == first.said.ticket
    assert Mail.objects.get(pk=alone.pk).said.ticket.customer != first.said.ticket.customer
    assert arrive(sender="wife@mail.example", answers=our_id(first), at=after(20)).said.ticket == first.said.ticket
    with pytest.raises(AlreadySettled), transaction.atomic():
        settling.settle(mail_id=parked.pk, staff_id=mei.pk, now=after(9))


def test_the_files_of_a_parked_mail_wait_with_it_and_go_with_it_to_the_desk(client):
    paper = StoredFile("files/aa/1.bin", FileKind.PDF, "发票.pdf", 17)
    photo = Stored("photos/bb/2", 40, 30)
    mail, nothing = (arrive(subject=each, Auto_Submitted="auto-generated", files=[paper, photo] if each == "发票" else [
        StoredFile("files/cc/3.bin", FileKind.TEXT, "x.txt", 1)]) for each in ("发票", "无用"))
    assert pictures.used([paper.file, photo.file, "files/cc/3.bin", "files/dd/4.bin"]) == {
        paper.file, photo.file, "files/cc/3.bin"}
    client.force_login(agent(), backend="liuke.org.login.StaffBackend")
    assert "发票.pdf" in client.get(reverse("mailbox:mail", args=[mail.pk])).content.decode()

    with transaction.atomic():
        settling.to_desk(mail_id=mail.pk, staff_id=agent().pk, now=after(9))
        settling.settle(mail_id=nothing.pk, staff_id=agent().pk, now=after(9))
        settling.forget_old(now=after(9) + rules.KEPT_AFTER_SETTLED + timedelta(seconds=1))

    mail.refresh_from_db()
    sent = mail.said.attachments.order_by("pk").values_list("file", "kind", "size", "width")
    assert list(sent) == [(paper.file, "pdf", 17, 0), (photo.file, "picture", 0, 40)]
    assert crypto.decrypt(mail.said.attachments.get(kind="pdf").name_enc) == "发票.pdf"
    assert pictures.used([paper.file, photo.file, "files/cc/3.bin"]) == {paper.file, photo.file}


def test_a_very_long_mail_is_cut_in_the_talk_and_kept_whole():
    mail = arrive(text="长" * 50_000)

    assert len(said(mail)) == 20_000
    assert len(crypto.decrypt(mail.text_enc)) == 50_000


def test_the_answer_of_staff_waits_to_be_carried_once():
    first = arrive()
    reply = answer(first.said.ticket, agent(), at=NOW)
    with transaction.atomic():
        talk.note(ticket_id=first.said.ticket_id, staff_id=agent().pk, text="内部", key="n1", now=NOW)

    waits = Delivery.objects.exclude(message__author="bot")
    assert list(waits.values_list("message", "state")) == [(reply.pk, "waiting")]
