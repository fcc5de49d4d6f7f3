"""The words of the ledger as plain values, what a move may look like, and every limit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from liuke.kit.errors import BadInput

POST, HOLD, CONFIRM, VOID, REVERSE = "post", "hold", "confirm", "void", "reverse"
KINDS = (POST, HOLD, CONFIRM, VOID, REVERSE)
HOUSE = "house"

MAX_AMOUNT = 10**15              # of one posting; a balance of 9,000 such still fits the column
MAX_MOVES = 100                  # of one entry
MAX_BATCH = 5_000                # postings handed to the database at once
PAGE = 50
MAX_PAGE = 500
EXPIRY_BATCH = 1_000
ROLL_UP_BATCH = 20_000
SEAL_ROWS = 1_000                # one seal covers so many postings
SEAL_WAIT_MILLISECONDS = 400     # a seal stands before postings for so long at most, then gives way
SEAL_TRIES = 100
MAX_FAULTS = 20                  # a verdict names at most so many bad rows
MAX_FORWARDS = 5                 # merges of merges that one posting follows

NAME = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
KEY_CHARACTERS = 160
PLAN_CHARACTERS = 60
ADDRESS_CHARACTERS = 120


class BadMove(BadInput):
    """A move, key, address or amount is not one that could ever be posted."""

    code = "ledger_bad_move"


@dataclass(frozen=True)
class Move:
    """So much goes from `source` to `target` (addresses). The balance of the target rises by `amount`.

    `keep`: refuse unless the source has at least this much left afterwards, even if its floor would allow less.
    """

    source: str
    target: str
    amount: int
    keep: int | None = None
    order_line_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why it was posted, for tracing only: ids that other modules understand."""

    fact_id: int | None = None
    order_id: int | None = None
    plan_version: str = ""


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account as it is opened. Its address follows from purpose and owner.

    `floor`: the least it may hold, None for no limit. `debit_normal`: accountants show it positive when it has given.
    `rolled`: many post to it at once and it needs no floor (the house's own accounts): it is never locked.
    """

    purpose: str
    unit: str
    owner_kind: str = HOUSE
    owner_id: int | None = None
    floor: int | None = None
    debit_normal: bool = False
    rolled: bool = False

    @property
    def address(self) -> str:
        return address(self.purpose, self.owner_kind, self.owner_id)


@dataclass(frozen=True, kw_only=True)
class Post:
    """Move at once."""

    key: str
    moves: Sequence[Move]
    cause: Cause = Cause()
    opening: Sequence[NewAccount] = ()


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Set aside at the sources until confirmed or voided; after `expires_at` it can only be voided."""

    key: str
    moves: Sequence[Move]
    expires_at: datetime | None = None
    cause: Cause = Cause()
    opening: Sequence[NewAccount] = ()


@dataclass(frozen=True, kw_only=True)
class Confirm:
    """Carry out a held entry: `amounts` per leg (0 leaves a leg alone), or None for all that is left."""

    key: str
    of: str
    amounts: Sequence[int] | None = None
    cause: Cause = Cause()


@dataclass(frozen=True, kw_only=True)
class Void(Confirm):
    """Let go what is held."""


@dataclass(frozen=True, kw_only=True)
class Reverse(Confirm):
    """Send back what was posted or confirmed."""


Instruction = Post | Hold | Confirm


@dataclass(frozen=True)
class Call:
    """What one call of the database function is given: rows of plain values."""

    moves: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    opening: list[dict[str, Any]] = field(default_factory=list)


def address(purpose: str, owner_kind: str = HOUSE, owner_id: int | None = None) -> str:
    """("points", "customer", 12) -> "points:customer:12"; ("points",) -> "points:house"."""
    return f"{purpose}:{owner_kind}" if owner_id is None else f"{purpose}:{owner_kind}:{owner_id}"


def check_account(account: NewAccount) -> NewAccount:
    """Raises BadMove when the account could not be opened."""
    for word in (account.purpose, account.unit, account.owner_kind):
        if not NAME.fullmatch(word):
            raise BadMove(f"{word!r} is not a name for a purpose, a unit or a kind of owner")
    if account.rolled and account.floor is not None:
        raise BadMove(f"{account.address}: an account that is rolled up has no floor")
    if account.floor is not None and not -MAX_AMOUNT <= account.floor <= 0:
        raise BadMove(f"{account.address}: an account opens at zero, so its floor is zero or less")
    return account


def call_of(instructions: Sequence[Instruction]) -> Call:
    """The rows of these instructions, each checked. Raises BadMove."""
    call = Call()
    _check_once([order.key for order in instructions])
    _check_once([order.of for order in instructions if isinstance(order, Confirm)])
    for number, order in enumerate(instructions):
        _check_key(order.key)
        if isinstance(order, Confirm):
            call.parts.extend(_parts(number, order))
            continue
        call.moves.extend(_moves(number, order))
        call.opening.extend(_opening(each) for each in order.opening)
    if len(call.moves) + len(call.parts) > MAX_BATCH:
        raise BadMove(f"more than {MAX_BATCH} postings at once")
    return call


def _moves(number: int, order: Post | Hold) -> list[dict[str, Any]]:
    if not 0 < len(order.moves) <= MAX_MOVES:
        raise BadMove(f"{order.key}: an entry has 1 to {MAX_MOVES} moves")
    expires_at = order.expires_at.isoformat() if isinstance(order, Hold) and order.expires_at else None
    kind = HOLD if isinstance(order, Hold) else POST
    shared = {"e": number, "k": order.key, "n": len(order.moves), "t": kind, "u": expires_at, **_cause(order.cause)}
    return [{**shared, "l": leg, **_move(order.key, move)} for leg, move in enumerate(order.moves)]


def _move(key: str, move: Move) -> dict[str, Any]:
    _check_amount(key, move.amount, least=1)
    if move.source == move.target:
        raise BadMove(f"{key}: from {move.source} to itself")
    if move.keep is not None and abs(move.keep) > MAX_AMOUNT:
        raise BadMove(f"{key}: keep lies within {MAX_AMOUNT}")
    return {"s": move.source, "d": move.target, "a": move.amount, "f": move.keep, "ol": move.order_line_id}


def _parts(number: int, order: Confirm) -> list[dict[str, Any]]:
    kind = {Confirm: CONFIRM, Void: VOID, Reverse: REVERSE}[type(order)]
    shared = {"e": number, "k": order.key, "t": kind, "o": order.of, **_cause(order.cause)}
    if order.amounts is None:
        return [{**shared, "n": 0, "l": None, "a": None}]
    if not 0 < len(order.amounts) <= MAX_MOVES or not any(order.amounts):
        raise BadMove(f"{order.key}: name 1 to {MAX_MOVES} amounts, one for each leg, and not only zeros")
    for amount in order.amounts:
        _check_amount(order.key, amount, least=0)
    taken = [(leg, amount) for leg, amount in enumerate(order.amounts) if amount]
    return [{**shared, "n": len(taken), "l": leg, "a": amount} for leg, amount in taken]


def _cause(cause: Cause) -> dict[str, Any]:
    if len(cause.plan_version) > PLAN_CHARACTERS:
        raise BadMove(f"plan version {cause.plan_version!r} is longer than {PLAN_CHARACTERS}")
    return {"fi": cause.fact_id, "oi": cause.order_id, "pv": cause.plan_version}


def _opening(account: NewAccount) -> dict[str, Any]:
    check_account(account)
    return {"address": account.address, "unit": account.unit, "purpose": account.purpose,
            "owner_kind": account.owner_kind, "owner_id": account.owner_id, "floor": account.floor,
            "debit_normal": account.debit_normal, "rolled": account.rolled}


def _check_once(keys: Sequence[str]) -> None:
    if len(set(keys)) < len(keys):
        twice = next(key for at, key in enumerate(keys) if key in keys[:at])
        raise BadMove(f"{twice} stands twice in one call")


def _check_key(key: str) -> None:
    if not 0 < len(key) <= KEY_CHARACTERS or not key.isprintable():
        raise BadMove(f"{key!r} is not a key: 1 to {KEY_CHARACTERS} printable characters")


def _check_amount(key: str, amount: int, *, least: int) -> None:
    if type(amount) is not int or not least <= amount <= MAX_AMOUNT:
        raise BadMove(f"{key}: {amount!r} is not an amount between {least} and {MAX_AMOUNT}")
