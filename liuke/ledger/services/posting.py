"""Open accounts; post, hold, confirm, void and reverse. Each call is one statement and happens once per key."""

from collections.abc import Sequence
from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.ledger.models import Account
from liuke.ledger.rules import (
    BadMove,
    Cause,
    Confirm,
    Hold,
    Instruction,
    Move,
    NewAccount,
    Post,
    Reverse,
    Void,
    check_account,
)
from liuke.ledger.services.call import Entry, LedgerRefused, NoAccount, Overdrawn, call
from liuke.ledger.services.merging import follow

NO_CAUSE = Cause()


class AccountDiffers(LedgerRefused):
    """The address belongs to an account that was opened otherwise."""

    code = "ledger_account_differs"


def open_account(account: NewAccount) -> Account:
    """Open an account, or return the one that has its address.

    Again is nothing, unless unit, normal side or way of counting differ: AccountDiffers. The floor of an account that
    is open already stays as it is; see `set_floor`. Raises BadMove for a name that could never be an address.
    """
    require_transaction()
    check_account(account)
    row, _created = Account.objects.get_or_create(
        address=account.address,
        defaults={"unit": account.unit, "purpose": account.purpose, "owner_kind": account.owner_kind,
                  "owner_id": account.owner_id, "debit_normal": account.debit_normal, "floor": account.floor,
                  "rolled": account.rolled},
    )
    if (row.unit, row.debit_normal, row.rolled) != (account.unit, account.debit_normal, account.rolled):
        raise AccountDiffers(key=account.address)
    return row


def set_floor(*, address: str, floor: int | None) -> None:
    """Let the account fall to `floor` from now on (None: without end). Again is nothing.

    Raises Overdrawn when less than that is free now, BadMove for an account that is rolled up, NoAccount.
    """
    require_transaction()
    account = Account.objects.select_for_update(no_key=True).filter(address=address).first()
    if account is None:
        raise NoAccount(key=address)
    if account.rolled and floor is not None:
        raise BadMove(f"{address}: an account that is rolled up has no floor")
    if floor is not None and account.posted - account.held < floor:
        raise Overdrawn(key=address)
    Account.objects.filter(pk=account.pk).update(floor=floor)


def post(
    *, key: str, moves: Sequence[Move], now: datetime, cause: Cause = NO_CAUSE, opening: Sequence[NewAccount] = ()
) -> Entry:
    """Move amounts at once, all of them or none. `opening`: accounts to open first where they do not exist.

    The same key with the same moves and cause returns the entry as it was first written; with others it raises
    KeyTaken. Raises Overdrawn, NoAccount, OtherUnit, NotGuarded, BadMove; after each the transaction can go on.
    """
    return _one(Post(key=key, moves=moves, cause=cause, opening=opening), now)


def hold(
    *,
    key: str,
    moves: Sequence[Move],
    now: datetime,
    expires_at: datetime | None = None,
    cause: Cause = NO_CAUSE,
    opening: Sequence[NewAccount] = (),
) -> Entry:
    """Set amounts aside at their sources; the targets get them only by `confirm`. Same promises as `post`.

    At `expires_at` the hold can no longer be confirmed, and a clock voids it. Asked again with a later `expires_at`
    the first one stays.
    """
    return _one(Hold(key=key, moves=moves, expires_at=expires_at, cause=cause, opening=opening), now)


def confirm(
    *, key: str, of: str, now: datetime, amounts: Sequence[int] | None = None, cause: Cause = NO_CAUSE
) -> Entry:
    """Carry out the held entry `of`: all that is left, or `amounts`, one for each of its legs (0 leaves a leg alone).

    What is not named stays held. Never Overdrawn. Same key and inputs: the same entry. Raises NoEntry, NotHeld,
    NothingLeft, HoldExpired (by `now`), KeyTaken, BadMove.
    """
    return _one(Confirm(key=key, of=of, amounts=amounts, cause=cause), now)


def void(*, key: str, of: str, now: datetime, amounts: Sequence[int] | None = None, cause: Cause = NO_CAUSE) -> Entry:
    """Let go of the held entry `of`, wholly or by `amounts`. Same promises as `confirm`, but expiry is no obstacle."""
    return _one(Void(key=key, of=of, amounts=amounts, cause=cause), now)


def reverse(
    *, of: str, now: datetime, key: str = "", amounts: Sequence[int] | None = None, cause: Cause = NO_CAUSE
) -> Entry:
    """Send back the posted or confirmed entry `of`: all that was not sent back yet, or `amounts`, one for each leg.

    Without a key of its own it is "<of>:reverse", so that reversing twice is reversing once. Raises NothingLeft when
    more would go back than was posted, Overdrawn when who got it has it no longer (a floor of None lets it go
    negative), NoEntry, NotPosted, KeyTaken, BadMove.
    """
    return _one(Reverse(key=key or f"{of}:reverse", of=of, amounts=amounts, cause=cause), now)


def post_many(instructions: Sequence[Instruction], *, now: datetime) -> list[Entry | LedgerRefused]:
    """Carry out many instructions in one statement, at most rules.MAX_BATCH postings. Each alone is done or refused.

    The answers stand in the order of the instructions; a refusal is returned, not raised, and hinders no other. They
    are judged one after the other, so an earlier one may give what a later one spends. Raises BadMove.
    """
    if not instructions:
        return []
    answers = call(instructions, now=now)
    if any(answer.follow for answer in answers):
        follow([answer.result for answer in answers if isinstance(answer.result, Entry)], now=now)
    return [answer.result for answer in answers]


def _one(instruction: Instruction, now: datetime) -> Entry:
    (result,) = post_many([instruction], now=now)
    if isinstance(result, LedgerRefused):
        raise result
    return result
