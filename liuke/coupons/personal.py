"""The part of coupons in a person's export: every coupon, and every purchase that took one. They name nobody.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from liuke.coupons.models import Coupon, LeftOut, Use
from liuke.kit.sheets import Sheet


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    coupons = Coupon.objects.filter(customer_id__in=customer_ids).select_related("version__template").order_by("pk")
    yield Sheet(
        name="coupons", title=_("优惠券"),
        columns=(("code", _("券码")), ("template", _("优惠券")), ("state", _("状态")), ("given_at", _("获得时间")),
                 ("starts_at", _("开始时间")), ("expires_at", _("到期时间"))),
        rows=((row.code, row.version.template.name, row.state, row.given_at, row.starts_at, row.expires_at)
              for row in coupons.iterator(chunk_size=1_000)),
    )
    uses = Use.objects.filter(coupon__customer_id__in=customer_ids).select_related("coupon").order_by("pk")
    yield Sheet(
        name="coupon_uses", title=_("优惠券使用"),
        columns=(("code", _("券码")), ("purchase", _("订单号")), ("amount_fen", _("优惠（分）")),
                 ("reserved_at", _("时间")), ("state", _("状态"))),
        rows=((row.coupon.code, row.purchase, row.amount_fen, row.reserved_at, row.state)
              for row in uses.iterator(chunk_size=1_000)),
    )
    left_out = LeftOut.objects.filter(customer_id__in=customer_ids).select_related("batch").order_by("pk")
    yield Sheet(
        name="coupon_left_out", title=_("优惠券对照组"), columns=(("batch", _("活动")),),
        rows=((row.batch.name,) for row in left_out.iterator(chunk_size=1_000)),
    )
