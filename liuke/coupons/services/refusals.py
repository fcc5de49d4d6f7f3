"""Why a coupon cannot be taken or used, each with a stable code. All of them are a CouponGone to the mall.

They stand in a file of their own because taking and using raise the same ones.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from liuke.coupons.rules.reckoning import Why
from liuke.kit.errors import Refused


class CouponGone(Refused):
    """The coupon is unknown, withdrawn or somebody else's."""

    code = "coupon_gone"


class CouponUsed(CouponGone):
    """The coupon was used for another purchase already, or waits with one to be paid."""

    code = "coupon_used"


class CouponOver(CouponGone):
    """The coupon has expired, or the time to take it has not begun or is over."""

    code = "coupon_expired"


class CouponTaken(CouponGone):
    """Somebody else has taken the single code."""

    code = "coupon_taken"


class CouponsOut(CouponGone):
    """All coupons of the batch are taken."""

    code = "coupon_all_taken"


class YoursTaken(CouponGone):
    """The customer has had as many of the batch as one customer may have."""

    code = "coupon_yours_taken"


class NotForYou(CouponGone):
    """The coupon is for customers of some tier, segment or tag."""

    code = "coupon_not_for_you"


class CouponsApart(CouponGone):
    """Two of the coupons do not go together, or there are too many."""

    code = "coupon_conflict"


class CouponUnfit(CouponGone):
    """The coupon does not fit this purchase. `why` is a `rules.reckoning.Why`."""

    code = "coupon_unfit"

    def __init__(self, why: Why) -> None:
        super().__init__(str(UNFIT[why]))
        self.why = why


UNFIT: dict[Why, Promise] = {
    Why.NOT_YET: gettext_lazy("这张优惠券还没有到可用时间"),
    Why.OVER: gettext_lazy("这张优惠券已过期"),
    Why.AUDIENCE: gettext_lazy("这张优惠券仅限部分会员使用"),
    Why.FIRST: gettext_lazy("这张优惠券仅限首单使用"),
    Why.SCOPE: gettext_lazy("所选商品不适用这张优惠券"),
    Why.LEAST: gettext_lazy("还没有达到这张优惠券的使用门槛"),
    Why.NOTHING: gettext_lazy("这张优惠券在本单省不了钱，请留着下次使用"),
}
