"""A bonus is given, released, and taken back. Its money is held at its budget until it has arrived."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from liuke.cash.models import Bonus, BonusBack
from liuke.cash.queries import terms
from liuke.cash.rules import LEAST_FEN, MAX_REASON, MOST_FEN, PAYOUT, State, Waits, owed_from
from liuke.cash.services.accounts import SENT
from liuke.kit.db import require_transaction
from liuke.kit.jobs import later
from liuke.ledger import services as ledger
from liuke.ledger.services import Cause
from liuke.timeline import facts
from liuke.timeline.services import record

NO_CAUSE = Cause()


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Money for a customer out of `source`, a ledger account with a floor. `approved`: finance has said yes already."""

    customer_id: int
    amount_fen: int
    key: str
    source: str
    origin: str
    reason: str
    pending: bool = False
    approved: bool = False
    plan_id: int | None = None
    cause: Cause = NO_CAUSE


def give(*, grants: Sequence[Grant], now: datetime) -> list[str]:
    """Set the money of each aside and let it go its way, once per key; answers "" or why not ("budget", "cash_amount").

    Never raises for one of them. Less than a yuan is fine: it waits for more.
    """
    require_transaction()
    known = set(Bonus.objects.filter(key__in=[grant.key for grant in grants]).values_list("key", flat=True))
    fresh = [grant for grant in grants if grant.key not in known and 0 < grant.amount_fen <= MOST_FEN]
    rows = [_row(grant, now) for grant in fresh]
    results = ledger.post_many([_hold(row, grant.cause) for row, grant in zip(rows, fresh, strict=True)], now=now)
    refused = {row.key: result for row, result in zip(rows, results, strict=True)
               if isinstance(result, ledger.LedgerRefused)}
    made = [row for row in rows if row.key not in refused]
    Bonus.objects.bulk_create(made)
    approved = {grant.key for grant in grants if grant.approved}
    start(rows=[row for row in made if row.state != State.PENDING], now=now, approved=approved)
    return [_why(grant, refused.get(grant.key)) for grant in grants]


def _row(grant: Grant, now: datetime) -> Bonus:
    return Bonus(
        customer_id=grant.customer_id, key=grant.key, origin=grant.origin, reason=grant.reason[:MAX_REASON],
        amount_fen=grant.amount_fen, source=grant.source, state=State.PENDING if grant.pending else State.QUEUED,
        plan_id=grant.plan_id, fact_id=grant.cause.fact_id, order_id=grant.cause.order_id, given_at=now,
    )


def _hold(row: Bonus, cause: Cause = NO_CAUSE) -> ledger.Hold:
    move = ledger.Move(row.source, SENT.address, row.amount_fen - row.back_fen)
    return ledger.Hold(key=row.hold_key, moves=[move], cause=cause, opening=[SENT])


def _why(grant: Grant, refusal: ledger.LedgerRefused | None) -> str:
    if not 0 < grant.amount_fen <= MOST_FEN:
        return "cash_amount"
    if refusal is None:
        return ""
    return "budget" if isinstance(refusal, ledger.Overdrawn) else refusal.code


def start(*, rows: Sequence[Bonus], now: datetime, approved: Iterable[str] = ()) -> None:
    """Let bonuses go their way: to finance from the limit on, else into the queue."""
    limit, done = terms().approve_from_fen, set(approved)
    for row in rows:
        if row.kept_fen >= limit and row.key not in done:
            row.state, row.due_at = State.APPROVAL, None
        else:
            row.state, row.due_at = State.QUEUED, now
    Bonus.objects.bulk_update(rows, ["state", "due_at"])
    queued = [row for row in rows if row.state == State.QUEUED]
    small = {row.customer_id for row in queued if row.kept_fen < LEAST_FEN}
    if small:                            # what waits for more of it looks again
        Bonus.objects.filter(customer_id__in=small, state=State.QUEUED, waits=Waits.AMOUNT, due_at=None).update(
            due_at=now)
    if queued:
        later("cash.collect", once="cash.collect")


def release(*, keys: Sequence[str], now: datetime) -> None:
    """Pending bonuses go their way from now on. Again is nothing, and so is what was taken back meanwhile."""
    require_transaction()
    rows = Bonus.objects.select_for_update().filter(key__in=keys, state=State.PENDING).order_by("pk")
    start(rows=list(rows), now=now)


