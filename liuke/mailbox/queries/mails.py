"""What staff see of the mail, and what an answer needs to know of its thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from liuke.desk.models import Message, Ticket
from liuke.kit import crypto
from liuke.kit.errors import NotYours
from liuke.mailbox.models import Mail, Mailbox, ParkedFile, Participant
from liuke.mailbox.rules import SENT_REFERENCES

PARKED_PAGE = 50


@dataclass(frozen=True)
class Shown:
    """A mail as staff read it."""

    row: Mail
    sender: str
    subject: str
    text: str
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Thread:
    """Where an answer goes: to whom, under which subject, behind which mails (the newest last)."""

    to: str
    subject: str
    references: tuple[str, ...]


def waiting() -> QuerySet[Mail]:
    """Parked mail that nobody has settled, the newest first."""
    return Mail.objects.filter(said=None, settled_at=None).select_related("hinted").order_by("-pk")


def waiting_page(*, before: int | None) -> tuple[list[Shown], int | None]:
    """A page of it, and where the next begins."""
    rows = waiting() if before is None else waiting().filter(pk__lt=before)
    found = list(rows[: PARKED_PAGE + 1])
    page = [shown(row) for row in found[:PARKED_PAGE]]
    return page, page[-1].row.pk if len(found) > PARKED_PAGE else None


def boxes() -> list[Mailbox]:
    """How far each mailbox was read."""
    return list(Mailbox.objects.order_by("pk"))


def shown(row: Mail) -> Shown:
    return Shown(row, crypto.decrypt(row.sender_enc), crypto.decrypt(row.subject_enc), crypto.decrypt(row.text_enc),
                 tuple(crypto.decrypt(row.left_out_enc).splitlines()))


def mail_seen(mail_id: int) -> Shown:
    """One mail with all its words. Raises NotYours."""
    row = Mail.objects.select_related("said__ticket", "hinted").filter(pk=mail_id).first()
    if row is None:
        raise NotYours
    return shown(row)


def files_of(row: Mail) -> list[tuple[ParkedFile, str]]:
    """What is enclosed in a parked mail, each with its name; a picture has none."""
    return [(each, crypto.decrypt(each.name_enc)) for each in row.files.order_by("pk")]


def file_seen(file_id: int) -> ParkedFile:
    """A file of a parked mail. Raises NotYours."""
    row = ParkedFile.objects.filter(pk=file_id).first()
    if row is None:
        raise NotYours
    return row


def mails_of(ticket: Ticket) -> list[Shown]:
    """The mails of a ticket's messages, the newest first; one statement."""
    rows = Mail.objects.filter(said__ticket=ticket).select_related("hinted").order_by("-pk")
    return [shown(row) for row in rows[:20]]


def thread_of(message: Message) -> Thread:
    """Where an answer in this conversation goes; `to` is empty when nobody has left an address."""
    person = Participant.objects.filter(conversation=message.conversation_id).order_by("-spoke_at", "-pk").first()
    rows: Sequence[Mail] = list(Mail.objects.filter(said__conversation=message.conversation_id)
                                .order_by("-pk")[:SENT_REFERENCES])
    subject = crypto.decrypt(rows[0].subject_enc) if rows else ""
    return Thread(crypto.decrypt(person.address_enc) if person else "", subject,
                  tuple(row.message_id for row in reversed(rows)))


def acknowledged_since(blind: bytes, since: datetime) -> int:
    """How many of this sender's mails we have acknowledged since then."""
    return Mail.objects.filter(sender_blind=blind, acknowledged_at__gt=since).count()
