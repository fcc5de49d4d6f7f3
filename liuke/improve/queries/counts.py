"""Tickets and unit-weeks of whole weeks, read from the desk and the mall."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from liuke.improve.rules import WATCHED_WEEKS, WEEK, Cause
from liuke.kit import rows


@dataclass(frozen=True)
class Counts:
    """By week (0 is the oldest) and cause with the batch as known; by week, product and batch."""

    tickets: dict[tuple[int, Cause], int]
    exposure: dict[tuple[int, int, str], float]


def read(*, until: date, weeks: int, product_id: int | None = None) -> Counts:
    """The whole weeks that end at the Monday `until`, in the brand's zone. Two statements.

    Tickets that are spam, were merged, or that nobody has sorted or tied to a product, say nothing here. Units are
    pieces in parcels that have left, and not those that replace others.
    """
    edges = [_midnight(until - (weeks - at) * WEEK) for at in range(weeks + 1)]
    asked = {"edges": edges, "starts": edges[:-1], "ends": edges[1:], "since": edges[0], "until": edges[-1],
             "watched": WATCHED_WEEKS * 7, "product": product_id}
    return Counts(
        {(week - 1, Cause(product, kind, batch)): count for week, product, kind, batch, count
         in rows.fetch(_TICKETS, asked)},
        {(week - 1, product, batch): float(many) for week, product, batch, many in rows.fetch(_EXPOSURE, asked)})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


_TICKETS = """
SELECT week.number, about.product_id, ticket.kind, about.batch, count(*)
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS week (begins, ends, number)
JOIN desk_ticket ticket ON ticket.opened_at >= week.begins AND ticket.opened_at < week.ends
JOIN desk_ticketproduct about ON about.ticket_id = ticket.id
WHERE ticket.kind <> '' AND ticket.state NOT IN ('spam', 'merged')
  AND (%(product)s::bigint IS NULL OR about.product_id = %(product)s::bigint)
GROUP BY 1, 2, 3, 4
"""
# Parcels that left between the same two edges, and whose time ends between the same two, are told by their sum and mean
# moment: how long each was watched in a week is linear in when it left, so nothing is lost, and few rows are left.
_EXPOSURE = """
WITH parcels AS (
    SELECT item.product_id, packed.batch, sum(packed.quantity) AS quantity,
        to_timestamp(sum(packed.quantity * EXTRACT(epoch FROM parcel.shipped_at)) / sum(packed.quantity)) AS shipped_at
    FROM mall_shipment parcel
    JOIN mall_shipmentline packed ON packed.shipment_id = parcel.id AND packed.quantity > 0
    JOIN mall_orderline line ON line.id = packed.line_id
    JOIN mall_sku item ON item.id = line.item_id
    WHERE parcel.shipped_at < %(until)s AND parcel.shipped_at > %(since)s - make_interval(days => %(watched)s)
      AND parcel.request_id IS NULL AND (%(product)s::bigint IS NULL OR item.product_id = %(product)s::bigint)
    GROUP BY 1, 2, width_bucket(parcel.shipped_at, %(edges)s::timestamptz[]),
        width_bucket(parcel.shipped_at + make_interval(days => %(watched)s), %(edges)s::timestamptz[]))
SELECT week.number, product_id, batch, sum(quantity * EXTRACT(epoch FROM
    LEAST(shipped_at + make_interval(days => %(watched)s), week.ends) - GREATEST(shipped_at, week.begins)) / 604800)
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS week (begins, ends, number)
JOIN parcels ON shipped_at < week.ends AND shipped_at + make_interval(days => %(watched)s) > week.begins
GROUP BY 1, 2, 3
"""
