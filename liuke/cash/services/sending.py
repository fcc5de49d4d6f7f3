"""A transfer is asked for and asked about until it has ended. The channel is spoken to outside of any transaction.

Killed anywhere, the next try asks first what became of the number, and sends only what the channel never heard of.
"""

from datetime import datetime

import structlog
from django.db import connection, transaction

from liuke.cash.models import Bonus, Transfer
from liuke.cash.queries import terms
from liuke.cash.rules import (
    ASK_BATCH,
    ENOUGH,
    OPEN_MOVES,
    PAYOUT,
    RESEND_WITHIN,
    TOMORROW,
    Move,
    State,
    Waits,
    ask_again_after,
    buckets,
    is_night,
    morning,
    next_minute,
)
from liuke.cash.services.giving import return_all
from liuke.channels.errors import ChannelError
from liuke.channels.payout import Payout, PayoutProvider, PayoutStatus, Sent
from liuke.channels.registry import payout_providers
from liuke.kit import crypto
from liuke.kit.db import require_no_transaction, require_transaction
from liuke.kit.jobs import later
from liuke.ledger import services as ledger
from liuke.org.models import Brand
from liuke.timeline import facts
from liuke.timeline.services import record

log = structlog.get_logger(__name__)
TAKE = """
INSERT INTO cash_quota AS q (bucket, used) VALUES (%(bucket)s, %(part)s)
ON CONFLICT (bucket) DO UPDATE SET used = q.used + %(part)s WHERE q.used + %(part)s <= %(most)s RETURNING used
"""


def queue_due(*, now: datetime) -> int:
    """Queue every transfer that is to be asked for, or about, now."""
    require_transaction()
    due = Transfer.objects.filter(try_at__lte=now).order_by("try_at", "pk").values_list("pk", flat=True)[:ASK_BATCH]
    ids = list(due)
    for pk in ids:
        later("cash.ask", transfer_id=pk, once=f"cash.ask:{pk}")
    return len(ids)


def ask(*, transfer_id: int, now: datetime) -> Transfer:
    """Send a transfer, or ask what became of it, and note the answer. Call it outside of a transaction.

    Safe to repeat and to be killed anywhere. What a limit forbids now is put off, and says until when and why.
    """
    require_no_transaction()
    with transaction.atomic(durable=True):
        transfer = _claim(transfer_id, now)
    if transfer is None:
        return Transfer.objects.get(pk=transfer_id)
    channel = payout_providers().get(transfer.provider)
    if channel is None:                      # turned off: the claim has put it off, and it says so
        Transfer.objects.filter(pk=transfer.pk).update(waits=Waits.CHANNEL)
        return transfer
    try:
        status = _ask(channel, transfer, now)
    except ChannelError as error:
        with transaction.atomic(durable=True):
            return _note_error(transfer.pk, error, now)
    with transaction.atomic(durable=True):
        if status is None:
            _lose(transfer.pk)
        else:
            apply_status(status, provider=channel.name, now=now)
    return Transfer.objects.get(pk=transfer_id)


def _claim(transfer_id: int, now: datetime) -> Transfer | None:
    """The transfer if it is its turn, put off for longer than a request may take; its first time is counted."""
    row = Transfer.objects.select_for_update().get(pk=transfer_id)
    if row.state not in OPEN_MOVES or row.try_at is None or row.try_at > now:
        return None
    if row.asked_at is None:
        if row.cancel_wanted:
            _end(row, Move.FAILED, "cancelled", now)
            return None
        if until := _in_the_way(row, now):
            row.waits, row.try_at = until
            row.save(update_fields=["waits", "try_at"])
            return None
        row.asked_at = now
    row.tries += 1
    row.try_at = now + ask_again_after(row.tries)
    row.waits = ""
    row.save(update_fields=["asked_at", "tries", "try_at", "waits"])
    return row


