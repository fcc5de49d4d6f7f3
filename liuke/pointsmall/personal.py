"""The part of the points mall in a person's export: what they had for points. It names nobody.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from liuke.kit.sheets import Sheet
from liuke.pointsmall.models import Exchange


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    rows = Exchange.objects.filter(customer_id__in=customer_ids).select_related("item").order_by("pk")
    yield Sheet(
        name="exchanges", title=_("积分兑换"),
        columns=(("at", _("时间")), ("item", _("兑换项")), ("quantity", _("件数")), ("points", _("积分")),
                 ("state", _("状态")), ("reference", _("订单"))),
        rows=((row.at, row.item.name, row.quantity, row.points, row.state, row.reference)
              for row in rows.iterator(chunk_size=1_000)),
    )
