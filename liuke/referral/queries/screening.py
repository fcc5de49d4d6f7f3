"""What is measured of an order and a member whom it rewards, and what waits for somebody to look."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from liuke.customers.models import Identity
from liuke.customers.rules import identities
from liuke.kit import crypto, rows
from liuke.mall.models import Address
from liuke.referral import fraud
from liuke.referral.fraud import Policy, Rule, Signal
from liuke.referral.models import FraudPolicy, Screening

Pair = tuple[int, int]                        # order, who is rewarded
SEGMENT = 7                                   # first digits of a phone
# One statement for a batch. Every part looks at a bounded number of rows, however many people somebody has referred.
MEASURE = """
WITH payee AS NOT MATERIALIZED ({payees})
SELECT p.order_id, p.customer_id, o.customer_id,
  (o.customer_id = p.customer_id AND p.saved = 0)::int,
  EXISTS (SELECT FROM referral_shareddevice d JOIN referral_visitor v ON v.id = d.visitor_id
          WHERE (v.customer_id, d.customer_id) IN (
              (p.customer_id, o.customer_id), (o.customer_id, p.customer_id)))::int,
  EXISTS (SELECT FROM payee mine JOIN payee theirs ON theirs.mark = mine.mark
          WHERE mine.customer_id = p.customer_id AND theirs.customer_id = o.customer_id
          AND o.customer_id <> p.customer_id)::int,
  (SELECT count(*) FROM (SELECT FROM payee mine JOIN payee other ON other.mark = mine.mark
      WHERE mine.customer_id = p.customer_id AND other.customer_id <> p.customer_id LIMIT 100) others)::int,
  EXISTS (SELECT FROM referral_visitor mine JOIN referral_touch a ON a.visitor_id = mine.id AND a.address_mark <> ''
          JOIN referral_touch b ON b.address_mark = a.address_mark
               AND b.at BETWEEN a.at - interval '12 hours' AND a.at + interval '12 hours'
          JOIN referral_visitor theirs ON theirs.id = b.visitor_id AND theirs.customer_id = o.customer_id
          WHERE mine.customer_id = p.customer_id AND o.customer_id <> p.customer_id)::int,
  coalesce((SELECT max(crowd.n) FROM (
      SELECT a.address_mark, a.at FROM referral_visitor v JOIN referral_touch a ON a.visitor_id = v.id
      WHERE v.customer_id = o.customer_id AND a.address_mark <> '' ORDER BY a.at DESC LIMIT 3) own,
      LATERAL (SELECT count(DISTINCT near.visitor_id) AS n FROM (
          SELECT b.visitor_id FROM referral_touch b WHERE b.address_mark = own.address_mark
          AND b.at BETWEEN own.at - interval '1 hour' AND own.at LIMIT 100) near) crowd), 0)::int,
  extract(epoch FROM o.paid_at - r.bound_at)::bigint,
  (SELECT count(*) FROM (SELECT bound_at FROM referral_referral x WHERE x.referrer_id = r.referrer_id
      AND x.ended_at IS NULL AND x.id <= r.id ORDER BY x.id DESC LIMIT 100) near
   WHERE near.bound_at > r.bound_at - interval '30 minutes')::int,
  (SELECT CASE WHEN count(*) >= %(orders)s THEN 100 * count(*) FILTER (WHERE last.refunded) / count(*) END FROM (
      SELECT c.order_id, bool_or(c.amount < c.promised) AS refunded FROM (
          SELECT * FROM referral_commission c WHERE c.customer_id = p.customer_id ORDER BY c.id DESC LIMIT 100) c
      GROUP BY c.order_id) last)::int,
  (SELECT 100 * sum(l.amount_fen) FILTER (WHERE l.supply_fen > 0 AND l.amount_fen - l.supply_fen * l.quantity
          <= (SELECT coalesce(sum(c.amount), 0) FROM referral_commission c WHERE c.line_id = l.id))
          / nullif(sum(l.amount_fen), 0) FROM mall_orderline l WHERE l.order_id = o.id)::int
