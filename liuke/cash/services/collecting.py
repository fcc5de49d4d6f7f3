"""Queued bonuses become transfers: one each, small ones of a customer together. What cannot go yet says why."""

from collections.abc import Sequence
from datetime import datetime

from liuke.cash.models import Bonus, Transfer
from liuke.cash.rules import BATCH, IDENTITY_AGAIN, Move, State, Waits, ask_again_after, bundles, transfer_number
from liuke.cash.services import checks
from liuke.cash.services.accounts import provider_in_use
from liuke.cash.services.giving import pay_debt
from liuke.channels.payout import PayoutProvider
from liuke.kit import crypto
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.jobs import later


def collect(*, now: datetime, limit: int = BATCH) -> int:
    """Turn queued bonuses that are due into transfers; returns how many bonuses were looked at. Repeat until 0."""
    require_transaction()
    rows = Bonus.objects.select_for_update(skip_locked=True).filter(due_at__lte=now, state=State.QUEUED)
    found = list(rows.order_by("due_at", "pk")[:limit])
    channel = provider_in_use()
    if channel is None:
        _wait([row.pk for row in found], Waits.CHANNEL, now + ask_again_after(1))
        return len(found)
    for customer_id in sorted({row.customer_id for row in found}):
        _collect_for(customer_id, [row for row in found if row.customer_id == customer_id], channel, now)
    return len(found)


def _collect_for(customer_id: int, rows: Sequence[Bonus], channel: PayoutProvider, now: datetime) -> None:
    advisory_lock(f"cash:customer:{customer_id}")
    to = checks.payee(customer_id, channel)
    checked = checks.check(customer_id, sum(row.kept_fen for row in rows))
    if not to or checked.waits:
        _wait([row.pk for row in rows], checked.waits or Waits.IDENTITY, now + IDENTITY_AGAIN)
        return
    for row in rows:
        pay_debt(row, now=now)
    live = {row.pk: row for row in rows if row.state == State.QUEUED}
    groups, small = bundles([(row.pk, row.kept_fen) for row in live.values()])
    for group in groups:
        _write([live[pk] for pk in group], channel, to, checked.name, now)
    _wait(small, Waits.AMOUNT, None)


def _write(rows: Sequence[Bonus], channel: PayoutProvider, to: str, name: str, now: datetime) -> None:
    transfer = Transfer.objects.create(
        customer_id=rows[0].customer_id, number=f"new-{rows[0].pk}-{rows[0].tries}", provider=channel.name,
        amount_fen=sum(row.kept_fen for row in rows), to_enc=crypto.encrypt(to), name_enc=crypto.encrypt(name),
        remark=rows[0].reason, state=Move.WAITING, try_at=now, made_at=now,
    )
    transfer.number = transfer_number(transfer.pk, crypto.blind("cash numbers", "").hex()[:6])
    transfer.save(update_fields=["number"])
    Bonus.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.ASKED, transfer=transfer, due_at=None, waits="")
    later("cash.ask", transfer_id=transfer.pk, once=f"cash.ask:{transfer.pk}")


def _wait(ids: Sequence[int], why: str, until: datetime | None) -> None:
    if ids:
        Bonus.objects.filter(pk__in=ids).update(waits=why, due_at=until)


def wake(*, customer_id: int, now: datetime) -> int:
    """Somebody can be recognised at the channel from now on: what waited for it is due."""
    require_transaction()
    rows = Bonus.objects.filter(customer_id=customer_id, state=State.QUEUED, waits=Waits.IDENTITY)
    woken = rows.update(due_at=now)
    if woken:
        later("cash.collect", once="cash.collect")
    return woken
