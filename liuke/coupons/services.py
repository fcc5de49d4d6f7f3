"""What a checkout asks of coupons: what would they give, keep them for this purchase, spend them, give them back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused


class CouponGone(Refused):
    """The coupon is unknown, used, expired or somebody else's."""

    code = "coupon_gone"


@dataclass(frozen=True)
class Goods:
    """A line of the cart as a coupon sees it; amount_fen is after all prices, before discounts."""

    sku_id: int
    product_id: int
    category_ids: tuple[int, ...]
    shop_id: int
    quantity: int
    amount_fen: int


@dataclass(frozen=True)
class Discount:
    """What one coupon gives, and on which lines (positions in the list that was asked about)."""

    code: str
    amount_fen: int
    lines: tuple[int, ...]
    free_freight: bool = False


def discounts(*, customer_id: int, codes: Sequence[str], goods: Sequence[Goods]) -> list[Discount]:
    """What these codes would give on these goods, in the order they are applied. Raises CouponGone."""
    if codes:
        raise CouponGone(_("优惠券 %(code)s 不存在或已失效") % {"code": codes[0]})
    return []


def reserve(*, customer_id: int, codes: Sequence[str], key: str) -> None:
    """Keep the coupons for the purchase `key`. Again is once. Raises CouponGone."""
    require_transaction()
    if codes:
        raise CouponGone(_("优惠券 %(code)s 不存在或已失效") % {"code": codes[0]})


def use(*, key: str) -> None:
    """The purchase is paid: its coupons are spent. Again is once."""
    require_transaction()


def release(*, key: str) -> None:
    """The purchase is off: its coupons go back to their owner. Again is once."""
    require_transaction()