def _in_the_way(row: Transfer, now: datetime) -> tuple[str, datetime] | None:
    """Which limit forbids it now, and until when; None when it may go, and is counted."""
    if is_night(now):
        return Waits.NIGHT, morning(now)
    limits = terms()
    minute, times, fen = buckets(row.customer_id, now)
    parts = [(times, 1, limits.person_day_times, Waits.PERSON_DAY, morning(now)),
             (fen, row.amount_fen, limits.person_day_fen, Waits.PERSON_DAY, morning(now)),
             (minute, 1, limits.minute_most, Waits.MINUTE, next_minute(now))]
    try:
        with transaction.atomic():           # all of them are counted, or none
            for bucket, part, most, why, until in parts:
                if part > most or not _take(bucket, part, most):
                    raise _InTheWay(why, until)
    except _InTheWay as found:
        return found.why, found.until
    return None


class _InTheWay(Exception):
    def __init__(self, why: str, until: datetime) -> None:
        super().__init__(why)
        self.why, self.until = why, until


def _take(bucket: str, part: int, most: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"bucket": bucket, "part": part, "most": most})
        return cursor.fetchone() is not None


def _ask(channel: PayoutProvider, row: Transfer, now: datetime) -> PayoutStatus | None:
    """How it stands. None: the channel says it never heard of what was sent too long ago to send it again."""
    if row.cancel_wanted and row.asked_at:
        status = channel.cancel(row.number)
        return status if status.state != Sent.UNKNOWN else PayoutStatus(
            number=row.number, state=Sent.CANCELLED, amount_fen=row.amount_fen, reason="cancelled")
    if row.tries > 1:
        status = channel.query(row.number)
        if status.state != Sent.UNKNOWN:
            return status
        if row.asked_at is None or now - row.asked_at > RESEND_WITHIN:
            return None
    try:
        return channel.send(_payout(row))
    except ChannelError as error:
        if not error.permanent:
            raise
        status = channel.query(row.number)   # a refusal may be about the number that went before
        if status.state != Sent.UNKNOWN:
            return status
        raise


def _payout(row: Transfer) -> Payout:
    brand = Brand.objects.order_by("pk").values_list("name", flat=True).first() or row.remark
    return Payout(number=row.number, amount_fen=row.amount_fen, to=crypto.decrypt(row.to_enc), remark=row.remark,
                  activity=brand, award=row.remark, name=crypto.decrypt(row.name_enc),
                  earned=row.bonuses.filter(origin=PAYOUT).exists())


def _note_error(transfer_id: int, error: ChannelError, now: datetime) -> Transfer:
    row = Transfer.objects.select_for_update().get(pk=transfer_id)
    if row.state not in OPEN_MOVES:
        return row
    row.error = f"{error.code}: {error.message}"[:200]
    if not error.permanent:
        row.waits = Waits.MONEY if error.code.startswith("NOT") else Waits.CHANNEL
        row.save(update_fields=["error", "waits"])
    elif any(word in error.message for word in ENOUGH):
        _again_tomorrow(row, now)
    else:
        _end(row, Move.FAILED, row.error, now)
    return row


def _lose(transfer_id: int) -> None:
    row = Transfer.objects.select_for_update().get(pk=transfer_id)
    if row.state in OPEN_MOVES:
        row.state, row.try_at, row.error = Move.STUCK, None, "never_heard"
        row.save(update_fields=["state", "try_at", "error"])
        log.error("transfer_lost", transfer_id=row.pk)


def look_again(*, transfer_id: int, now: datetime) -> Transfer:
    """A person wants a lost transfer to be asked about once more. Others are left as they are."""
    require_transaction()
    row = Transfer.objects.select_for_update().get(pk=transfer_id)
    if row.state == Move.STUCK:
        row.state, row.try_at = Move.ASKED, now
        row.save(update_fields=["state", "try_at"])
        later("cash.ask", transfer_id=row.pk, once=f"cash.ask:{row.pk}")
    return row


