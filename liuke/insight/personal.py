"""The part of insight in a person's export: what was reckoned of them, with the day of the reckoning. It names nobody.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from liuke.insight.models import CustomerScore
from liuke.insight.rules.tiers import ValueTier
from liuke.insight.words import TIERS
from liuke.kit.money import yuan
from liuke.kit.sheets import Sheet


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    """One row at most: the customer's figures of the last refresh. Money in yuan, chances from 0 to 1."""
    scores = CustomerScore.objects.filter(customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="expectations", title=_("预测"),
        columns=(("computed_at", _("计算时间")), ("first_on", _("首次购买")), ("last_on", _("最近购买")),
                 ("orders", _("订单数")), ("net", _("净消费 (元)")), ("value_tier", _("价值层级")),
                 ("value", _("一年预期 (元)")), ("alive", _("仍会回来的可能")), ("buys_30", _("30 天内购买的可能"))),
        rows=(
            (row.computed_at, row.first_on, row.last_on, row.orders, yuan(row.net_fen),
             str(TIERS[ValueTier(row.value_tier)]), yuan(row.value_fen), _chance(row.alive), _chance(row.buys_30))
            for row in scores
        ),
    )


def _chance(value: float | None) -> Decimal | None:
    return None if value is None else round(Decimal(value), 4)
