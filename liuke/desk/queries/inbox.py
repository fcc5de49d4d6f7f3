"""The lists of the desk: what stands in each, how many, and the tickets of whoever is looked for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from liuke.customers.queries import search
from liuke.desk.models import Task, Ticket, TicketTag
from liuke.desk.queries import finding
from liuke.desk.rules import INBOX_PAGE, MOST_FOUND, State
from liuke.desk.triage import Priority
from liuke.kit import crypto, rows
from liuke.kit.push import SNAPSHOT

MINE, FREE, WAITING, OVERDUE, URGENT, PENDING, OPEN, DONE = (
    "mine", "free", "waiting", "overdue", "urgent", "pending", "open", "done")
LISTS = (MINE, FREE, WAITING, OVERDUE, URGENT, PENDING, OPEN, DONE)
_WITHIN = {
    FREE: Q(assignee=None), WAITING: Q(waiting_since_at__isnull=False), OVERDUE: Q(overdue_since_at__isnull=False),
    URGENT: Q(priority=Priority.URGENT), PENDING: Q(state=State.PENDING_CUSTOMER), OPEN: Q(),
}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is wanted: a list (all tickets when it is empty), narrowed. `after` is the `next` of the page before."""

    list: str = OPEN
    staff_id: int = 0
    text: str = ""
    kind: str = ""
    priority: int = 0
    channel: str = ""
    tag: str = ""
    assignee_id: int = 0
    after: str = ""


@dataclass(frozen=True)
class Row:
    """One line, with what is hidden in the ticket made readable."""

    ticket: Ticket
    name: str
    title: str
    tags: tuple[str, ...]
    said: str = ""                           # around the words that were looked for


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    next: str = ""


SHOWN = (
    "number", "title_enc", "kind", "risk", "tier", "priority", "priority_why", "state", "about_return", "last_said_at",
    "done_at", "due_at", "due_clock", "overdue_since_at", "customer__name_enc", "assignee__name", "state_name__name",
    "conversation__channel",
)


def page(ask: Ask) -> Page:
    """A page of lines in one statement, five for words. The most urgent first, or the last to end."""
    said = finding.said(ask.text)
    found = _narrowed(_listed(ask), ask, said)
    ended = ask.list == DONE or not ask.list
    if place := _read(ask):
        found = found.filter(_behind(place, ended=ended))
    order = ("-last_said_at", "-pk") if not ask.list else ("-done_at", "-pk") if ended else ("priority", "due_at", "pk")
    shown = found.select_related("customer", "assignee", "state_name", "conversation").only(*SHOWN).annotate(
        tag_names=ArraySubquery(TicketTag.objects.filter(ticket=OuterRef("pk")).order_by("name").values("name")))
    tickets = list(shown.order_by(*order)[: INBOX_PAGE + 1])
    last = tickets[INBOX_PAGE - 1] if len(tickets) > INBOX_PAGE else None
    lines = tuple(_row(each, said.get(each.pk, "")) for each in tickets[:INBOX_PAGE])
    return Page(lines, _write(last, ask) if last else "")


def _listed(ask: Ask) -> QuerySet[Ticket]:
    if not ask.list:
        return Ticket.objects.all()
    if ask.list == DONE:
        return Ticket.objects.filter(done_at__isnull=False)
    within = Q(assignee=ask.staff_id) if ask.list == MINE else _WITHIN[ask.list]
    return Ticket.objects.filter(within, done_at=None)


