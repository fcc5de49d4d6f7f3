"""An answer goes out once, in its thread, by a real SMTP conversation; what does not work is tried again or told."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.desk.models import Delivery, Notice
from liuke.desk.services import delivery
from liuke.desk.tests.rows import agent, answer, say
from liuke.kit.files import StoredFile, keep
from liuke.mailbox.queries import tokens
from liuke.mailbox.services.sending import carry
from liuke.mailbox.tests.builders import NOW, after, arrive
from liuke.mailbox.tests.smtp import serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp(settings):
    with serving(settings) as server:
        yield server


def answered(**fields):
    """A mail from a customer, and the answer to it that waits to be carried."""
    first = arrive(subject="杯子漏水", message_id="first@mail.example", **fields)
    Delivery.objects.all().delete()                                  # the automatic word is another test's matter
    return answer(first.said.ticket, agent(name="小美"), text="明天给您换新的", at=after(2))


def test_an_answer_goes_to_its_sender_in_the_thread_and_its_answer_comes_home(smtp, settings):
    settings.LIUKE_MAIL_PLUS = True
    reply = answered()

    carry(message_id=reply.pk, now=after(3))
    carry(message_id=reply.pk, now=after(3))

    ((to, mail),) = smtp.mails
    word = tokens.token(reply.conversation_id)
    assert to == ["wang@mail.example"]
    assert mail["Subject"] == f"Re: 杯子漏水 [{reply.ticket.number}]"
    assert mail["In-Reply-To"] == "<first@mail.example>"
    assert mail["Message-ID"] == f"<lk{word}.{reply.pk}@brand.example>"
    assert mail["Reply-To"] == f"service+lk{word}@brand.example"
    assert mail["Auto-Submitted"] is None
    assert mail.get_content().startswith("明天给您换新的")
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.settled_at) == ("sent", 1, after(3))
    back = arrive(subject=mail["Subject"], answers=mail["Message-ID"].strip("<>"), at=after(9))
    assert back.said.ticket == reply.ticket


def test_the_automatic_word_says_that_it_is_one_and_files_go_along(smtp):
    from io import BytesIO

    first = arrive()
    kept = keep(BytesIO(b"%PDF-1.4\nx\n%%EOF"), name="说明.pdf")
    reply = answer(first.said.ticket, agent(), text="请看说明", at=after(2), pictures=[kept])

    for row in Delivery.objects.order_by("pk"):
        carry(message_id=row.message_id, now=after(3))

    automatic, human = (mail for _to, mail in smtp.mails)
    assert (automatic["Auto-Submitted"], automatic["Precedence"]) == ("auto-replied", "auto_reply")
    assert isinstance(kept, StoredFile)
    (enclosed,) = human.iter_attachments()
    assert (enclosed.get_filename(), enclosed.get_content()) == ("说明.pdf", b"%PDF-1.4\nx\n%%EOF")
    assert reply.delivery.message == reply


def test_what_fails_for_now_is_tried_again_by_the_clock_and_at_last_told(smtp):
    reply = answered()
    smtp.answer = "451 try later"

    carry(message_id=reply.pk, now=after(3))
    row = Delivery.objects.get()
    assert (row.state, row.error, row.next_at) == ("waiting", "unknown_address", after(5))
    with transaction.atomic():
        assert delivery.carry_waiting(now=after(4)) == 0
        assert delivery.carry_waiting(now=after(5)) == 1
    carry(message_id=reply.pk, now=NOW + timedelta(hours=25))

    row.refresh_from_db()
    assert (row.state, row.tries, row.next_at) == ("failed", 2, None)
    assert Notice.objects.filter(reason="undelivered", staff=reply.staff).count() == 1


def test_an_address_that_does_not_exist_fails_at_once(smtp):
    reply = answered()
    smtp.answer = "550 no such user"

    carry(message_id=reply.pk, now=after(3))

    assert Delivery.objects.values_list("state", "error").get() == ("failed", "unknown_address")


def test_without_a_mail_server_it_waits_and_says_so(settings):
    settings.LIUKE_SENDS_MAIL = False
    reply = answered()

    carry(message_id=reply.pk, now=timezone.now())

    assert Delivery.objects.get().error == "not_set_up"


def test_words_on_channels_that_are_read_with_us_are_not_sent_anywhere():
    from liuke.desk.tests.rows import customer

    answer(say(customer()).ticket, agent())

    assert Delivery.objects.count() == 0
