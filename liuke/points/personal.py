"""The part of points in a person's export: every lot, and every purchase that took some. They name nobody.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from liuke.kit.sheets import Sheet
from liuke.points.models import Lot, Redemption


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    lots = Lot.objects.filter(customer_id__in=customer_ids).select_related("open").order_by("pk")
    yield Sheet(
        name="points", title=_("积分"),
        columns=(("key", _("来源")), ("earned_at", _("获得时间")), ("amount", _("积分")), ("left", _("剩余")),
                 ("expires_at", _("到期时间"))),
        rows=((lot.key, lot.earned_at, lot.amount, lot.open.rest if hasattr(lot, "open") else 0, lot.expires_at)
              for lot in lots.iterator(chunk_size=1_000)),
    )
    spent = Redemption.objects.filter(customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="points_spent", title=_("积分使用"),
        columns=(("key", _("凭证号")), ("reserved_at", _("时间")), ("amount", _("积分")), ("back", _("已退回")),
                 ("state", _("状态"))),
        rows=((row.key, row.reserved_at, row.amount, row.back, row.state) for row in spent.iterator(chunk_size=1_000)),
    )
