"""An answer goes to where its sender wants it: by mail in a thread that leads home, or as a link to the phone."""

import re
import time
from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner, b62_encode
from django.db import transaction
from django.utils import timezone

from liuke.channels.aliyun_sms import LONGEST_GAP
from liuke.channels.errors import ChannelError
from liuke.channels.messaging import Receipt
from liuke.desk.models import Delivery, Message
from liuke.desk.rules import State
from liuke.desk.tests.rows import agent, answer
from liuke.kit import crypto
from liuke.mailbox.models import Participant
from liuke.mailbox.queries.mails import thread_of
from liuke.mailbox.services import intake
from liuke.mailbox.tests.smtp import serving
from liuke.timeline.testing import settle
from liuke.webform import public, queries
from liuke.webform.personal import blank, sheets
from liuke.webform.rules import PROGRESS, WORDS
from liuke.webform.services import carry
from liuke.webform.tests.builders import ADDRESS, sent

pytestmark = pytest.mark.django_db


class Phones:
    """A way to send text messages that a test can break."""

    def __init__(self):
        self.sent, self.broken = {}, False

    def send(self, *, to, text, key, **_):
        if self.broken:
            raise ChannelError("down", permanent=False, code="down")
        self.sent[key] = (to, text)
        return Receipt(ref=f"r{len(self.sent)}")


@pytest.fixture
def phones(monkeypatch):
    found = Phones()
    monkeypatch.setattr("liuke.webform.services.messengers", lambda: {"sms": found})
    public.writes.limit.forget()
    return found


def test_a_phone_gets_the_link_with_the_words_once_and_never_the_words(client, phones):
    report = sent(client)
    acknowledged = Message.objects.get(author="bot")
    reply = answer(queries.newest_ticket(report), agent(), "地址是中山路 1 号", at=timezone.now())
    now = timezone.now()

    phones.broken = True
    carry(message_id=reply.pk, now=now)
    assert Delivery.objects.get(message=reply).state == "waiting"
    phones.broken = False
    for message in (acknowledged, reply, reply):
        carry(message_id=message.pk, now=now + timedelta(minutes=9))

    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    texts = [text for to, text in phones.sent.values() if to == "+8613800138000"]
    assert len(texts) == 2
    assert not any("中山路" in text for text in texts)
    opens = f"{ADDRESS}{report.pk}{WORDS}"
    assert all(opens in text for text in texts)
    assert opens not in "".join(crypto.decrypt(row.text_enc) for row in Message.objects.all())
    link = texts[1].split("请看：")[1]
    assert "地址是中山路 1 号" in client.get(ADDRESS + link.split(ADDRESS)[1]).content.decode()


def test_a_link_fits_into_the_gap_of_a_text_message_and_ends_after_180_days(client, phones, monkeypatch):
    longest = queries.token(9_999_999, WORDS)
    assert len(longest) <= LONGEST_GAP
    assert longest.isalnum()
    report = sent(client)
    for ago, status in ((179, 200), (181, 404)):
        with monkeypatch.context() as then:
            then.setattr(TimestampSigner, "timestamp", lambda _, ago=ago: b62_encode(int(time.time()) - ago * 86400))
            token = queries.token(report.pk, WORDS)
        assert client.get(f"{ADDRESS}{token}/").status_code == status


def test_a_mail_address_takes_part_so_that_the_mailbox_finds_it_and_its_answer_comes_home(client, phones):
    report = sent(client, contact="Wang@Mail.example")

    message = Message.objects.get(author="bot")
    assert thread_of(message).to == "wang@mail.example"
    assert Participant.objects.get().conversation_id == report.conversation_id
    assert f"/report/{report.pk}{PROGRESS}" in crypto.decrypt(message.text_enc)
    carry(message_id=message.pk, now=timezone.now())
    assert phones.sent == {}


def test_who_left_a_mail_address_rates_by_the_link_below_the_answer(client, phones, settings):
    report = sent(client, contact="Wang@Mail.example")
    ticket = queries.newest_ticket(report)
    reply = answer(ticket, agent(), "已寄出", at=timezone.now(), state=State.SOLVED)
    settle()

    with serving(settings) as smtp:
        carry(message_id=reply.pk, now=timezone.now())

    (_to, mail), = smtp.mails
    link = re.search(r"/report/\S+", mail.get_content())[0]
    assert "已寄出" in mail.get_content()
    assert client.post(link, {"score": "4"}).status_code == 302
    assert ticket.ratings.get(suppressed="").score == 4
    assert f"/report/{report.pk}{WORDS}" not in "".join(crypto.decrypt(row.text_enc) for row in Message.objects.all())
    assert client.post(link, {"score": "1"}).status_code == 409


def test_who_writes_into_a_report_of_somebody_else_gets_no_link_to_speak_in_their_place(client, phones, settings):
    report = sent(client, contact="Wang@Mail.example")
    ticket = queries.newest_ticket(report)
    with transaction.atomic():
        intake.let_speak(conversation_id=report.conversation_id, address="li@mail.example",
                         at=timezone.now() + timedelta(minutes=1))
    reply = answer(ticket, agent(), "已寄出", at=timezone.now())
    settle()

    with serving(settings) as smtp:
        carry(message_id=reply.pk, now=timezone.now())

    (to, mail), = smtp.mails
    assert "li@mail.example" in str(to)
    assert "已寄出" in mail.get_content()
    assert "/report/" not in mail.get_content()


def test_a_person_takes_a_copy_and_is_forgotten_with_their_links(client, phones):
    report = sent(client)
    customer_id = report.conversation.customer_id
    token = queries.token(report.pk, WORDS)

    (sheet,) = sheets([customer_id])
    assert [row[2] for row in sheet.rows] == ["+8613800138000"]
    for _again in range(2):
        blank([customer_id], timezone.now())
    assert client.get(f"{ADDRESS}{token}/").status_code == 404
