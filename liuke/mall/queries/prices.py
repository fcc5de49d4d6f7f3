"""What SKUs cost one buyer: the rows behind `rules.prices`, read with the SKUs themselves in one statement.

A statement that reads SKUs joins RULES, selects PRICED beside its own columns and gives its row to `price_of`. It calls
the SKU `sku` and the shop `shop`, and is given `Buyer.values`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from msgspec import Struct
from msgspec.json import Decoder

from liuke.kit.rows import fetch
from liuke.mall.rules import prices as rules

TIER, SALE, EARLY, FREIGHT = "tier", "sale", "early_hours", "free_freight"       # what tells more than an audience
WIDTH = 9                                # columns of PRICED


@dataclass(frozen=True)
class Buyer:
    """Who asks: the tier and the audiences that decide prices, and what they have had of sales with a limit for each.

    `early`: timed prices begin so much earlier for them. `free_freight`: their tier pays nothing for sending.
    A guest has none of it.
    """

    tier: str = ""
    audiences: frozenset[tuple[str, str]] = frozenset()      # ("tag", "12"), ("segment", "gone"), ("tier", "gold")
    had: Mapping[int, int] = field(default_factory=dict)     # timed price -> pieces
    early: timedelta = timedelta(0)
    free_freight: bool = False

    def values(self, now: datetime) -> dict[str, Any]:
        """What RULES and PRICED ask for."""
        return {"tier": self.tier, "now": now, "opens": now + self.early,
                "audiences": sorted(f"{kind}:{name}" for kind, name in self.audiences)}


GUEST = Buyer()


def buyer(customer_id: int | None, *, now: datetime) -> Buyer:
    """The customer as prices see them, in one statement whatever tells of them (settings.LIUKE_AUDIENCES)."""
    if customer_id is None:
        return GUEST
    audiences, had, told = set(), {}, {}
    for kind, name, pieces in fetch(_buyer(), {"customer": customer_id, "now": now}):
        if kind == SALE:
            had[int(name)] = pieces
        elif kind in (EARLY, FREIGHT):
            told[kind] = name
        else:
            audiences.add((kind, name))
    tier = next((name for kind, name in audiences if kind == TIER), "")
    return Buyer(tier, frozenset(audiences), had, timedelta(hours=int(told.get(EARLY, 0))), FREIGHT in told)


@cache
def _buyer() -> str:
    told = [f"SELECT kind, name, 0 FROM ({import_string(path)}) AS told (kind, name)"  # noqa: S608  texts of our own
            for path in settings.LIUKE_AUDIENCES]
    return " UNION ALL ".join([*told, _HAD])


_HAD = f"""
SELECT '{SALE}', promised.timed_price_id::text, SUM(promised.quantity)::int
FROM mall_order placed JOIN mall_orderline line ON line.order_id = placed.id
JOIN mall_reservation promised ON promised.line_id = line.id AND promised.state <> 'released'
WHERE placed.customer_id = %(customer)s AND promised.timed_price_id IS NOT NULL
      AND (SELECT EXISTS (SELECT 1 FROM mall_timedprice WHERE per_customer > 0 AND ends_at > %(now)s))
GROUP BY promised.timed_price_id
"""  # noqa: S608  texts of our own


RULES = """
LEFT JOIN mall_shopprice own ON own.shop_id = shop.id AND own.sku_id = sku.id
LEFT JOIN mall_shopprice rest ON rest.shop_id = shop.id AND rest.sku_id IS NULL
LEFT JOIN mall_tierprice mine ON mine.tier = %(tier)s AND mine.sku_id = sku.id
LEFT JOIN mall_tierprice every ON every.tier = %(tier)s AND every.sku_id IS NULL
"""
OFFERED = "COALESCE(own.offered, rest.offered, true)"
PRICED = """
sku.supply_fen, sku.list_fen, sku.floor_fen, sku.ceiling_fen,
CASE WHEN own.id IS NULL THEN rest.markup_bp ELSE own.markup_bp END,
CASE WHEN own.id IS NULL THEN rest.price_fen ELSE own.price_fen END,
CASE WHEN mine.id IS NULL THEN every.off_bp ELSE mine.off_bp END,
CASE WHEN mine.id IS NULL THEN every.price_fen ELSE mine.price_fen END,
(SELECT JSONB_AGG(JSONB_BUILD_ARRAY(timed.id, timed.price_fen, timed.starts_at, timed.ends_at,
                                    timed.quantity - timed.sold, timed.per_customer))
 FROM mall_timedprice timed
 WHERE timed.sku_id = sku.id AND timed.ends_at > %(now)s AND timed.starts_at <= %(opens)s
       AND (timed.shop_id = shop.id OR timed.shop_id IS NULL)
       AND (timed.audience_kind = '' OR timed.audience_kind || ':' || timed.audience = ANY(%(audiences)s::text[])))
"""


class _Sale(Struct, frozen=True, array_like=True):
    """A running timed price as PRICED tells it."""

    pk: int
    price_fen: int
    starts_at: datetime
    ends_at: datetime
    left: int
    per_customer: int


_sales = Decoder(list[_Sale]).decode


def price_of(priced: Sequence[Any], *, who: Buyer, now: datetime, quantity: int = 1) -> tuple[
        rules.Price, datetime | None]:
    """The price of one piece when so many are bought, from the WIDTH columns of PRICED; and when its sale ends."""
    supply, ask, floor, ceiling, markup, fixed, off, member, timed = priced
    sales = [_for(who, each) for each in _sales(timed)] if timed else ()
    price = rules.price(
        rules.Base(supply, ask, floor, ceiling), now=now, quantity=quantity,
        shop=None if markup is None and fixed is None else rules.Shop(markup, fixed),
        tier=None if off is None and member is None else rules.Tier(who.tier, off, member), timed=sales,
    )
    return price, next((sale.ends_at for sale in sales if sale.pk == price.timed), None) if price.timed else None


def _for(who: Buyer, sale: _Sale) -> rules.Timed:
    mine = sale.per_customer - who.had.get(sale.pk, 0) if sale.per_customer else sale.left
    return rules.Timed(sale.pk, sale.price_fen, sale.starts_at - who.early, sale.ends_at, min(sale.left, mine))


_PAIRS = f"""
SELECT shop.id, sku.id, {PRICED}
FROM unnest(%(shops)s::bigint[], %(skus)s::bigint[]) AS pair (shop_id, sku_id)
JOIN org_shop shop ON shop.id = pair.shop_id JOIN mall_sku sku ON sku.id = pair.sku_id {RULES}
WHERE {OFFERED}
"""  # noqa: S608  texts of our own


def prices_for(
    pairs: Iterable[tuple[int, int]], *, who: Buyer, now: datetime,
    quantities: Mapping[tuple[int, int], int] | None = None,
) -> dict[tuple[int, int], rules.Price]:
    """The price of each (shop id, SKU id), on sale or not. A pair that the shop does not offer is left out."""
    wanted = sorted(set(pairs))
    values = {**who.values(now), "shops": [shop for shop, _sku in wanted], "skus": [sku for _shop, sku in wanted]}
    return {
        (shop, sku): price_of(priced, who=who, now=now, quantity=(quantities or {}).get((shop, sku), 1))[0]
        for shop, sku, *priced in fetch(_PAIRS, values)
    }
