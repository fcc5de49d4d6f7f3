"""The part of loyalty in a person's export: every award with its reason. They name nobody.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from liuke.kit.sheets import Sheet
from liuke.loyalty.queries.awards import awards_list


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    rows = awards_list().filter(customer_id__in=customer_ids)
    yield Sheet(
        name="awards", title=_("奖励"),
        columns=(("at", _("时间")), ("rule", _("规则")), ("version", _("版本")), ("fact", _("事实")),
                 ("benefit", _("奖励")), ("amount", _("数量")), ("taken", _("已收回")), ("state", _("状态")),
                 ("reason", _("原因"))),
        rows=((row.at, row.rule.name, row.version.number, row.fact.kind, row.benefit, row.amount, row.taken, row.state,
               row.reason) for row in rows.iterator(chunk_size=1_000)),
    )
