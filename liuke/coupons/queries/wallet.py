"""A customer's coupons: what they have, what a cart could use and why not the others, and which together save most."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from liuke.coupons.models import Batch, Coupon, Use
from liuke.coupons.queries.templates import terms_of
from liuke.coupons.rules.combining import best, saved_fen
from liuke.coupons.rules.limits import MAX_WALLET
from liuke.coupons.rules.reckoning import Goods, Shopper, Ticket, Why, missing_fen, unusable
from liuke.coupons.rules.states import BatchKind, State, UseState, span
from liuke.kit.rows import fetch

_UNUSED = ("SELECT id FROM coupons_coupon WHERE customer_id = %s AND state = %s AND expires_at > %s"
           " ORDER BY expires_at, id LIMIT %s")
HAS = (State.ISSUED, State.RESERVED, State.USED, State.EXPIRED)      # what a customer is shown of their own


@dataclass(frozen=True)
class Kept:
    """A coupon as a checkout finds it under a code; without `coupon_id` it has yet to be taken from `batch`."""

    ticket: Ticket
    state: str
    starts_at: datetime
    ends_at: datetime
    coupon_id: int | None = None
    batch: Batch | None = None
    purchase: str = ""                   # that holds or has used it

    @property
    def batch_id(self) -> int | None:
        return self.batch.pk if self.batch else None


def kept_by_code(customer_id: int, codes: Sequence[str], *, now: datetime) -> dict[str, Kept]:
    """The customer's own coupons and single codes that nobody has taken, by code; one statement."""
    rows = _shown(Coupon.objects.filter(Q(customer_id=customer_id) | Q(state=State.FREE), code__in=codes))
    return {row.code: kept(row) if row.customer_id else _untaken(row.code, row.batch, now) for row in rows}


def kept(row: Coupon) -> Kept:
    """A coupon that `coupons_of` found."""
    ends_at = row.expires_at or datetime.max.replace(tzinfo=row.starts_at.tzinfo)
    ticket = Ticket(row.code, terms_of(row.version), row.worth_fen, row.expires_at)
    return Kept(ticket, row.state, row.starts_at, ends_at, row.pk, None, row.purchase or "")  # type: ignore[attr-defined]  # annotated


def open_by_code(customer_id: int, codes: Sequence[str], *, now: datetime) -> dict[str, Kept]:
    """What the codes of many would bring; the customer's own coupon of such a batch where there is one that is unused.

    No statement without codes.
    """
    if not codes:
        return {}
    batches = Batch.objects.filter(kind=BatchKind.MASS, code__in=codes).select_related("version__template")
    found = {batch.pk: batch for batch in batches}
    mine = _shown(Coupon.objects.filter(batch_id__in=found, customer_id=customer_id, state=State.ISSUED,
                                        expires_at__gt=now).order_by("pk")) if found else []
    known: dict[str, Kept] = {}
    for row in mine:
        code = found[row.batch_id or 0].code
        known.setdefault(code, _renamed(kept(row), code))
    return {batch.code: _untaken(batch.code, batch, now) for batch in found.values()} | known


def _renamed(found: Kept, code: str) -> Kept:
    ticket = Ticket(code, found.ticket.terms, found.ticket.worth_fen, found.ticket.expires_at)
    return Kept(ticket, found.state, found.starts_at, found.ends_at, found.coupon_id)


def _untaken(code: str, batch: Batch | None, now: datetime) -> Kept:
    """A coupon as it would be if the customer took it now."""
    assert batch is not None, "what can be taken comes from a batch"
    terms = terms_of(batch.version)
    starts_at, ends_at = span(terms, at=now, zone=ZoneInfo(settings.TIME_ZONE))
    return Kept(Ticket(code, terms, terms.worth_fen, ends_at), State.ISSUED, starts_at, ends_at, None, batch)


def coupons_of(customer_id: int, *, states: Collection[str] = HAS) -> QuerySet[Coupon]:
    """A customer's coupons, newest first, with their terms, and the purchase that holds or has used each
    (`purchase`, `saved_fen`, `used_at`).
    """
    return _shown(Coupon.objects.filter(customer_id=customer_id, state__in=states)).order_by("-pk")