def give_up(*, transfer_id: int, now: datetime) -> Transfer:
    """A person has seen at the channel that a lost transfer never was: its money goes back. Others are left alone."""
    require_transaction()
    row = Transfer.objects.select_for_update().get(pk=transfer_id)
    if row.state == Move.STUCK:
        _end(row, Move.FAILED, "given_up", now)
    return row


def apply_status(status: PayoutStatus, *, provider: str, now: datetime) -> str:
    """Note what the channel says of a transfer, once: by a notice or when asked. Returns what came of it."""
    require_transaction()
    row = Transfer.objects.select_for_update().filter(number=status.number, provider=provider).first()
    if row is None or status.state == Sent.UNKNOWN:
        return "unknown"
    if not status.ours or status.amount_fen != row.amount_fen:
        log.error("transfer_differs", transfer_id=row.pk)
        return "wrong_amount" if status.ours else "wrong_merchant"
    if row.state in (Move.SENT, Move.FAILED):
        ended = Move.SENT if status.state == Sent.DONE else Move.FAILED
        final = status.state in (Sent.DONE, Sent.FAILED, Sent.CANCELLED)
        return "repeated" if not final or ended == row.state else "conflict"
    row.provider_ref = status.ref or row.provider_ref
    if status.state == Sent.DONE:
        _arrive(row, status.changed_at or now, now)
    elif status.state in (Sent.FAILED, Sent.CANCELLED):
        if status.reason in TOMORROW:
            _again_tomorrow(row, now)
        else:
            _end(row, Move.FAILED, status.reason or str(status.state), now)
    else:
        row.state = Move.CONFIRM if status.state == Sent.CONFIRM else Move.ASKED
        row.package_enc = crypto.encrypt(status.package) if status.package else row.package_enc
        row.error = row.waits = ""
        row.save(update_fields=["state", "package_enc", "provider_ref", "error", "waits"])
    return "applied"


def _arrive(row: Transfer, at: datetime, now: datetime) -> None:
    """The money is the customer's: what was held is spent."""
    row.state, row.try_at, row.ended_at, row.error, row.waits = Move.SENT, None, at, "", ""
    row.package_enc = b""
    row.save(update_fields=["state", "try_at", "ended_at", "error", "waits", "provider_ref", "package_enc"])
    for bonus in _locked(row):
        ledger.confirm(key=f"{bonus.hold_key}:sent", of=bonus.hold_key, now=now)
        bonus.state, bonus.ended_at = State.SENT, at
        bonus.save(update_fields=["state", "ended_at"])
        record(facts.CashBonusSent(bonus_id=bonus.pk, amount_fen=bonus.kept_fen), customer_id=bonus.customer_id,
               key=f"cash_sent:{bonus.pk}:{bonus.tries}", happened_at=at)


def _end(row: Transfer, state: Move, why: str, now: datetime) -> None:
    """Nothing moved, and nothing will under this number: the money is its budgets' again, with the reason."""
    _close(row, state, why, now)
    for bonus in _locked(row):
        taken = bonus.owed_fen >= bonus.kept_fen
        return_all(bonus, State.CANCELLED if taken else State.FAILED, why=why, now=now)


def _again_tomorrow(row: Transfer, now: datetime) -> None:
    """The customer has had enough for today: the bonuses keep their money and go under a new number tomorrow."""
    _close(row, Move.FAILED, row.error or "day", now)
    row.bonuses.update(state=State.QUEUED, waits=Waits.PERSON_DAY, due_at=morning(now), transfer=None)


def _close(row: Transfer, state: Move, why: str, now: datetime) -> None:
    row.state, row.try_at, row.ended_at, row.error, row.waits = state, None, now, why[:200], ""
    row.package_enc = b""
    row.save(update_fields=["state", "try_at", "ended_at", "error", "waits", "provider_ref", "package_enc"])


def _locked(row: Transfer) -> list[Bonus]:
    return list(Bonus.objects.select_for_update().filter(transfer=row, state=State.ASKED).order_by("pk"))
