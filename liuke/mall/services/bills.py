"""Compares each day's bill of a provider with our own books; every difference stays until somebody explains it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from liuke.channels.payment import BillRow
from liuke.kit import comparing
from liuke.kit.db import require_no_transaction, require_transaction
from liuke.kit.jobs import later
from liuke.mall.models import Bill, BillDifference
from liuke.mall.queries.payments import ZONE, books_expected, books_known
from liuke.mall.rules import bills as rules
from liuke.mall.services.providers import provider as provider_of
from liuke.mall.services.providers import providers


def queue_due(*, now: datetime) -> int:
    """Queue the comparison of every day that is not compared yet, or whose differences may have gone by themselves."""
    require_transaction()
    due = comparing.days_due(Bill.objects.all(), providers=providers(), today=now.astimezone(ZONE).date())
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
