"""The part of tiers in a person's export: every gift of growth value, and what was reached by it. They name nobody.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from liuke.kit.sheets import Sheet
from liuke.tiers.models import Growth, Standing


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    stands = Standing.objects.filter(customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="tier", title=_("会员等级"),
        columns=(("code", _("等级")), ("since_on", _("达到日期")), ("until", _("有效期至"))),
        rows=((row.code, row.since_on, row.until) for row in stands),
    )
    growth = Growth.objects.filter(customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="growth", title=_("成长值"),
        columns=(("key", _("来源")), ("counts_on", _("计入日期")), ("amount", _("成长值")), ("taken", _("已收回"))),
        rows=((row.key, row.counts_on, row.amount, row.taken) for row in growth.iterator(chunk_size=1_000)),
    )
