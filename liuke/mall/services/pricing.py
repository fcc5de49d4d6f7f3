"""How shops, tiers and moments price: set and taken back. `rules.prices` says what comes of it.

A price for one SKU must lie in its bounds when it is set; a rule for all SKUs is held in each SKU's bounds when it is
used.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import ShopPrice, Sku, TierPrice, TimedPrice
from liuke.mall.queries.tiers import unknown
from liuke.mall.rules import prices as rules
from liuke.mall.rules.catalogue import MAX_FEN, PriceBounds
from liuke.org.models import Shop

MAX_MARKUP_BP = 100_000                  # ten times the supply price on top
MAX_OFF_BP = 10_000
MAX_SALE_PIECES = 1_000_000
Rule = TypeVar("Rule", ShopPrice, TierPrice)
AUDIENCES = ("", "segment", "tag", "tier", "group")
TERMS_CHARACTERS = 60


class OneWay(BadInput):
    """A price is either fixed or a share, not both and not neither."""

    code = "price_one_way"


class Overlapping(Refused):
    """Another timed price of this SKU runs at that time for the same people."""

    code = "timed_price_overlaps"


class BadSale(BadInput):
    """A timed price ends after it starts, in the future, and has a quantity."""

    code = "bad_timed_price"


class HiddenPrice(BadInput):
    """G19: the same goods at the same time at another price for some, by a condition that nobody can read."""

    code = "G19"


@dataclass(frozen=True, kw_only=True)
class Sale:
    """A timed price as staff describe it. `shop_id` None: in every shop; per_customer 0: no limit.

    `open_terms`: who it is for, in a sentence that everybody reads beside the price.
    """

    sku_id: int
    price_fen: int
    starts_at: datetime
    ends_at: datetime
    quantity: int
    shop_id: int | None = None
    per_customer: int = 0
    audience_kind: str = ""
    audience: str = ""
    open_terms: str = ""


def set_shop_price(
    *, shop_id: int, sku_id: int | None, markup_bp: int | None = None, price_fen: int | None = None,
    offered: bool = True,
) -> ShopPrice:
    """From now on the shop asks this, for one SKU or (None) for all without a price of their own. Again is once.

    Raises NotYours, OneWay, and PriceBounds when the price of the one SKU would leave its floor and ceiling.
    """
    require_transaction()
    _one_way(markup_bp, price_fen)
    if not Shop.objects.filter(pk=shop_id).exists():
        raise NotYours(_("没有这家门店"))
    _check_markup(markup_bp)
    if sku_id is not None:
        _check_shop(_sku(sku_id), rules.Shop(markup_bp, price_fen))
    elif price_fen is not None:
        raise OneWay(_("固定价格只能用于单个规格"))
    row, _created = ShopPrice.objects.update_or_create(
        shop_id=shop_id, sku_id=sku_id, defaults={"markup_bp": markup_bp, "price_fen": price_fen, "offered": offered}
    )
    return row


def clear_shop_price(*, shop_id: int, sku_id: int | None) -> bool:
    """The shop has no rule of its own for it any more; whether there was one."""
    require_transaction()
    return bool(_rule(ShopPrice.objects.filter(shop_id=shop_id), sku_id).delete()[0])


def set_tier_price(
    *, tier: str, sku_id: int | None, off_bp: int | None = None, price_fen: int | None = None
) -> TierPrice:
    """From now on the tier pays this, for one SKU or (None) for all. Again is once.

    Raises NotYours, OneWay, and PriceBounds below the supply price: a benefit never sells at a loss.
    """
    require_transaction()
    _one_way(off_bp, price_fen)
    if not tier.strip() or len(tier) > 20 or "\x00" in tier or unknown([tier]):
        raise BadInput(_("请选择会员等级"))
    if off_bp is not None and not 0 <= off_bp <= MAX_OFF_BP:
        raise PriceBounds(_("折扣不正确"))
    if sku_id is not None:
        sku = _sku(sku_id)
        if price_fen is not None and not sku.supply_fen <= price_fen <= MAX_FEN:
            raise PriceBounds(_("会员价不能低于供货价"))
    elif price_fen is not None:
        raise OneWay(_("固定价格只能用于单个规格"))
    row, _created = TierPrice.objects.update_or_create(
        tier=tier, sku_id=sku_id, defaults={"off_bp": off_bp, "price_fen": price_fen}
    )
    return row


def clear_tier_price(*, tier: str, sku_id: int | None) -> bool:
    """The tier has no rule for it any more; whether there was one."""
    require_transaction()
    return bool(_rule(TierPrice.objects.filter(tier=tier), sku_id).delete()[0])


def set_timed_price(*, sale: Sale, timed_price_id: int | None = None, now: datetime) -> TimedPrice:
    """Plan a flash sale, or change one; a timed price may go below the floor. At most one runs for the same people.

    Members of a tier and of a group know that they are one. A tag or a segment is what the brand thinks of somebody: a
    price for it needs a condition that everybody can read (PIPL Art. 24), and somebody answers for its being true.

    Raises NotYours, BadSale, PriceBounds, HiddenPrice, Overlapping.
    """
    require_transaction()
    _check_sale(sale, now)
    _sku(sale.sku_id)
    if sale.shop_id is not None and not Shop.objects.filter(pk=sale.shop_id).exists():
        raise NotYours(_("没有这家门店"))
    advisory_lock(f"timed_price:{sale.sku_id}")
    row = TimedPrice()
    if timed_price_id is not None:
        row = _timed(timed_price_id)
        if row.sku_id != sale.sku_id or sale.quantity < row.sold:
            raise BadSale(_("已售出 %(sold)s 件, 数量不能更少, 也不能换成其他规格") % {"sold": row.sold})
    if _beside(sale).exclude(pk=row.pk).exists():
        raise Overlapping(_("该规格在这段时间已有限时价"))
    for field, value in sale.__dict__.items():
        setattr(row, field, value)
    row.save()
    return row


def end_timed_price(*, timed_price_id: int, now: datetime) -> bool:
    """Stop a running sale now, or drop one that has not begun; whether there was anything to stop. Raises NotYours."""
    require_transaction()
    row = _timed(timed_price_id)
    if row.ends_at <= now:
        return False
    if row.starts_at >= now:
        row.delete()
    else:
        row.ends_at = now
        row.save(update_fields=["ends_at"])
    return True


def _rule(rows: QuerySet[Rule], sku_id: int | None) -> QuerySet[Rule]:
    return rows.filter(sku=None) if sku_id is None else rows.filter(sku_id=sku_id)


def _one_way(share: int | None, price_fen: int | None) -> None:
    if (share is None) == (price_fen is None):
        raise OneWay(_("请填写固定价格或比例, 二选一"))


def _sku(sku_id: int) -> Sku:
    sku = Sku.objects.filter(pk=sku_id).first()
    if sku is None:
        raise NotYours(_("没有这个规格"))
    return sku


def _timed(timed_price_id: int) -> TimedPrice:
    row = TimedPrice.objects.select_for_update().filter(pk=timed_price_id).first()
    if row is None:
        raise NotYours(_("没有这个限时价"))
    return row


def check_shop_price(sku: Sku, *, markup_bp: int | None, price_fen: int | None) -> None:
    """Whether a shop may ask this for the SKU, which need not be stored yet; neither is the list price.

    Raises PriceBounds.
    """
    _check_markup(markup_bp)
    _check_shop(sku, rules.Shop(markup_bp, price_fen))


def _check_markup(markup_bp: int | None) -> None:
    if markup_bp is not None and not 0 <= markup_bp <= MAX_MARKUP_BP:
        raise PriceBounds(_("加价率不正确"))


def _check_shop(sku: Sku, shop: rules.Shop) -> None:
    """What the shop asks must lie between floor and ceiling, so that nothing is silently held there."""
    asked = rules.asked_fen(sku.supply_fen, sku.list_fen, shop)
    most = MAX_FEN if sku.ceiling_fen is None else sku.ceiling_fen
    if not sku.floor_fen <= asked <= most:
        raise PriceBounds(_("价格超出该规格允许的最低价或最高价"))


def _check_sale(sale: Sale, now: datetime) -> None:
    if not (sale.starts_at < sale.ends_at and sale.ends_at > now):
        raise BadSale(_("结束时间要晚于开始时间和现在"))
    if not (1 <= sale.quantity <= MAX_SALE_PIECES and 0 <= sale.per_customer <= sale.quantity):
        raise BadSale(_("请填写正确的活动数量和每人限购"))
    if not 0 <= sale.price_fen <= MAX_FEN:
        raise PriceBounds(_("价格不正确"))
    if sale.audience_kind not in AUDIENCES or bool(sale.audience_kind) != bool(sale.audience.strip()) \
            or len(sale.audience) > 60 or "\x00" in sale.audience:
        raise BadSale(_("请选择活动面向的人群"))
    if sale.open_terms != sale.open_terms.strip() or len(sale.open_terms) > TERMS_CHARACTERS \
            or "\x00" in sale.open_terms or (sale.open_terms and not sale.audience_kind):
        raise BadSale(_("公开的条件说的是给哪些顾客，不超过60个字"))
    if sale.audience_kind in rules.UNSEEN and not sale.open_terms:
        raise HiddenPrice(
            _("同一商品不能按画像悄悄给不同的价格（G19，个人信息保护法第二十四条）：请写明人人可见的条件"))


def _beside(sale: Sale) -> QuerySet[TimedPrice]:
    """Sales of the same SKU for the same people that share a moment and a shop with this one."""
    rows = TimedPrice.objects.filter(
        sku_id=sale.sku_id, audience_kind=sale.audience_kind, audience=sale.audience,
        starts_at__lt=sale.ends_at, ends_at__gt=sale.starts_at,
    )
    return rows if sale.shop_id is None else rows.filter(Q(shop_id=sale.shop_id) | Q(shop=None))
