"""Price rules as staff see them, and why one price is what it is."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from liuke.kit.errors import NotYours
from liuke.mall.models import ShopPrice, Sku, TierPrice, TimedPrice
from liuke.mall.queries.prices import Buyer, prices_for
from liuke.mall.rules import prices as rules
from liuke.mall.rules.catalogue import needles
from liuke.org.models import Shop

RUNNING, COMING, OVER = "running", "coming", "over"
MOST_RULES = 500


@dataclass(frozen=True)
class Aside:
    """A timed price of the SKU that did not make the price, and why: early, late, sold, others (not for this buyer),
    shop (another shop's), dearer."""

    sale: TimedPrice
    why: str


def shop_rules(shops: QuerySet[Shop]) -> QuerySet[Shop]:
    """With `usual_bp` and `usual_offered` (the rule for all SKUs, None without one) and `own`, the number of others."""
    usual = ShopPrice.objects.filter(shop=OuterRef("pk"), sku=None)
    return shops.annotate(
        usual_bp=Subquery(usual.values("markup_bp")[:1]), usual_offered=Subquery(usual.values("offered")[:1]),
        own=Count("prices", filter=Q(prices__sku__isnull=False)))


def usual_rule(shop_id: int) -> ShopPrice | None:
    """The shop's rule for all SKUs without one of their own."""
    return ShopPrice.objects.filter(shop=shop_id, sku=None).first()


def own_rules(shop_id: int, *, text: str = "") -> QuerySet[ShopPrice]:
    """The shop's rules for single SKUs."""
    rows = ShopPrice.objects.select_related("sku__product").filter(shop=shop_id, sku__isnull=False)
    for needle in needles(text):
        rows = rows.filter(sku__product__search__contains=needle)
    return rows


def tier_rules() -> list[TierPrice]:
    """By tier, the rule for all SKUs first."""
    rows = TierPrice.objects.select_related("sku__product").order_by("tier", F("sku__code").asc(nulls_first=True), "pk")
    return list(rows[:MOST_RULES])


def timed_prices(view: str, *, now: datetime, shop_ids: list[int] | None) -> QuerySet[TimedPrice]:
    """Those that run, come or are over; of these shops (None: of all) and of all shops at once."""
    rows = TimedPrice.objects.select_related("sku__product", "shop")
    if shop_ids is not None:
        rows = rows.filter(Q(shop__in=shop_ids) | Q(shop=None))
    if view == RUNNING:
        return rows.filter(starts_at__lte=now, ends_at__gt=now)
    return rows.filter(starts_at__gt=now) if view == COMING else rows.filter(ends_at__lte=now)


def sales_for_profiles(*, now: datetime) -> tuple[list[int], list[int]]:
    """Sales that run or will for a segment or a tag: those that say to nobody for whom, and those that say it."""
    rows = TimedPrice.objects.filter(ends_at__gt=now, audience_kind__in=rules.UNSEEN)
    found = list(rows.order_by("pk").values_list("pk", "open_terms")[:MOST_RULES])
    return [pk for pk, terms in found if not terms], [pk for pk, terms in found if terms]


def timed_price(timed_price_id: int, *, shop_ids: list[int] | None) -> TimedPrice:
    """One that this person may change: those of all shops only when `shop_ids` is None. Raises NotYours."""
    rows = TimedPrice.objects.select_related("sku__product", "shop").filter(pk=timed_price_id)
    row = (rows if shop_ids is None else rows.filter(shop__in=shop_ids)).first()
    if row is None:
        raise NotYours
    return row


def why(sku: Sku, *, shop_id: int, who: Buyer, now: datetime, quantity: int) -> rules.Price | None:
    """The price with its steps; None when the shop does not sell it."""
    pair = (shop_id, sku.pk)
    found = prices_for([pair], who=who, now=now, quantities={pair: quantity})
    return found.get(pair)


def asides(
    sku: Sku, price: rules.Price | None, *, shop_id: int, who: Buyer, now: datetime, quantity: int
) -> list[Aside]:
    """The timed prices of the SKU that were looked at and did not make the price."""
    rows = TimedPrice.objects.select_related("shop").filter(sku=sku).order_by("-ends_at", "-pk")[:20]
    return [Aside(row, _why_not(row, shop_id=shop_id, who=who, now=now, quantity=quantity))
            for row in rows if price is None or row.pk != price.timed]


def _why_not(row: TimedPrice, *, shop_id: int, who: Buyer, now: datetime, quantity: int) -> str:
    if row.ends_at <= now:
        return "late"
    if row.starts_at - who.early > now:
        return "early"
    if row.shop_id not in (None, shop_id):
        return "shop"
    if row.audience_kind and (row.audience_kind, row.audience) not in who.audiences:
        return "others"
    if row.per_customer and row.per_customer - who.had.get(row.pk, 0) < quantity:
        return "had"
    return "sold" if row.quantity - row.sold < quantity else "dearer"