FROM unnest(%(orders_of)s::bigint[], %(customers)s::bigint[], %(saved)s::int[]) AS p(order_id, customer_id, saved)
JOIN mall_order o ON o.id = p.order_id
LEFT JOIN referral_referral r ON r.customer_id = o.customer_id AND r.ended_at IS NULL
"""
MEASURED = (Signal.OWN_ORDER, Signal.DEVICE, Signal.PAYEE, Signal.PAYEES, Signal.NETWORK, Signal.VELOCITY, Signal.FAST,
            Signal.BURST, Signal.REFUNDS, Signal.NO_MARGIN)


def policy() -> tuple[Policy, int | None]:
    """What counts now, and the row that says so; the house's own until somebody has set one."""
    row = FraudPolicy.objects.order_by("-pk").first()
    if row is None:
        return fraud.DEFAULT, None
    known = {Signal(name): Rule(*rule) for name, rule in row.rules.items() if name in set(Signal)}
    return Policy(rules={**fraud.DEFAULT.rules, **known}, hold_from=row.hold_from, block_from=row.block_from), row.pk


def figures(pairs: Mapping[Pair, bool], *, staff: Collection[int]) -> dict[Pair, dict[Signal, int]]:
    """Every signal of each pair; what cannot be known is left out. `pairs`: whether it is a member's own saving.

    Three statements, whatever the size of the network.
    """
    given = list(pairs)
    found = rows.fetch(_measure(), {
        "orders_of": [order for order, _who in given], "customers": [who for _order, who in given],
        "saved": [int(pairs[pair]) for pair in given], "orders": fraud.MIN_ORDERS})
    buyers = {(row[0], row[1]): row[2] for row in found}
    people = {*buyers.values(), *(who for _order, who in given)}
    doors, phones = _doors(people), _segments(people)
    return {
        pair: {**{signal: figure for signal, figure in zip(MEASURED, row[3:], strict=True) if figure is not None},
               Signal.STAFF: int(pair[1] in staff), **_same(pair[1], buyers[pair], doors, phones)}
        for row in found for pair in [(row[0], row[1])]
    }


@cache
def _measure() -> str:
    """Where money goes to is known above us."""
    return MEASURE.format(payees=import_string(settings.LIUKE_PAYEES))


def _same(
    who: int, buyer: int, doors: Mapping[int, set[str]], phones: Mapping[int, set[str]]
) -> dict[Signal, int]:
    if who == buyer:
        return {}
    return {Signal.ADDRESS: int(bool(doors.get(who, set()) & doors.get(buyer, set()))),
            Signal.PHONE: int(bool(phones.get(who, set()) & phones.get(buyer, set())))}


def _doors(customer_ids: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    kept = Address.objects.filter(customer_id__in=customer_ids).values_list("customer_id", "region", "street_enc")
    for customer_id, region, street in kept:
        found.setdefault(customer_id, set()).add(region + "".join(crypto.decrypt(street).split()).lower())
    return found


def _segments(customer_ids: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    kept = Identity.objects.filter(customer_id__in=customer_ids, kind=identities.PHONE)
    for customer_id, phone in kept.values_list("customer_id", "value_enc"):
        found.setdefault(customer_id, set()).add(crypto.decrypt(phone)[-11:][:SEGMENT])
    return found


def screenings() -> QuerySet[Screening]:
    """The strongest first among those that wait; a page filters."""
    return Screening.objects.select_related("order", "customer", "decided_by", "policy")


def waiting() -> QuerySet[Screening]:
    """Held and undecided."""
    return screenings().filter(decision="").exclude(verdict=fraud.Verdict.PASS)


def blocked(customer_ids: Collection[int]) -> set[int]:
    """Who has an order that somebody must look at before anything is paid out to them."""
    found = Screening.objects.filter(customer_id__in=customer_ids, decision="", verdict=fraud.Verdict.BLOCK)
    return set(found.values_list("customer_id", flat=True))


def policies() -> Sequence[FraudPolicy]:
    """The last twenty, newest first."""
    return list(FraudPolicy.objects.select_related("made_by").order_by("-pk")[:20])