def _narrowed(found: QuerySet[Ticket], ask: Ask, said: Collection[int]) -> QuerySet[Ticket]:
    """Every filter that was set; words are a number, or somebody by name, phone or member number, a tag, or said."""
    exact = {"kind": ask.kind, "priority": ask.priority, "conversation__channel": ask.channel,
             "assignee": ask.assignee_id}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if ask.tag:
        found = found.filter(tags__name=ask.tag)
    text = ask.text.strip()
    if not text:
        return found
    people = [row.id for row in search.page(search.Ask(text=text, limit=MOST_FOUND)).rows]
    ways = (Ticket.objects.filter(number__startswith=text.upper()), Ticket.objects.filter(customer__in=people),
            Ticket.objects.filter(tags__name=text), Ticket.objects.filter(pk__in=said))
    first, *others = (way.values("pk") for way in ways)
    return found.filter(pk__in=first.union(*others))           # each by an index of its own; an OR would read them all


def _row(ticket: Ticket, said: str) -> Row:
    tags: Iterable[str] = getattr(ticket, "tag_names", ())
    return Row(ticket, crypto.decrypt(ticket.customer.name_enc),
               crypto.decrypt(ticket.title_enc) if ticket.title_enc else "", tuple(tags), said)


@dataclass(frozen=True)
class _Place:
    """Where a page ended: of what is open by priority and due, of the rest by the moment."""

    priority: int
    at: datetime | None
    pk: int
    by: str


def _behind(place: _Place, *, ended: bool) -> Q:
    if ended:
        return Q(**{f"{place.by}__lt": place.at}) | Q(**{place.by: place.at}, pk__lt=place.pk)
    later = Q(due_at=None, pk__gt=place.pk) if place.at is None else (
        Q(due_at__gt=place.at) | Q(due_at=None) | Q(due_at=place.at, pk__gt=place.pk))
    return Q(priority__gte=place.priority) & (Q(priority__gt=place.priority) | later)


def _by(ask: Ask) -> str:
    return "done_at" if ask.list == DONE else "due_at" if ask.list else "last_said_at"


def _write(row: Ticket, ask: Ask) -> str:
    at = getattr(row, _by(ask))
    return f"{row.priority}~{at.isoformat() if at else ''}~{row.pk}"


def _read(ask: Ask) -> _Place | None:
    """None for the first page, and for a place that is none in this list."""
    try:
        priority, at, pk = ask.after.split("~")
        place = _Place(int(priority), datetime.fromisoformat(at) if at else None, int(pk), _by(ask))
    except ValueError:
        return None
    timed = place.at is not None and place.at.tzinfo is not None
    sound = timed or (place.at is None and place.by == "due_at")
    return place if sound and 0 < place.pk < 2**63 and 0 < place.priority < 10 else None


def counts(staff_id: int) -> dict[str, int]:
    """How many tickets stand in each open list, and in one's own; one statement over some hundred rows."""
    return counted(staff_id)[0]


def counted(staff_id: int) -> tuple[dict[str, int], str | None]:
    """`counts`, and the database's snapshot in which it was so, for `push.ticket_for`; None without any ticket."""
    own = f"of:{staff_id}"
    names = [own, *(name for name in LISTS if name not in (MINE, DONE))]
    told = rows.fetch(_COUNTED, [names])
    found = {name: count for name, count, _snapshot in told}
    shown = {name: max(0, found.get(own if name == MINE else name, 0)) for name in LISTS if name != DONE}
    return shown, told[0][2] if told else None


_COUNTED = f"""
SELECT name, sum(count)::bigint, {SNAPSHOT} FROM desk_ticketcount WHERE name = ANY(%s) GROUP BY name
"""  # noqa: S608  a text of our own


def open_errands(staff_id: int) -> int:
    """How many tasks wait for the person's departments, or for the person."""
    mine = Task.objects.filter(Q(department__members__staff=staff_id) | Q(owner=staff_id), done_at=None)
    return mine.distinct().count()


def next_of(staff_id: int, *, but: int) -> Ticket | None:
    """What the person does next: the most urgent of their own on which a customer waits, then any of their own."""
    mine = Ticket.objects.filter(assignee=staff_id, done_at=None).exclude(pk=but).order_by("priority", "due_at", "pk")
    return mine.filter(waiting_since_at__isnull=False).first() or mine.first()