def take_back(*, of: str, amount_fen: int, key: str, now: datetime) -> bool:
    """Take so much of a bonus back to its budget; whether there was anything to do. Once per key.

    What the channel may know of already cannot be called back in part: it is owed, and the next bonuses pay it. When
    all of it is taken back and the customer has not confirmed yet, the channel is asked to take it back.
    """
    require_transaction()
    bonus = Bonus.objects.select_for_update().filter(key=of).first()
    if bonus is None or BonusBack.objects.filter(key=key).exists():
        return False
    amount = min(amount_fen, bonus.kept_fen - bonus.owed_fen)
    if amount <= 0 or bonus.state in (State.FAILED, State.REFUSED, State.CANCELLED):
        return False
    BonusBack.objects.create(bonus=bonus, key=key, amount_fen=amount, at=now)
    if bonus.state in (State.ASKED, State.SENT):
        bonus.owed_fen += amount
        bonus.save(update_fields=["owed_fen"])
        _call_back(bonus, now)
        return True
    put_back(bonus, amount, key=key, now=now)
    if not bonus.kept_fen:
        bonus.state, bonus.due_at, bonus.ended_at = State.CANCELLED, None, now
        bonus.save(update_fields=["state", "due_at", "ended_at"])
    return True


def _call_back(bonus: Bonus, now: datetime) -> None:
    """Nothing of a transfer is the customer's any more: the channel may still be able to take it back."""
    transfer = bonus.transfer
    if transfer is None or bonus.state != State.ASKED or transfer.ended_at is not None:
        return
    if all(row.owed_fen == row.kept_fen for row in transfer.bonuses.all()):
        transfer.cancel_wanted, transfer.try_at = True, now
        transfer.save(update_fields=["cancel_wanted", "try_at"])
        later("cash.ask", transfer_id=transfer.pk, once=f"cash.ask:{transfer.pk}")


def put_back(bonus: Bonus, amount_fen: int, *, key: str, now: datetime) -> None:
    """So much of the held money of a bonus is free at its budget again. The caller holds the bonus's lock."""
    ledger.void(key=f"cash_back:{key}"[:160], of=bonus.hold_key, amounts=[amount_fen], now=now)
    bonus.back_fen += amount_fen
    bonus.save(update_fields=["back_fen"])


def return_all(bonus: Bonus, state: State, *, why: str, now: datetime) -> None:
    """All that is held goes back, and the timeline says why. The caller holds the bonus's lock."""
    rest = bonus.kept_fen
    if rest:
        put_back(bonus, rest, key=f"{bonus.hold_key}:{state}", now=now)
    bonus.state, bonus.refusal, bonus.due_at, bonus.waits = state, why[:100], None, ""
    bonus.owed_fen, bonus.ended_at = 0, now
    bonus.save(update_fields=["state", "refusal", "due_at", "waits", "owed_fen", "ended_at"])
    record(facts.CashBonusReturned(bonus_id=bonus.pk, amount_fen=rest), customer_id=bonus.customer_id,
           key=f"cash_returned:{bonus.pk}:{bonus.tries}", happened_at=now)


def hold_again(bonus: Bonus, *, now: datetime) -> None:
    """A failed bonus is to be sent once more: its money is held anew. Raises the ledger's Overdrawn."""
    bonus.tries += 1
    bonus.back_fen, bonus.refusal, bonus.ended_at, bonus.transfer = 0, "", None, None
    order = _hold(bonus)
    ledger.hold(key=order.key, moves=order.moves, now=now, opening=[SENT])
    bonus.state, bonus.due_at, bonus.waits = State.QUEUED, now, ""
    bonus.save()


def pay_debt(bonus: Bonus, *, now: datetime) -> None:
    """What refunds took back too late is paid by this bonus, oldest first, as far as a yuan is left to send.

    Earnings that are paid out owe nothing to bonuses.
    """
    if bonus.origin == PAYOUT:
        return
    owing = list(Bonus.objects.select_for_update().filter(customer_id=bonus.customer_id, owed_fen__gt=0,
                                                          state=State.SENT).order_by("pk"))
    part = owed_from(bonus.kept_fen, sum(row.owed_fen for row in owing))
    if part <= 0:
        return
    put_back(bonus, part, key=f"{bonus.hold_key}:debt", now=now)
    for row in owing:
        taken = min(row.owed_fen, part)
        Bonus.objects.filter(pk=row.pk).update(owed_fen=F("owed_fen") - taken)
        part -= taken
    if not bonus.kept_fen:
        bonus.state, bonus.due_at, bonus.ended_at, bonus.refusal = State.CANCELLED, None, now, "debt"
        bonus.save(update_fields=["state", "due_at", "ended_at", "refusal"])
