"""One conversation as an agent reads it, and who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from liuke.desk.models import (
    Attachment,
    Deadline,
    Delivery,
    Draft,
    LogEntry,
    Message,
    StateName,
    Task,
    Ticket,
    TicketTag,
)
from liuke.desk.rules import MOST_LOG, TALK_PAGE
from liuke.kit import crypto
from liuke.kit.errors import NotYours
from liuke.kit.push import SNAPSHOT


@dataclass(frozen=True)
class FileShown:
    """A file that is no picture, by the name that its sender gave."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class Said:
    """One message; `merged` says that it was said in another ticket, which has become part of this one."""

    id: int
    author: str
    by: str
    public: bool
    text: str
    at: datetime
    late: bool                               # it came in long after it was said
    pictures: tuple[Attachment, ...]
    files: tuple["FileShown", ...]
    delivery: Delivery | None                # of an answer that leaves the house
    first: bool
    merged: bool
    ticket_id: int


@dataclass(frozen=True)
class Talk:
    """The newest messages, the oldest on top. `seen_id` is the newest of all: an answer says that it was read."""

    messages: tuple[Said, ...]
    seen_id: int
    earlier: bool


LATE_SECONDS = 120


def ticket_seen(number: str, *, reader_id: int | None = None) -> Ticket:
    """The ticket with what its page says, the reader's draft too, in one statement. Raises NotYours.

    `snapshot` is the database's, for `push.ticket_for`: nothing that this statement did not see is missed.
    """
    rows = Ticket.objects.select_related("customer", "assignee", "state_name", "conversation", "merged_into",
                                         "about_return").annotate(
        tag_names=ArraySubquery(TicketTag.objects.filter(ticket=OuterRef("pk")).order_by("name").values("name")),
        draft_enc=Subquery(Draft.objects.filter(ticket=OuterRef("pk"), staff=reader_id).values("text_enc")),
        due_provisional=Exists(Deadline.objects.filter(
            ticket=OuterRef("pk"), clock=OuterRef("due_clock"), due_at=OuterRef("due_at"), provisional=True)),
        snapshot=RawSQL(SNAPSHOT, ()))  # noqa: S611  a text of our own
    row = rows.filter(number=number).first()
    if row is None:
        raise NotYours
    return row


def talk(ticket: Ticket, *, most: int = TALK_PAGE) -> Talk:
    """What was said, notes included, also in tickets that were merged into it; two statements."""
    both = Ticket.objects.filter(Q(pk=ticket.pk) | Q(merged_into=ticket)).values("pk")     # a join reads every message
    rows = Message.objects.filter(ticket__in=both).select_related("staff", "delivery")
    found = list(rows.prefetch_related("attachments").order_by("-happened_at", "-pk")[: most + 1])
    earlier, found = len(found) > most, found[:most][::-1]
    return Talk(tuple(_said(row, ticket, first=not earlier and at == 0) for at, row in enumerate(found)),
                max((row.pk for row in found), default=0), earlier)


def _said(row: Message, ticket: Ticket, *, first: bool) -> Said:
    every = sorted(row.attachments.all(), key=lambda each: each.pk)
    late = (row.recorded_at - row.happened_at).total_seconds() > LATE_SECONDS
    return Said(row.pk, row.author, row.staff.name if row.staff else "", row.public,
                crypto.decrypt(row.text_enc) if row.text_enc else "", row.happened_at, late,
                tuple(each for each in every if each.is_picture),
                tuple(FileShown(each.pk, crypto.decrypt(each.name_enc), each.size)
                      for each in every if not each.is_picture),
                getattr(row, "delivery", None), first, row.ticket_id != ticket.pk, row.ticket_id)


def draft_of(ticket: Ticket) -> str:
    """What the reader of `ticket_seen` typed and has not sent."""
    kept: bytes | None = getattr(ticket, "draft_enc", None)
    return crypto.decrypt(kept) if kept else ""


def picture_seen(picture_id: int) -> Attachment:
    """A picture of any conversation, notes included. Raises NotYours."""
    return _seen(Attachment.objects.filter(pk=picture_id, kind="picture"))


def file_seen(file_id: int) -> Attachment:
    """A file of any conversation that is no picture. Raises NotYours."""
    return _seen(Attachment.objects.filter(pk=file_id).exclude(kind="picture"))


def _seen(rows: QuerySet[Attachment]) -> Attachment:
    row = rows.first()
    if row is None:
        raise NotYours
    return row


@dataclass(frozen=True)
class Errand:
    """A task with its words."""

    task: Task
    text: str
    result: str
    late: bool


def errands(rows: Sequence[Task]) -> list[Errand]:
    """The tasks with what was asked and what came of it."""
    return [Errand(row, crypto.decrypt(row.text_enc) if row.text_enc else "",
                   crypto.decrypt(row.result_enc) if row.result_enc else "", row.breached_at is not None)
            for row in rows]


def tasks_of(ticket: Ticket) -> list[Errand]:
    """Every task of the ticket, the open ones first; one statement."""
    rows = ticket.tasks.select_related("department", "owner", "asked_by").order_by("done_at", "due_at", "pk")
    return errands(sorted(rows, key=lambda row: row.done_at is not None))


def open_tasks(staff_id: int, *, manages: bool) -> list[Errand]:
    """What departments of the person have to do, and for managers everything; what is due first on top."""
    rows = Task.objects.filter(done_at=None).select_related("department", "owner", "asked_by", "ticket")
    if not manages:
        rows = rows.filter(Q(department__members__staff=staff_id) | Q(owner=staff_id)).distinct()
    return errands(list(rows.order_by("due_at", "pk")[:100]))


def trail(ticket: Ticket) -> list[LogEntry]:
    """The log as it was written, the newest first; one statement."""
    rows = ticket.log.select_related("staff").order_by("-pk")
    return list(rows[: min(200, MOST_LOG)])


def state_names() -> list[StateName]:
    """The brand's own names that are on offer, by category; one statement."""
    return list(StateName.objects.filter(active=True).order_by("state", "position", "pk"))
