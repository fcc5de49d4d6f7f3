"""The part of loyalty in a person's export: every award with its reason. They name nobody.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from liuke.kit.sheets import Sheet
from liuke.loyalty.models import Grant, Suggestion
from liuke.loyalty.queries.awards import awards_list
from liuke.loyalty.saying import grant_why


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
    grants = Grant.objects.filter(customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="grants", title=_("员工赠送"),
        columns=(("at", _("时间")), ("benefit", _("奖励")), ("amount", _("数量")), ("why", _("原因")),
                 ("undone_at", _("撤销时间"))),
        rows=((row.at, row.benefit, row.amount, grant_why(row), row.undone_at)
              for row in grants.iterator(chunk_size=1_000)),
    )
    suggestions = Suggestion.objects.filter(customer_id__in=customer_ids).order_by("customer_id", "place")
    yield Sheet(
        name="suggestions", title=_("奖励建议"),
        columns=(("made_at", _("计算时间")), ("benefit", _("奖励")), ("amount", _("数量")), ("why", _("原因")),
                 ("chance", _("30 天内购买的可能"))),
        rows=((row.made_at, row.benefit, row.amount, grant_why(row),
               None if row.chance is None else round(Decimal(row.chance), 4)) for row in suggestions),
    )
