"""Compares each day of the channel's account with what we sent; a difference stays until it is gone or explained."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from liuke.cash.models import FlowDay, FlowDifference, Transfer
from liuke.cash.queries import sent_on
from liuke.cash.rules import BEIJING, Move
from liuke.channels.payout import FlowRow
from liuke.channels.registry import payout_providers
from liuke.kit import comparing
from liuke.kit.db import require_no_transaction, require_transaction
from liuke.kit.jobs import later


def queue_due(*, now: datetime) -> int:
    """Queue the comparison of every past day that was not compared yet or has an open difference."""
    require_transaction()
    due = comparing.days_due(FlowDay.objects.all(), providers=payout_providers(), today=now.astimezone(BEIJING).date())
    for name, day in due:
        later("cash.compare", provider=name, day=day.isoformat(), once=f"cash.compare:{name}:{day}")
    return len(due)


def fetch_and_compare(*, provider: str, day: date, now: datetime) -> FlowDay | None:
    """Get what the channel's account says of a day and compare it; None when it writes no bills. Again is once."""
    require_no_transaction()
    rows = payout_providers()[provider].flow(day)
    if rows is None:
        return None
    with transaction.atomic(durable=True):
        return compare(provider=provider, day=day, rows=rows, now=now)


def compare(*, provider: str, day: date, rows: Sequence[FlowRow], now: datetime) -> FlowDay:
    """Note every difference of the day, once; what is gone disappears, what was explained stays."""
    require_transaction()
    FlowDay.objects.get_or_create(provider=provider, day_on=day)
    flow = FlowDay.objects.select_for_update().get(provider=provider, day_on=day)
    ours = {row.number: row for row in Transfer.objects.filter(
        provider=provider, number__in=[row.number for row in rows])}
    Transfer.objects.filter(pk__in=[row.pk for row in ours.values()], billed_on=None).update(billed_on=day)
    found = [difference for row in rows if (difference := _differs(row, ours.get(row.number)))]
    mine = list(sent_on(provider, day))
    found += [FlowDifference(kind="missing_there", number=row.number, ours_fen=row.amount_fen)
              for row in mine if row.billed_on is None and row.number not in ours]
    FlowDifference.objects.filter(day=flow, explained_by=None).delete()
    for each in found:
        each.day = flow
    FlowDifference.objects.bulk_create(found, ignore_conflicts=True)
    flow.compared_at, flow.rows = now, len(rows)
    flow.out_fen, flow.sent_fen = sum(row.amount_fen for row in rows), sum(row.amount_fen for row in mine)
    flow.save()
    return flow


def _differs(theirs: FlowRow, ours: Transfer | None) -> FlowDifference | None:
    if ours is None:
        return FlowDifference(kind="missing_here", number=theirs.number or theirs.ref, theirs_fen=theirs.amount_fen)
    kept = ours.amount_fen if ours.state != Move.FAILED else 0
    if theirs.amount_fen == kept:
        return None
    kind = "state" if theirs.amount_fen in (0, ours.amount_fen) else "amount"
    return FlowDifference(kind=kind, number=theirs.number, ours_fen=kept, theirs_fen=theirs.amount_fen)
