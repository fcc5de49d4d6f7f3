"""Points come in: granted at once or pending, made available, and taken back when their reason is undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.ledger.rules import Cause
from liuke.points.models import Change, Lot
from liuke.points.rules import MAX_BATCH, BadPoints, Kind, check_amount, check_key
from liuke.points.services import accounts

NO_CAUSE = Cause()


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Points for a customer. `source` gives them: a budget's address, or (empty) the house, which has no limit.

    A pending grant is set aside at its source and cannot be spent until `make_available`.
    """

    customer_id: int
    amount: int
    key: str
    expires_at: datetime | None = None
    pending: bool = False
    source: str = ""
    cause: Cause = NO_CAUSE


@dataclass(frozen=True, kw_only=True)
class Unpend:
    """A pending grant that is to become available, and when its points then expire."""

    key: str
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TakeBack:
    """So many points of a grant are to go back where they came from. `key` is of the reason, such as a refund."""

    of: str
    amount: int
    key: str
    cause: Cause = NO_CAUSE


def grant(*, grants: Sequence[Grant], now: datetime) -> list[ledger.LedgerRefused | None]:
    """Give points to many customers, each grant once per key; answers None or the ledger's refusal for each.

    A source that has too little (a budget) is Overdrawn for that grant alone. Lots of a customer in debt pay the debt
    first. The same key with other values is KeyTaken. Raises BadPoints.
    """
    require_transaction()
    if len(grants) > MAX_BATCH:
        raise BadPoints(f"more than {MAX_BATCH} grants at once")
    results = ledger.post_many([_instruction(each) for each in grants], now=now)
    refusals = [result if isinstance(result, ledger.LedgerRefused) else None for result in results]
    given = [each for each, refusal in zip(grants, refusals, strict=True) if refusal is None]
    if given:
        columns = ([each.customer_id for each in given], [each.key for each in given], [each.amount for each in given],
                   [not each.pending for each in given], [each.expires_at for each in given], now)
        rows.fetch("SELECT count(*) FROM points_grant_v1(%s::bigint[], %s::text[], %s::bigint[], %s::boolean[],"
                   " %s::timestamptz[], %s)", columns)
    return refusals


def _instruction(each: Grant) -> ledger.Post | ledger.Hold:
    check_amount(each.amount)
    check_key(each.key)
    kind = ledger.Hold if each.pending else ledger.Post
    opening = [accounts.account_of(each.customer_id), *([] if each.source else [accounts.HOUSE])]
    move = ledger.Move(each.source or accounts.HOUSE.address, accounts.address_of(each.customer_id), each.amount)
    return kind(key=accounts.granted(each.key), moves=[move], cause=each.cause, opening=opening)


def make_available(*, ready: Sequence[Unpend], now: datetime) -> int:
    """Let pending points be spent from now on; returns how many lots. Again is nothing, and so is an unknown key.

    What was taken back meanwhile stays away; a grant of which nothing is left is passed over.
    """
    require_transaction()
    if len(ready) > MAX_BATCH:
        raise BadPoints(f"more than {MAX_BATCH} grants at once")
    expiry = {each.key: each.expires_at for each in ready}
    waiting = Lot.objects.filter(key__in=expiry, available_at=None).order_by("pk")
    lots = list(waiting.select_for_update(no_key=True))
    results = ledger.post_many(
        [ledger.Confirm(key=accounts.opened(lot.key), of=accounts.granted(lot.key)) for lot in lots], now=now
    )
    opened = [(lot, result.amount) for lot, result in zip(lots, results, strict=True)
              if isinstance(result, ledger.Entry)]
    if opened:
        with connection.cursor() as cursor:
            cursor.execute("SELECT points_open_v1(%s::bigint[], %s::bigint[], %s::timestamptz[], %s)",
                           [[lot.pk for lot, _ in opened], [amount for _, amount in opened],
                            [expiry[lot.key] for lot, _ in opened], now])
    return len(opened)


def take_back(*, back: TakeBack, now: datetime) -> bool:
    """Take points of a grant back to where they came from; whether there was anything to do. Again is once.

    Pending points are simply not given. Others leave their own lot first, then the customer's other lots, first out
    first; what is spent already is the customer's debt. Raises BadPoints for an unknown grant, the ledger's
    NothingLeft for more than is left of it, KeyTaken for a key of another reason.
    """
    require_transaction()
    check_amount(back.amount)
    lot = Lot.objects.select_for_update(no_key=True).filter(key=back.of).first()
    if lot is None:
        raise BadPoints(f"no points were given for {back.of}")
    if Change.objects.filter(key=back.key).exists():
        return False
    if lot.available_at is None:
        ledger.void(key=back.key, of=accounts.granted(lot.key), amounts=[back.amount], now=now, cause=back.cause)
        taken: tuple[list[int], list[int]] = ([], [])
    else:
        ledger.reverse(key=back.key, of=_entry_of(lot), amounts=[back.amount], now=now, cause=back.cause)
        taken = _take(lot, back.amount)
    Change.objects.create(customer_id=lot.customer_id, key=back.key, kind=Kind.TAKE_BACK, lot=lot, amount=back.amount,
                          lots=taken[0], parts=taken[1], at=now)
    return True


def _entry_of(lot: Lot) -> str:
    """The entry that put the lot's points on the account."""
    return accounts.opened(lot.key) if lot.pending else accounts.granted(lot.key)


def _take(lot: Lot, amount: int) -> tuple[list[int], list[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lots, parts FROM points_take_v1(%s, %s, %s)", [lot.customer_id, amount, lot.pk])
        lots, parts = cursor.fetchone()
    return lots, parts
