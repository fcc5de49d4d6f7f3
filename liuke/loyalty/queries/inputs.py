"""What is known of facts when they may earn: read for many at once, and only what some rule asks for."""

from collections.abc import Collection, Sequence
from typing import Any

from liuke.kit.rows import fetch
from liuke.loyalty.queries.fields import OF_CUSTOMER
from liuke.loyalty.rules.reckoning import Known, Line
from liuke.loyalty.rules.terms import ORDER_KINDS
from liuke.mall.queries.lines import PaidLine
from liuke.timeline.models import Fact

FIRST = """
SELECT f.id FROM timeline_fact f WHERE f.id = ANY(%s::bigint[]) AND NOT EXISTS (
  SELECT FROM timeline_fact e WHERE e.customer_id = f.customer_id AND e.kind = f.kind
  AND (e.happened_at, e.id) < (f.happened_at, f.id)
  AND coalesce((e.data ->> 'total_fen')::bigint, 1) > 0)
"""


def order_of(fact: Fact) -> int | None:
    """The order that an order's fact is about."""
    return fact.data.get("order_id") if fact.kind in ORDER_KINDS else None


def known_of(
    facts: Sequence[Fact], *, asked: Collection[str], orders: dict[int, list[PaidLine]]
) -> dict[int, Known]:
    """What is known of each fact, as far as `asked` names it. `orders`: the lines of the orders they are about."""
    happened = {(fact.customer_id, fact.happened_at) for fact in facts}
    loaded = {name: OF_CUSTOMER[name].load(happened) for name in asked if name in OF_CUSTOMER}
    first = _first(facts) if "first" in asked else set()
    answer = {}
    for fact in facts:
        values: dict[str, Any] = {
            name: found.get((fact.customer_id, fact.happened_at), OF_CUSTOMER[name].without)
            for name, found in loaded.items()
        }
        values["first"] = fact.pk in first
        order_id = order_of(fact)
        if order_id is None:
            answer[fact.pk] = Known({**fact.data, **values})
            continue
        lines = orders.get(order_id, [])
        values["shop"] = lines[0].shop_id if lines else None
        answer[fact.pk] = Known(values, [_line(line) for line in lines], order_id)
    return answer


def _line(line: PaidLine) -> Line:
    return Line(line.line_id, line.amount_fen, line.product_id, line.category_ids)


def _first(facts: Sequence[Fact]) -> set[int]:
    """Those before which nothing of the kind had happened to the customer; an order that cost nothing is none."""
    return {pk for (pk,) in fetch(FIRST, [[fact.pk for fact in facts]])}
