"""Requests as the returns desk works on them: by queue, the most urgent first, and one with all that belongs to it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from liuke.kit import crypto
from liuke.kit.errors import NotYours
from liuke.mall.models import RepairQuote, Return, ReturnLine, ReturnStep, TrackingEvent
from liuke.mall.rules.returns import ANSWER_WITHIN, DECIDE_WITHIN, Claim, Goods, Kind
from liuke.mall.rules.returns_desk import HISTORY, OUR_TURN, Queue
from liuke.org import queries as org
from liuke.org.models import Staff

_TURN = Q(request__kind=Kind.REFUND, goods=Goods.CUSTOMER, claim=Claim.APPROVED)
for _goods, _claim in sorted(OUR_TURN):
    _TURN |= Q(goods=_goods, claim=_claim)
OURS = Exists(ReturnLine.objects.filter(_TURN, request=OuterRef("pk")))

QUEUES: dict[Queue, Q] = {
    Queue.ANSWER: Q(state="open", answered_at=None),
    Queue.DECIDE: Q(state="open", answered_at__isnull=False, decided_at=None),
    Queue.OURS: Q(state="open", answered_at__isnull=False, decided_at__isnull=False) & Q(OURS),
    Queue.THEIRS: Q(state="open", answered_at__isnull=False, decided_at__isnull=False) & ~Q(OURS),
    Queue.CLOSED: Q(state="closed"),
}
DUE = Case(
    When(answered_at=None, then=F("asked_at") + ANSWER_WITHIN),
    When(decided_at=None, then=F("asked_at") + DECIDE_WITHIN), default=F("expected_at"),
)


def returns_seen(staff: Staff, permission: str = "returns.view") -> QuerySet[Return]:
    """The requests about orders of the shops in which this person holds the permission."""
    if org.everywhere(staff, permission):
        return Return.objects.all()
    return Return.objects.filter(order__shop__in=org.shops_where(staff, permission))


def counts(rows: QuerySet[Return], *, now: datetime) -> dict[str, int]:
    """Open requests of each queue, and how many are `late`. One query."""
    late = Q(due__lt=now) & ~QUEUES[Queue.THEIRS]
    found: dict[str, int] = rows.filter(state="open").annotate(due=DUE).aggregate(
        **{str(queue): Count("pk", filter=QUEUES[queue]) for queue in Queue if queue != Queue.CLOSED},
        late=Count("pk", filter=late),
    )
    return found


def queue(rows: QuerySet[Return], name: Queue) -> QuerySet[Return]:
    """What stands in a queue, what is due first on top; `due` is on every row. Three statements with the lines."""
    found = rows.filter(QUEUES[name]).annotate(due=DUE).order_by(F("due").asc(nulls_last=True), "pk")
    return shown(found)


def shown(rows: QuerySet[Return]) -> QuerySet[Return]:
    """With what a line of the list says."""
    return rows.select_related("customer", "assignee", "order").prefetch_related("lines__line")


@dataclass(frozen=True)
class Whole:
    """A request and what hangs on it."""

    request: Return
    customer_name: str
    lines: Sequence[ReturnLine]
    steps: Sequence[ReturnStep]
    quotes: Sequence[RepairQuote]
    events: Mapping[tuple[str, str], Sequence[TrackingEvent]]
    others: Sequence[Return]             # of the same customer, the newest first
    pieces: Mapping[int, Sequence[Return]]       # serial -> earlier requests about the same piece


def request_seen(rows: QuerySet[Return], number: str) -> Return:
    """The request of this number among those a person may see; raises NotYours."""
    row = rows.filter(number=number).select_related(
        "customer", "assignee", "order__shop", "order__supplier").first()
    if row is None:
        raise NotYours
    return row


def whole(request: Return) -> Whole:
    """Eight statements, whatever the story is long."""
    lines = list(request.lines.select_related("line__item__product", "serial", "refund").order_by("pk"))
    serials = [line.serial_id for line in lines if line.serial_id]
    pieces: dict[int, list[Return]] = defaultdict(list)
    for row in ReturnLine.objects.filter(serial__in=serials).exclude(request=request).select_related("request") \
            .order_by("-pk"):
        pieces[row.serial_id or 0].append(row.request)
    numbers = [number for number in (request.way_back_tracking, request.way_out_tracking) if number]
    events = defaultdict(list)
    for event in TrackingEvent.objects.filter(tracking__in=numbers).order_by("-happened_at", "-pk"):
        events[event.carrier, event.tracking].append(event)
    others = Return.objects.filter(customer_id=request.customer_id).exclude(pk=request.pk).order_by("-pk")
    return Whole(
        request, crypto.decrypt(request.customer.name_enc), lines,
        list(request.steps.select_related("staff").order_by("pk")), list(request.quotes.order_by("pk")), events,
        list(others.prefetch_related("lines__line")[:HISTORY]), pieces,
    )