def _shown(rows: QuerySet[Coupon]) -> QuerySet[Coupon]:
    taken = Use.objects.filter(coupon=OuterRef("pk"), state__in=[UseState.RESERVED, UseState.USED]).order_by("-pk")
    return rows.select_related("version__template", "version__sku__product", "batch__version__template").annotate(
        purchase=Subquery(taken.values("purchase")[:1]), saved_fen=Subquery(taken.values("amount_fen")[:1]),
        used_at=Subquery(taken.values("used_at")[:1]))


def counts_of(customer_id: int, *, now: datetime) -> dict[str, int]:
    """How many of a customer's coupons are usable, in a purchase that waits to be paid, used, and over."""
    rows = Coupon.objects.filter(customer_id=customer_id)
    return rows.aggregate(
        usable=Count("pk", filter=Q(state=State.ISSUED, expires_at__gt=now)),
        reserved=Count("pk", filter=Q(state=State.RESERVED)), used=Count("pk", filter=Q(state=State.USED)),
        expired=Count("pk", filter=Q(state=State.EXPIRED) | Q(state=State.ISSUED, expires_at__lte=now)),
    )


@dataclass(frozen=True)
class Choice:
    """One coupon of the customer beside a cart. `why` it cannot be used, or what it would save alone.

    `missing_fen`: so much more of what it is for must lie in the cart.
    """

    coupon: Coupon
    saves_fen: int
    why: Why | None = None
    missing_fen: int = 0


@dataclass(frozen=True)
class Choices:
    """Usable coupons by what they save, then the others; `best` are the codes that together save most, `best_fen`."""

    usable: tuple[Choice, ...]
    others: tuple[Choice, ...]
    best: tuple[str, ...]
    best_fen: int


def choices(
    customer_id: int, *, goods: Sequence[Goods], who: Shopper, freight_fen: int, now: datetime
) -> Choices:
    """The customer's coupons for this cart, at most limits.MAX_WALLET of them, those that expire first; two statements,
    one where there are none.

    `freight_fen`: what sending would cost; 0 when it is not known yet, and then coupons for sending save nothing.
    """
    unused = [pk for (pk,) in fetch(_UNUSED, [customer_id, State.ISSUED, now, MAX_WALLET])]
    if not unused:
        return Choices((), (), (), 0)
    rows = _shown(Coupon.objects.filter(pk__in=unused)).order_by("expires_at", "pk")
    found = [_choice(row, goods, who, freight_fen, now) for row in rows]
    usable = sorted((each for each in found if each.why is None), key=lambda each: -each.saves_fen)
    tickets = [kept(each.coupon).ticket for each in usable]
    together = best(tickets, goods, freight_fen=freight_fen)
    return Choices(
        tuple(usable), tuple(each for each in found if each.why is not None), tuple(each.code for each in together),
        saved_fen(together, goods, freight_fen=freight_fen) if together else 0,
    )


def _choice(row: Coupon, goods: Sequence[Goods], who: Shopper, freight_fen: int, now: datetime) -> Choice:
    ticket = kept(row).ticket
    why = Why.NOT_YET if row.starts_at > now else unusable(ticket, goods, who)
    if why is None:
        saves = saved_fen([ticket], goods, freight_fen=freight_fen)
        return Choice(row, saves) if saves else Choice(row, 0, Why.NOTHING)
    return Choice(row, 0, why, missing_fen(ticket.terms, goods) if why == Why.LEAST else 0)


def expiring_on(day: date, *, after_customer_id: int, limit: int) -> list[tuple[int, int, int]]:
    """(customer id, coupons, fen) of who loses coupons in the course of a local day, by customer."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    rows = Coupon.objects.filter(state=State.ISSUED, expires_at__gt=begin, expires_at__lte=begin + timedelta(days=1),
                                 customer_id__gt=after_customer_id)
    found = rows.values("customer_id").annotate(count=Count("pk"), worth=Sum("worth_fen")).order_by("customer_id")
    return [(row["customer_id"], row["count"], row["worth"]) for row in found[:limit]]


def taken_of(batch_ids: Collection[int], customer_id: int) -> dict[int, int]:
    """How many coupons of each of these batches the customer has had."""
    rows = Coupon.objects.filter(batch_id__in=batch_ids, customer_id=customer_id).values("batch_id")
    return {row["batch_id"]: row["count"] for row in rows.annotate(count=Count("pk"))}


def still_unused(key: str, *, count: int) -> int:
    """How many of the coupons that were issued under this key are as they were given."""
    return Coupon.objects.filter(key__in=[f"{key}#{number}" for number in range(1, count + 1)],
                                 state__in=[State.PENDING, State.ISSUED]).count()
