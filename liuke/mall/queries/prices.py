"""Prices of many SKUs at once: the rows behind `rules.prices`, four queries whatever the number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from liuke.mall.models import ShopPrice, Sku, TierPrice, TimedPrice
from liuke.mall.rules import prices as rules


@dataclass(frozen=True)
class Buyer:
    """Who asks: the tier and the audiences that decide prices. A guest has neither."""

    tier: str = ""
    audiences: frozenset[tuple[str, str]] = frozenset()      # ("tag", "12"), ("segment", "churning"), ("group", "7")


GUEST = Buyer()


def buyer(customer_id: int | None) -> Buyer:
    """The customer as prices see them. Tiers come from loyalty once it stands; until then everybody pays alike."""
    return GUEST if customer_id is None else Buyer()


def prices_for(
    pairs: Iterable[tuple[int, int]], *, skus: Mapping[int, Sku], who: Buyer, now: datetime,
    quantities: Mapping[tuple[int, int], int] | None = None,
) -> dict[tuple[int, int], rules.Price]:
    """The price of each (shop id, SKU id). A pair that the shop does not offer is left out."""
    wanted = set(pairs)
    shop_ids, sku_ids = {shop for shop, _sku in wanted}, {sku for _shop, sku in wanted}
    shops = _shop_prices(shop_ids, sku_ids)
    tiers = _tier_prices(who.tier, sku_ids)
    timed = _timed_prices(shop_ids, sku_ids, who, now)
    answer = {}
    for shop_id, sku_id in wanted:
        rule = shops.get((shop_id, sku_id)) or shops.get((shop_id, None))
        if rule and not rule.offered:
            continue
        sku, tier = skus[sku_id], tiers.get(sku_id) or tiers.get(None)
        answer[shop_id, sku_id] = rules.price(
            rules.Base(sku.supply_fen, sku.list_fen, sku.floor_fen, sku.ceiling_fen),
            now=now,
            quantity=(quantities or {}).get((shop_id, sku_id), 1),
            shop=rules.Shop(rule.markup_bp, rule.price_fen) if rule else None,
            tier=rules.Tier(tier.tier, tier.off_bp, tier.price_fen) if tier else None,
            timed=[sale for at, sale in timed[sku_id] if at in (None, shop_id)],
        )
    return answer


def _shop_prices(shop_ids: set[int], sku_ids: set[int]) -> dict[tuple[int, int | None], ShopPrice]:
    rows = ShopPrice.objects.filter(Q(sku_id__in=sku_ids) | Q(sku=None), shop_id__in=shop_ids)
    return {(row.shop_id, row.sku_id): row for row in rows}


def _tier_prices(tier: str, sku_ids: set[int]) -> dict[int | None, TierPrice]:
    if not tier:
        return {}
    return {row.sku_id: row for row in TierPrice.objects.filter(Q(sku_id__in=sku_ids) | Q(sku=None), tier=tier)}


def _timed_prices(
    shop_ids: set[int], sku_ids: set[int], who: Buyer, now: datetime
) -> dict[int, list[tuple[int | None, rules.Timed]]]:
    rows = TimedPrice.objects.filter(
        Q(shop_id__in=shop_ids) | Q(shop=None), sku_id__in=sku_ids, starts_at__lte=now, ends_at__gt=now
    )
    found = defaultdict(list)
    for row in rows:
        if not row.audience_kind or (row.audience_kind, row.audience) in who.audiences:
            sale = rules.Timed(row.pk, row.price_fen, row.starts_at, row.ends_at, row.quantity - row.sold)
            found[row.sku_id].append((row.shop_id, sale))
    return found
