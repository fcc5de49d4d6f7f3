"""The part of cash in a person's export: every bonus. Forgetting blanks who the person was at the channel.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.cash.models import Bonus, LeftOut, Transfer
from liuke.cash.rules import State
from liuke.kit.sheets import Sheet

UNDER_WAY = (State.PENDING, State.APPROVAL, State.QUEUED, State.ASKED)


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    rows = Bonus.objects.filter(customer_id__in=customer_ids).select_related("transfer").order_by("pk")
    yield Sheet(
        name="cash", title=_("现金红包"),
        columns=(("given_at", _("时间")), ("reason", _("原因")), ("amount_fen", _("金额（分）")),
                 ("back_fen", _("已退回（分）")), ("state", _("状态")), ("number", _("转账单号")),
                 ("ended_at", _("结束时间"))),
        rows=((row.given_at, row.reason, row.amount_fen, row.back_fen, row.state,
               row.transfer.number if row.transfer else "", row.ended_at) for row in rows.iterator(chunk_size=1_000)),
    )
    left_out = LeftOut.objects.filter(customer_id__in=customer_ids).select_related("plan").order_by("pk")
    yield Sheet(
        name="cash_left_out", title=_("红包计划对照组"), columns=(("plan", _("计划")),),
        rows=((row.plan.name,) for row in left_out.iterator(chunk_size=1_000)),
    )


def forget_payee(customer_ids: Sequence[int], _now: datetime) -> None:
    """Who the person was in WeChat goes; amounts and numbers stay. Again finds nothing."""
    Transfer.objects.filter(customer_id__in=customer_ids).update(to_enc=b"", name_enc=b"", package_enc=b"")


def open_matters(customer_ids: Sequence[int]) -> Sequence[str]:
    count = Bonus.objects.filter(customer_id__in=customer_ids, state__in=UNDER_WAY).count()
    return [_("%(count)s 个现金红包还没有到账") % {"count": count}] if count else []
