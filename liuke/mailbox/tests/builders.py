"""Mails for tests, as bytes; what a test does not name is plain."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import transaction

from liuke.mailbox.models import Mailbox
from liuke.mailbox.rules import letters
from liuke.mailbox.services import intake
from liuke.mailbox.services.intake import Arrived
from liuke.timeline.testing import settle

ADDRESS = "service@brand.example"
NOW = datetime(2026, 6, 8, 2, tzinfo=UTC)
_numbers = count(1)


def raw(text="包裹还没到", *, sender="Wang <wang@mail.example>", subject="快递", to=ADDRESS, message_id=None,
        answers="", references="", charset="utf-8", **headers):
    """One mail; `headers` come as they are, with _ for -."""
    number = next(_numbers)
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}",
             f"Message-ID: <{message_id or f'm{number}@mail.example'}>", "Date: Mon, 08 Jun 2026 10:00:00 +0800",
             f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit"]
    lines += [f"In-Reply-To: <{answers}>"] if answers else []
    lines += [f"References: {references}"] if references else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", text]).encode(charset)


def box(address=ADDRESS):
    return Mailbox.objects.get_or_create(address=address, defaults={
        "validity": 1, "started_uid": 1, "polled_at": NOW})[0]


def arrive(data=None, *, at=NOW, **fields):
    """The mail is taken in and acknowledged, as the poll and its job do."""
    mail = taken(data, at=at, **fields)
    settle(name="mailbox.acknowledge")
    mail.refresh_from_db()
    return mail


@transaction.atomic
def taken(data=None, *, at=NOW, files=(), left_out=(), **fields):
    letter = letters.read(data if data is not None else raw(**fields))
    return intake.take_in(box=box(), now=at, arrived=[
        Arrived(letter, next(_numbers), 1_000, at, files, left_out)])[0]


def after(minutes):
    return NOW + timedelta(minutes=minutes)
