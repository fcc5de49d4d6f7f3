"""Compares each day's bill of a provider with our own books; every difference stays until somebody explains it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from liuke.channels.payment import BillRow
from liuke.kit.db import require_no_transaction, require_transaction
from liuke.kit.errors import BadInput
from liuke.kit.jobs import later
from liuke.mall.models import Bill, BillDifference
from liuke.mall.queries.payments import ZONE, books_expected, books_known
from liuke.mall.rules import bills as rules
from liuke.mall.services.providers import provider as provider_of
from liuke.mall.services.providers import providers


def queue_due(*, now: datetime) -> int:
    """Queue the comparison of every day that is not compared yet, or whose differences may have gone by themselves."""
    require_transaction()
    today = now.astimezone(ZONE).date()
    days = [today - timedelta(days=back) for back in range(1, rules.LOOK_BACK_DAYS + 1)]
    unexplained = BillDifference.objects.filter(bill=OuterRef("pk"), explained_by=None)
    settled = set(Bill.objects.filter(~Exists(unexplained), compared_at__isnull=False, day_on__in=days).values_list(
        "provider", "day_on"
    ))
    due = [(name, day) for name in providers() for day in days if (name, day) not in settled]
    for name, day in due:
        later("mall.compare_bill", provider=name, day=day.isoformat(), once=f"compare_bill:{name}:{day}")
    return len(due)


def fetch_and_compare(*, provider: str, day: date, now: datetime) -> Bill | None:
    """Get a provider's bill of a day and compare it; None when this provider writes none.

    Again is once: differences that are gone disappear, explained ones stay. Call it outside of a transaction; raises
    ChannelError while the bill cannot be had.
    """
    require_no_transaction()
    rows = provider_of(provider).bill(day)
    if rows is None:
        return None
    with transaction.atomic(durable=True):
        return compare(provider=provider, day=day, rows=rows, now=now)


def compare(*, provider: str, day: date, rows: Sequence[BillRow], now: datetime) -> Bill:
    """Compare a bill with our books and note every difference, once."""
    require_transaction()
    Bill.objects.get_or_create(provider=provider, day_on=day)
    bill = Bill.objects.select_for_update().get(provider=provider, day_on=day)
    theirs = [rules.Row(row.subject, row.number, row.amount_fen, row.state) for row in rows]
    found = rules.differences(
        theirs=theirs, known=books_known(provider, [row.number for row in theirs]),
        expected=books_expected(provider, day),
    )
    _note(bill, found)
    bill.compared_at, bill.rows, bill.fee_fen = now, len(rows), sum(row.fee_fen for row in rows)
    bill.paid_fen = sum(row.amount_fen for row in rows if row.subject == "payment")
    bill.refunded_fen = sum(row.amount_fen for row in rows if row.subject == "refund")
    bill.save()
    return bill


def _note(bill: Bill, found: Sequence[rules.Difference]) -> None:
    """Keep what was explained, drop what is gone, write the rest as it is now."""
    BillDifference.objects.filter(bill=bill, explained_by=None).delete()
    BillDifference.objects.bulk_create([
        BillDifference(
            bill=bill, kind=each.kind, subject=each.subject, number=each.number,
            ours_fen=each.ours.amount_fen if each.ours else None, ours_state=each.ours.state if each.ours else "",
            theirs_fen=each.theirs.amount_fen if each.theirs else None,
            theirs_state=each.theirs.state if each.theirs else "",
        ) for each in found
    ], ignore_conflicts=True)


def explain_difference(*, difference_id: int, staff_id: int, explanation: str) -> BillDifference:
    """A person has looked at a difference and says what became of it. Again replaces the words."""
    require_transaction()
    if not explanation.strip():
        raise BadInput(_("请写明处理结果"))
    difference = BillDifference.objects.select_for_update().get(pk=difference_id)
    difference.explained_by_id, difference.explanation = staff_id, explanation.strip()[:200]
    difference.save(update_fields=["explained_by", "explanation"])
    return difference
