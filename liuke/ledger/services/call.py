"""The one call of the database function, and its answers as values. Nothing else writes postings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, ClassVar

import msgspec
import psycopg
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.ledger.rules import Call, Instruction, call_of

POST = "SELECT * FROM ledger_post_v1(%s::jsonb, %s::jsonb, %s::jsonb, %s)"


class LedgerRefused(Refused):
    """The ledger says no and wrote nothing. `key` is the entry's, `about` the address or key that stood in the way."""

    code = "ledger_refused"
    says: ClassVar[str | Promise] = _("无法记账")

    def __init__(self, *, key: str, about: str = "") -> None:
        super().__init__(f"{self.says}: {about or key}")
        self.key, self.about = key, about


class Overdrawn(LedgerRefused):
    """The account would fall below its floor, or below what the move wants kept."""

    code = "ledger_overdrawn"
    says = _("余额不足")


class KeyTaken(LedgerRefused):
    """The key belongs to an entry with other inputs."""

    code = "ledger_key_taken"
    says = _("同一编号已用于另一笔记账")


class NoAccount(LedgerRefused):
    """No account has this address."""

    code = "ledger_no_account"
    says = _("没有此账户")


class OtherUnit(LedgerRefused):
    """The two accounts hold different units."""

    code = "ledger_other_unit"
    says = _("两个账户的单位不同")


class NotGuarded(LedgerRefused):
    """`keep` was asked of an account that is rolled up and so is never locked."""

    code = "ledger_not_guarded"
    says = _("此账户不核对余额")


class NoEntry(LedgerRefused):
    """No entry has the key that was to be confirmed, voided or reversed, or it has no such leg."""

    code = "ledger_no_entry"
    says = _("没有这笔记账")


class NotHeld(LedgerRefused):
    """Only a held entry can be confirmed or voided."""

    code = "ledger_not_held"
    says = _("这笔记账不是冻结")


class NotPosted(LedgerRefused):
    """Only what was posted or confirmed can be reversed."""

    code = "ledger_not_posted"
    says = _("这笔记账不能冲正")


class NothingLeft(LedgerRefused):
    """Less is left of the entry than was to be confirmed, voided or reversed."""

    code = "ledger_nothing_left"
    says = _("这笔记账的剩余金额不足")


class HoldExpired(LedgerRefused):
    """The hold was not confirmed in time; it can only be voided."""

    code = "ledger_hold_expired"
    says = _("冻结已过期")


REFUSALS = {kind.code: kind for kind in LedgerRefused.__subclasses__()}


@dataclass(frozen=True)
class Leg:
    """One posting of an entry as it was written. Its number is that of the move, or of the leg it is a part of."""

    number: int
    posting_id: int
    amount: int


@dataclass(frozen=True)
class Entry:
    """What was written under one key; the same for every later call with the same inputs."""

    key: str
    booked_at: datetime
    legs: tuple[Leg, ...]

    @property
    def amount(self) -> int:
        """Of all legs together."""
        return sum(leg.amount for leg in self.legs)


@dataclass(frozen=True)
class Answer:
    """What became of one instruction, and what of it must follow a merged customer."""

    result: Entry | LedgerRefused
    follow: bool


def call(instructions: Sequence[Instruction], *, now: datetime) -> list[Answer]:
    """Write what can be written, in one statement, and answer in the order of the instructions. Raises BadMove.

    Two instructions with one key, or two that take from the same entry, are BadMove.
    """
    require_transaction()
    rows = _execute(call_of(instructions), now)
    rows.sort(key=itemgetter(0, 2))
    grouped: list[list[tuple[Any, ...]]] = [[] for _ in instructions]
    for row in rows:
        grouped[row[0]].append(row)
    return [_answer(instruction.key, legs) for instruction, legs in zip(instructions, grouped, strict=True)]


def _execute(given: Call, now: datetime) -> list[tuple[Any, ...]]:
    """On a plain cursor of the driver, which prepares the statement; Django's would send its text every time."""
    values = [_json(given.opening), _json(given.moves), _json(given.parts), now]
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(POST, values, binary=True)
        return cursor.fetchall()


def _json(rows: list[dict[str, Any]]) -> str | None:
    return msgspec.json.encode(rows).decode() if rows else None


def _answer(key: str, rows: list[tuple[Any, ...]]) -> Answer:
    _entry, outcome, _leg, _id, _amount, booked_at, follow, about = rows[0]
    if outcome not in ("new", "known"):
        return Answer(REFUSALS[outcome](key=key, about=about or ""), follow=False)
    return Answer(Entry(key, booked_at, tuple(Leg(row[2], row[3], row[4]) for row in rows)), follow=follow)
