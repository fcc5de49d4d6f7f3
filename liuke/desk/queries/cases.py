"""What a customer may know of their matters: what was said, who took it, what comes next and until when."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from liuke.desk.models import Attachment, LogEntry, Message, Rating, Ticket
from liuke.desk.rules import CASES_PAGE, HISTORY_PAGE, MOST_STEPS, STAFF, Kind, State
from liuke.kit import crypto
from liuke.kit.errors import NotYours

TOLD = (Kind.CREATED, Kind.AGENT_REPLY, Kind.STATE, Kind.RETURN_DECIDED, "assigned")
NEXT = {State.PENDING_CUSTOMER: "you", State.PENDING_CLOSE: "you"}         # what is waited for, by state


@dataclass(frozen=True)
class Enclosed:
    """A file that is no picture, by the name that its sender gave."""

    id: int
    kind: str
    name: str
    size: int


@dataclass(frozen=True)
class Said:
    """One message; `by` is the name of who of us wrote it."""

    id: int
    case: str
    author: str
    by: str
    text: str
    at: datetime
    pictures: tuple[int, ...]
    files: tuple["Enclosed", ...]


@dataclass(frozen=True)
class Step:
    """One line of the story: opened, taken, answered, decided, or the state it went to."""

    what: str
    at: datetime


@dataclass(frozen=True)
class Case:
    """`next`: answer (we owe one), you (we wait for them), we_work, nothing; `expected_at` until when.

    `rate_until` is there while the customer is asked how it went; `score` is what they said last.
    """

    number: str
    title: str
    kind: str
    state: str
    opened_at: datetime
    done_at: datetime | None
    taken_by: str
    next: str
    expected_at: datetime | None
    request: str
    steps: tuple[Step, ...] = ()
    rate_until: datetime | None = None
    score: int | None = None


def said_page(customer_id: int, *, before: int | None) -> tuple[list[Said], int | None]:
    """What was said in public in all matters of the customer, the newest first, and where the next page begins."""
    rows = Message.objects.filter(ticket__customer_id=customer_id, public=True)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("ticket", "staff").prefetch_related("attachments").order_by("-pk")
                 [: HISTORY_PAGE + 1])
    page = found[:HISTORY_PAGE]
    return [said_as_read(row) for row in page], page[-1].pk if len(found) > HISTORY_PAGE else None


def said(message_id: int) -> Said:
    """One message as its customer reads it."""
    return said_as_read(Message.objects.select_related("ticket", "staff").get(pk=message_id))


def said_as_read(row: Message) -> Said:
    """The row as its customer reads it; the caller has fetched ticket, staff and attachments."""
    every = sorted(row.attachments.all(), key=lambda each: each.pk)
    return Said(row.pk, row.ticket.number, row.author, row.staff.name if row.staff and row.author == STAFF else "",
                crypto.decrypt(row.text_enc), row.happened_at, tuple(each.pk for each in every if each.is_picture),
                tuple(Enclosed(each.pk, each.kind, crypto.decrypt(each.name_enc), each.size)
                      for each in every if not each.is_picture))


def cases_page(customer_id: int, *, before: int | None) -> tuple[list[Case], int | None]:
    """The customer's matters, the newest first, without their stories; what was merged or is spam is left out."""
    rows = Ticket.objects.filter(customer_id=customer_id).exclude(state__in=[State.MERGED, State.SPAM])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("assignee", "about_return").order_by("-pk")[: CASES_PAGE + 1])
    page = found[:CASES_PAGE]
    return [_case(row, ()) for row in page], page[-1].pk if len(found) > CASES_PAGE else None


def ticket_of(customer_id: int, number: str) -> Ticket:
    """The customer's own matter; a merged one leads to its target. Raises NotYours."""
    row = Ticket.objects.filter(customer_id=customer_id, number=number).exclude(state=State.SPAM).first()
    while row is not None and row.merged_into_id:
        row = Ticket.objects.filter(pk=row.merged_into_id, customer_id=customer_id).first()
    if row is None:
        raise NotYours
    return row


def case(ticket: Ticket, *, now: datetime) -> Case:
    """One matter with its story, and whether we ask how it went."""
    lines = ticket.log.filter(kind__in=TOLD, withdrawn_at=None).order_by("at", "pk")[:MOST_STEPS]
    told = _case(ticket, tuple(step for line in lines if (step := _step(line))))
    asked = Rating.objects.filter(ticket=ticket, suppressed="").order_by("-pk").first()
    if asked is None:
        return told
    waits = asked.score is None and ticket.done_at is not None and now < asked.expires_at
    return replace(told, rate_until=asked.expires_at if waits else None, score=asked.score)


def _step(line: LogEntry) -> Step | None:
    if line.kind == "assigned":
        return Step("taken", line.at) if not line.word.endswith(":") else None
    words = {Kind.CREATED: "opened", Kind.AGENT_REPLY: "answered", Kind.RETURN_DECIDED: "decided"}
    return Step(words.get(Kind(line.kind), line.state), line.at)


def _case(row: Ticket, steps: tuple[Step, ...]) -> Case:
    return Case(
        number=row.number, title=crypto.decrypt(row.title_enc), kind=row.kind, state=row.state,
        opened_at=row.opened_at, done_at=row.done_at, taken_by=row.assignee.name if row.assignee else "",
        next=_next(row),
        expected_at=row.due_at, request=row.about_return.number if row.about_return else "", steps=steps)


def _next(row: Ticket) -> str:
    if row.done_at is not None:
        return "nothing"
    return "answer" if row.waiting_since_at else NEXT.get(State(row.state), "we_work")


def picture_of(customer_id: int, picture_id: int) -> Attachment:
    """A picture of the customer's own conversation. Raises NotYours."""
    return _own(Attachment.objects.filter(pk=picture_id, kind="picture"), customer_id)


def file_of(customer_id: int, file_id: int) -> Attachment:
    """A file of the customer's own conversation that is no picture. Raises NotYours."""
    return _own(Attachment.objects.filter(pk=file_id).exclude(kind="picture"), customer_id)


def _own(rows: QuerySet[Attachment], customer_id: int) -> Attachment:
    row = rows.filter(message__ticket__customer_id=customer_id, message__public=True).first()
    if row is None:
        raise NotYours
    return row


def message_with(*, channel: str, external_id: str) -> Message | None:
    """The message that came under this id, if it did."""
    return Message.objects.filter(channel=channel, external_id=external_id).first()
