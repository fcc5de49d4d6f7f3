"""What others may ask of points: a balance, the lots behind it, what a purchase took, what may be paid with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import psycopg
from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils import timezone

from liuke.points.models import Change, Lot, OpenLot, Programme, Redemption
from liuke.points.rules import NOTHING, PAGE, Offer, Terms, most

BALANCE = """
SELECT coalesce(a.posted, 0), coalesce(a.held, 0),
       (SELECT coalesce(sum(h.rest), 0) FROM ledger_openhold h WHERE h.credit_id = a.id),
       (SELECT coalesce(sum(o.rest), 0) FROM points_openlot o
        WHERE o.customer_id = %(customer)s AND o.expires_at <= %(now)s),
       n.expires_at, n.points
FROM (SELECT 1) one
LEFT JOIN ledger_account a ON a.address = %(address)s
LEFT JOIN LATERAL (
  SELECT o.expires_at, sum(o.rest) AS points FROM points_openlot o
  WHERE o.customer_id = %(customer)s AND o.expires_at > %(now)s GROUP BY o.expires_at ORDER BY o.expires_at LIMIT 1
) n ON true
"""
DIFFERING = """
SELECT coalesce(a.owner_id, o.customer_id), coalesce(a.posted - a.held, 0), coalesce(o.rest, 0)
FROM (SELECT owner_id, posted, held FROM ledger_account WHERE unit = 'points' AND purpose = 'points'
      AND owner_kind = 'customer') a
FULL JOIN (SELECT customer_id, sum(rest)::bigint AS rest FROM points_openlot GROUP BY customer_id) o
ON o.customer_id = a.owner_id
WHERE greatest(coalesce(a.posted - a.held, 0), 0) <> coalesce(o.rest, 0) ORDER BY 1 LIMIT %s
"""
DUE = "SELECT EXISTS (SELECT FROM points_openlot WHERE customer_id = %s AND expires_at <= %s)"
USED = """
SELECT split_part(l.key, ':', 2)::bigint, round(sum(p.part * (r.amount - r.back)::numeric / r.amount))::bigint
FROM points_redemption r CROSS JOIN LATERAL unnest(r.lots, r.parts) p(lot, part)
JOIN points_lot l ON l.id = p.lot
WHERE r.state = 'used' AND l.key LIKE %s GROUP BY 1
"""


@dataclass(frozen=True)
class Balance:
    """A customer's points. `available` may be negative: what was taken back after it was spent is a debt.

    `reserved` waits for a purchase to be paid, `pending` to be made available. `expiring` of what is available goes
    next, at `expires_at`; None when nothing ever expires.
    """

    available: int
    reserved: int
    pending: int
    expiring: int
    expires_at: datetime | None

    @property
    def spendable(self) -> int:
        return max(self.available, 0)


def balance(customer_id: int, *, now: datetime) -> Balance:
    """One statement. Points whose time is up do not count, whether or not the clock has taken them yet."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCE, {"customer": customer_id, "now": now, "address": f"points:customer:{customer_id}"})
        posted, held, coming, due, expires_at, expiring = cursor.fetchone()
    return Balance(posted - held - int(due), held, int(coming), int(expiring or 0), expires_at)


def terms() -> Terms:
    """What points are worth at checkout now."""
    row = Programme.objects.order_by("-pk").values(
        "points_per_yuan", "order_cap_bp", "step", "least", "enabled").first()
    return Terms(**row) if row else Terms()


def offer_for(customer_id: int, *, goods_fen: int, now: datetime) -> Offer:
    """The most that the customer's points can pay of goods worth so much after every other discount."""
    current = terms()
    if not current.enabled or goods_fen <= 0:
        return NOTHING
    return most(goods_fen, balance(customer_id, now=now).spendable, current)


def lots_of(customer_id: int) -> QuerySet[Lot]:
    """A customer's lots, newest first, with what is left of each (`open.rest`, where it has an `open`)."""
    return Lot.objects.filter(customer_id=customer_id).select_related("open").order_by("-pk")


def open_lots_of(customer_id: int, *, now: datetime) -> QuerySet[OpenLot]:
    """What can be spent, in the order in which it will be."""
    rows = OpenLot.objects.filter(customer_id=customer_id).exclude(expires_at__lte=now).select_related("lot")
    return rows.order_by("expires_at", "lot_id")


def lots_by_key(keys: Sequence[str]) -> dict[str, Lot]:
    return {lot.key: lot for lot in Lot.objects.filter(key__in=keys).select_related("open")}


def redemptions_of(customer_id: int) -> QuerySet[Redemption]:
    """What a customer's purchases took, newest first."""
    return Redemption.objects.filter(customer_id=customer_id).order_by("-pk")


def redemption(key: str) -> Redemption | None:
    """The points of a purchase."""
    return Redemption.objects.filter(key=key).first()


def used_of(word: str) -> dict[int, int]:
    """Of points that were given under keys such as award:3:77, how many were spent in all, by the number (here 3).

    Spent points that went back are left out, by their share of the purchase. Reads every redemption: for the night.
    """
    with connection.cursor() as cursor:
        cursor.execute(USED, [f"{word}:%"])
        return dict(cursor.fetchall())


def changes_of(customer_id: int) -> QuerySet[Change]:
    """What was taken back from a customer, what paid debts, what was adjusted; newest first."""
    return Change.objects.filter(customer_id=customer_id).order_by("-pk")


def open_points(customer_id: int) -> int:
    """What is in open lots, due or not."""
    return OpenLot.objects.filter(customer_id=customer_id).aggregate(rest=Sum("rest"))["rest"] or 0


def open_total() -> int:
    """What is in everybody's open lots; reads all of them."""
    return OpenLot.objects.aggregate(rest=Sum("rest"))["rest"] or 0


def is_due(customer_id: int, *, now: datetime) -> bool:
    """Whether the customer has an open lot whose time is up. On a plain cursor of the driver, which prepares it."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        row = cursor.execute(DUE, [customer_id, now], binary=True).fetchone()
    return bool(row and row[0])


def expiring_on(day: date, *, after_customer_id: int, limit: int) -> list[tuple[int, int]]:
    """(customer id, points) of who loses points in the course of a local day, by customer."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    rows = OpenLot.objects.filter(expires_at__gt=begin, expires_at__lte=begin + timedelta(days=1),
                                  customer_id__gt=after_customer_id)
    found = rows.values("customer_id").annotate(points=Sum("rest")).order_by("customer_id")
    return [(row["customer_id"], row["points"]) for row in found[:limit]]


@dataclass(frozen=True)
class Difference:
    """A customer of whom the ledger and the lots say different things: free there, open here."""

    customer_id: int
    free: int
    open: int


def differing(*, limit: int = PAGE) -> list[Difference]:
    """Where ledger and lots disagree; empty, or something is broken. Reads every customer with points."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, [limit])
        return [Difference(*row) for row in cursor.fetchall()]
