"""What referring brings: of one promoter with each link, of one shop's or staff's link, or of the whole brand.

Everything is counted by when it happened, in a span of time. No statement walks a line of people: what a promoter's
figures cost grows with that promoter's own people, and the brand's with what happened in the span.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from liuke.insight.rules.bought import BOUGHT
from liuke.kit import rows
from liuke.referral.models import InviterCohort, LeaderPlace, Unlisted

LISTED = 100                                  # places of the leaderboard
COHORTS = 24                                  # months

# {mine} narrows to one promoter's (%(who)s); `whole` tells the row of the sum from those of each link
TOUCHES = """
SELECT grouping(t.link_id) = 1 AS whole, t.link_id, count(*), count(DISTINCT t.visitor_id),
       count(DISTINCT v.customer_id) FILTER (WHERE c.joined_at >= t.at)
FROM referral_touch t JOIN referral_referrallink l ON l.id = t.link_id JOIN referral_visitor v ON v.id = t.visitor_id
LEFT JOIN customers_customer c ON c.id = v.customer_id
WHERE {link} AND t.at >= %(since)s AND t.at < %(until)s GROUP BY GROUPING SETS ((t.link_id), ())
"""
SHARES = """
SELECT grouping(s.link_id) = 1 AS whole, s.link_id, count(*)
FROM referral_linkshare s JOIN referral_referrallink l ON l.id = s.link_id
WHERE {link} AND s.at >= %(since)s AND s.at < %(until)s GROUP BY GROUPING SETS ((s.link_id), ())
"""
BOUND = """
SELECT grouping(r.link_id) = 1 AS whole, r.link_id, count(*)
FROM referral_referral r
WHERE {referral} AND r.ended_at IS NULL AND r.bound_at >= %(since)s AND r.bound_at < %(until)s
GROUP BY GROUPING SETS ((r.link_id), ())
"""
# Providers tell payments to the second. Goods only: freight is nobody's merit.
# `cost`: what these orders owe to anybody, in cash and in points at their worth
SALES = """
SELECT grouping(r.link_id) = 1 AS whole, r.link_id, count(*) FILTER (WHERE first.at = o.placed_at),
       coalesce(sum(goods.net), 0)::bigint, coalesce(sum(owed.cost), 0)::bigint
FROM mall_order o
JOIN referral_referral r ON r.customer_id = o.customer_id AND r.ended_at IS NULL
CROSS JOIN LATERAL (SELECT sum(amount_fen - refunded_fen) AS net FROM mall_orderline WHERE order_id = o.id) goods
CROSS JOIN LATERAL (SELECT sum(amount) AS cost FROM referral_commission WHERE order_id = o.id) owed
CROSS JOIN LATERAL (
    SELECT min(e.placed_at) AS at FROM mall_order e
    WHERE e.customer_id = o.customer_id AND e.state = ANY(%(bought)s)) first
WHERE {referral} AND o.source = 'shop' AND o.state = ANY(%(bought)s) AND o.paid_at >= date_trunc('second', r.bound_at)
  AND o.placed_at >= %(since)s AND o.placed_at < %(until)s
GROUP BY GROUPING SETS ((r.link_id), ())
"""
# what packs have cost that a plan promised for these newcomers; {packs} is a statement of who gives them
PACKS = """
SELECT grouping(r.link_id) = 1 AS whole, r.link_id, coalesce(sum(p.cost_fen), 0)::bigint
FROM ({packs}) p JOIN referral_referral r ON r.customer_id = p.customer_id AND r.ended_at IS NULL
WHERE {referral} AND p.at >= %(since)s AND p.at < %(until)s GROUP BY GROUPING SETS ((r.link_id), ())
"""
EARNED = """
SELECT coalesce(sum(amount) FILTER (WHERE paid_in = 'cash'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE paid_in <> 'cash'), 0)::bigint
FROM referral_commission c WHERE {earner} AND c.at >= %(since)s AND c.at < %(until)s
"""
SOURCES = """
SELECT CASE WHEN t.qr THEN 'qr' ELSE t.channel END, count(*), count(DISTINCT t.visitor_id),
       count(DISTINCT v.customer_id) FILTER (WHERE c.joined_at >= t.at)
