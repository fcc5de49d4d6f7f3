"""The part of pay-outs in a person's export, and what forgetting blanks.

It stands beside the usual files because it shapes reads for `liuke/personal.py`. Who was paid stays known as long as
the law wants papers of tax to be kept; a bank account goes at once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from liuke.kit.sheets import Sheet
from liuke.payouts.models import BankAccount, IdentityCheck, Payout, Person
from liuke.payouts.rules import KEEP_YEARS, OPEN


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    rows = Payout.objects.filter(customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="payouts", title=_("提现"),
        columns=(("at", _("时间")), ("number", _("单号")), ("way", _("收款方式")), ("gross_fen", _("金额（分）")),
                 ("tax_fen", _("代扣个税（分）")), ("back_fen", _("已退回（分）")), ("state", _("状态")),
                 ("ended_at", _("结束时间"))),
        rows=((row.asked_at, row.number, row.way, row.gross_fen, row.tax_fen, row.back_fen, row.state, row.ended_at)
              for row in rows.iterator(chunk_size=1_000)),
    )
    people = Person.objects.filter(customer_id__in=customer_ids).order_by("pk")
    banks = BankAccount.objects.filter(customer_id__in=customer_ids).order_by("pk")
    checks = IdentityCheck.objects.filter(customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="payout_identity", title=_("实名与收款账户"),
        columns=(("at", _("时间")), ("what", _("内容")), ("outcome", _("结果"))),
        rows=[*((row.verified_at, row.hint, "verified") for row in people),
              *((row.changed_at, f"{row.bank} {row.hint}", "") for row in banks),
              *((row.asked_at, row.provider, row.outcome) for row in checks)],
    )


def blank(customer_ids: Sequence[int], now: datetime) -> None:
    """Bank accounts go; who the person was goes too unless tax papers must still name them. Again finds nothing."""
    BankAccount.objects.filter(customer_id__in=customer_ids).delete()
    since = now - timedelta(days=KEEP_YEARS * 366)
    kept = Payout.objects.filter(customer_id__in=customer_ids, tax_month__gte=since).values("customer_id")
    Person.objects.filter(customer_id__in=customer_ids).exclude(customer_id__in=kept).delete()


def open_matters(customer_ids: Sequence[int]) -> Sequence[str]:
    count = Payout.objects.filter(customer_id__in=customer_ids, state__in=OPEN).count()
    return [_("%(count)s 笔提现还没有结束") % {"count": count}] if count else []