FROM referral_touch t JOIN referral_referrallink l ON l.id = t.link_id JOIN referral_visitor v ON v.id = t.visitor_id
LEFT JOIN customers_customer c ON c.id = v.customer_id
WHERE {link} AND t.at >= %(since)s AND t.at < %(until)s GROUP BY 1 ORDER BY 3 DESC, 1
"""
ONE = {"link": "l.customer_id = %(who)s", "referral": "r.referrer_id = %(who)s", "earner": "c.customer_id = %(who)s"}
ALL = {"link": "true", "referral": "true", "earner": "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `since` on and before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """In fen. `registrations`: who became a customer after opening. `cost_fen`: what the orders owe to anybody.

    `pack_fen`: what packs have cost that went to newcomers and for them, as far as they were used.
    """

    shares: int = 0
    opens: int = 0
    people: int = 0
    registrations: int = 0
    bound: int = 0
    first_orders: int = 0
    revenue_fen: int = 0
    cost_fen: int = 0
    pack_fen: int = 0

    @property
    def cost_per_new_fen(self) -> int | None:
        """Commission and packs for each new customer who bought; None without one."""
        return (self.cost_fen + self.pack_fen) // self.first_orders if self.first_orders else None


@dataclass(frozen=True, slots=True)
class Promoted:
    """The sum, each link by its id (None: people without a link), and what the promoter earned of it and beyond it."""

    whole: Figures
    links: Mapping[int | None, Figures]
    cash_fen: int
    other_fen: int                            # points, at the worth they had


@dataclass(frozen=True, slots=True)
class Source:
    """`channel` as a touch has it, or qr for what was scanned."""

    channel: str
    opens: int
    people: int
    registrations: int


def promoted(span: Span, *, customer_id: int | None = None) -> Promoted:
    """One promoter's figures, or the whole brand's; eight statements, two of them about what packs cost."""
    packs = import_string(f"{settings.LIUKE_INVITATIONS}.cost_of_packs")()
    narrow, values = ALL if customer_id is None else ONE, _values(span, customer_id)
    found: dict[tuple[bool, int | None], Figures] = {}
    for sql, names in ((TOUCHES, ("opens", "people", "registrations")), (SHARES, ("shares",)), (BOUND, ("bound",)),
                       (SALES, ("first_orders", "revenue_fen", "cost_fen")), (PACKS, ("pack_fen",))):
        for whole, link_id, *counted in rows.fetch(sql.format(**narrow, packs=packs), values):
            before = found.get((whole, link_id), Figures())
            found[whole, link_id] = replace(before, **dict(zip(names, counted, strict=True)))
    [(cash, other)] = rows.fetch(EARNED.format(**narrow), values)
    links = {link_id: each for (whole, link_id), each in found.items() if not whole}
    return Promoted(found.get((True, None), Figures()), links, cash, other)


def sources(span: Span, *, customer_id: int | None = None) -> list[Source]:
    """Where the openings came from, those with the most people first; one statement."""
    narrow = ALL if customer_id is None else ONE
    return [Source(*row) for row in rows.fetch(SOURCES.format(**narrow), _values(span, customer_id))]


def cohorts() -> list[InviterCohort]:
    """The newest two years of months, oldest first; as the last night reckoned them."""
    return list(InviterCohort.objects.order_by("-month")[:COHORTS])[::-1]


def leaders() -> list[LeaderPlace]:
    """The leaderboard without who has left it since the last night."""
    gone = Unlisted.objects.values("customer_id")
    return list(LeaderPlace.objects.exclude(customer_id__in=gone).order_by("place")[:LISTED])


def is_listed(customer_id: int) -> bool:
    return not Unlisted.objects.filter(customer_id=customer_id).exists()


def last(days: int, *, now: datetime) -> Span:
    return Span(since=now - timedelta(days=days), until=now)


def _values(span: Span, customer_id: int | None) -> dict[str, Any]:
    return {"who": customer_id, "since": span.since, "until": span.until, "bought": list(BOUGHT)}
