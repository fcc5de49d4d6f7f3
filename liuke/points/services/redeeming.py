"""Points go out: reserved for a purchase, used when it is paid, released when it is off, given back when it is undone.

Every redemption remembers which lots it took, first out first. The ledger is asked first, and its lock on the
customer's account keeps two purchases apart.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.ledger import services as ledger
from liuke.ledger.rules import Cause
from liuke.points.models import GivenBack, Lot, Redemption
from liuke.points.rules import (
    GIVE_BACK_GRACE,
    RELEASE_GRACE,
    State,
    check_amount,
    check_key,
    expiry_back,
    returned,
)
from liuke.points.services import accounts
from liuke.points.services.expiring import expire_for
from liuke.points.services.settling import pay_debt

NO_CAUSE = Cause()
SPENT_AT_ONCE = 0                        # tries of a redemption that was never reserved
REDEEM = ("SELECT id, customer_id, amount, state, tries, lots, parts, back, fresh"
          " FROM points_redeem_v1(%s, %s, %s, %s, %s)")
PLAINLY = ("SELECT id, customer_id, amount, state, tries, lots, parts, back, fresh"
           " FROM points_redeem_plain_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s::bigint, %s::bigint, %s)")

PUT = """
INSERT INTO points_openlot (lot_id, customer_id, expires_at, rest)
SELECT l.id, l.customer_id, l.expires_at, p.part
FROM unnest(%s::bigint[], %s::bigint[]) p(lot, part) JOIN points_lot l ON l.id = p.lot
ON CONFLICT (lot_id) DO UPDATE SET rest = points_openlot.rest + excluded.rest
"""


class NotEnoughPoints(Refused):
    """The customer has fewer points than that, expired and pending ones left out."""

    code = "points_not_enough"


class RedemptionDiffers(Refused):
    """The key belongs to a redemption of another customer or amount."""

    code = "points_key_taken"


class NotReserved(Refused):
    """The reservation was released before it could be used; reserve the points again."""

    code = "points_not_reserved"


class TooMuchBack(Refused):
    """Less than that was used and not given back yet."""

    code = "points_too_much_back"


class LotsBehind(Refused):
    """Two records of this customer are just being merged; try again in a moment."""

    code = "points_lots_behind"


@dataclass(frozen=True)
class Redeemed:
    """A redemption as it stands now: parts[i] was taken from lots[i]; `back` of it was given back since."""

    id: int
    customer_id: int
    amount: int
    state: State
    tries: int
    lots: tuple[int, ...]
    parts: tuple[int, ...]
    back: int


def reserve(*, customer_id: int, amount: int, key: str, now: datetime, cause: Cause = NO_CAUSE) -> Redeemed:
    """Set points aside for the purchase `key`, those that expire first before others. Again is once.

    A reservation never ends by itself: the purchase uses or releases it. After a release the same key reserves anew.
    Raises NotEnoughPoints (nothing was written), RedemptionDiffers, BadPoints.
    """
    wish = _Wish(customer_id, amount, key, cause)
    found = _redeem(wish, State.RESERVED, now)
    return found if found.state != State.RELEASED else _reserve_again(found.id, wish, now)


def spend(*, customer_id: int, amount: int, key: str, now: datetime, cause: Cause = NO_CAUSE) -> Redeemed:
    """Spend points at once, without a reservation. Again is once; give back with `give_back`. Raises as `reserve`."""
    return _redeem(_Wish(customer_id, amount, key, cause), State.USED, now)


def use(*, key: str, now: datetime) -> Redeemed | None:
    """The purchase is paid: its points are spent. Again is once; a purchase without points is None.

    Raises NotReserved when they were released meanwhile.
    """
    require_transaction()
    row = _locked(key)
    if row is None:
        return None
    if row.state == State.USED:
        return _shown(row)
    if row.state == State.RELEASED:
        raise NotReserved(_("积分预留已释放，请重新使用积分"))
    ledger.confirm(key=accounts.used(key, row.tries), of=accounts.held(key, row.tries), now=now)
    row.state, row.used_at = State.USED, now
    row.save(update_fields=["state", "used_at"])
    return _shown(row)


def release(*, key: str, now: datetime) -> Redeemed | None:
    """The purchase is off: its points go back to their lots with their expiry. Again is once; used points stay used.

    What would have expired meanwhile lives for rules.RELEASE_GRACE more.
    """
    require_transaction()
    row = _locked(key)
    if row is None:
        return None
    if row.state != State.RESERVED:
        return _shown(row)
    ledger.void(key=f"{accounts.held(key, row.tries)}:release", of=accounts.held(key, row.tries), now=now)
    _put_back(row, list(row.parts), word=f"release:{row.tries}", grace=RELEASE_GRACE, now=now)
    row.state = State.RELEASED
    row.save(update_fields=["state"])
    return _shown(row)


def give_back(*, key: str, part: int, part_key: str, now: datetime, cause: Cause = NO_CAUSE) -> Redeemed | None:
    """The purchase was undone: `part` of its points go back, what was taken last first. Again (same part_key) is once.

    They keep their expiry, but live for rules.GIVE_BACK_GRACE at least. A purchase without points is None.
    Raises TooMuchBack for more than was used, RedemptionDiffers when part_key gave back another amount.
    """
    require_transaction()
    check_amount(part)
    row = _locked(key)
    if row is None:
        return None
    if known := GivenBack.objects.filter(key=part_key).first():
        if (known.redemption_id, known.amount) != (row.pk, part):
            raise RedemptionDiffers(_("同一编号已用于另一次退还"))
        return _shown(row)
    if row.state != State.USED or part > row.amount - row.back:
        raise TooMuchBack(_("可退还的积分不足"))
    ledger.reverse(key=f"redeem_back:{part_key}", of=accounts.used(key, row.tries), amounts=[part], now=now,
                   cause=cause)
    parts = returned(list(row.parts), before=row.back, part=part)
    _put_back(row, parts, word=f"back:{row.back}", grace=GIVE_BACK_GRACE, now=now)
    row.back += part
    row.save(update_fields=["back"])
    GivenBack.objects.create(redemption=row, key=part_key, amount=part, at=now)
    return _shown(row)


@dataclass(frozen=True)
class _Wish:
    customer_id: int
    amount: int
    key: str
    cause: Cause


def _redeem(wish: _Wish, state: State, now: datetime) -> Redeemed:
    """The ledger first, which locks the account; then the lots. One call, unless something stands in its way."""
    require_transaction()
    check_amount(wish.amount)
    check_key(wish.key)
    given = [wish.customer_id, wish.amount, wish.key, state, now]
    tries = SPENT_AT_ONCE if state == State.USED else 1
    row = _row(PLAINLY, [*given, accounts.address_of(wish.customer_id), accounts.SPENT.address,
                         _entry_key(wish, tries), wish.cause.fact_id, wish.cause.order_id, wish.cause.plan_version])
    if row is None:
        expire_for(customer_id=wish.customer_id, now=now)
        _ask_ledger(wish, tries, now)
        row = _row(REDEEM, given)
    assert row is not None, "the function always answers"
    found = Redeemed(row[0], row[1], row[2], State(row[3]), row[4], tuple(row[5]), tuple(row[6]), row[7])
    same = (found.customer_id, found.amount, found.tries == SPENT_AT_ONCE)
    if same != (wish.customer_id, wish.amount, state == State.USED):
        raise RedemptionDiffers(_("同一编号已用于另一次积分使用"))
    if row[8] and sum(found.parts) != wish.amount:
        raise LotsBehind(_("客户档案正在合并，请稍后再试"))
    return found


def _row(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, values, binary=True).fetchone()


def _entry_key(wish: _Wish, tries: int) -> str:
    return (accounts.used if tries == SPENT_AT_ONCE else accounts.held)(wish.key, tries)


def _ask_ledger(wish: _Wish, tries: int, now: datetime) -> None:
    moves = [ledger.Move(accounts.address_of(wish.customer_id), accounts.SPENT.address, wish.amount, keep=0)]
    call, key = ledger.post if tries == SPENT_AT_ONCE else ledger.hold, _entry_key(wish, tries)
    try:
        try:
            call(key=key, moves=moves, now=now, cause=wish.cause)
        except ledger.NoAccount:             # seldom, so it is not asked for every time
            opening = [accounts.account_of(wish.customer_id), accounts.SPENT]
            call(key=key, moves=moves, now=now, cause=wish.cause, opening=opening)
    except ledger.Overdrawn as error:
        raise NotEnoughPoints(_("积分不足")) from error
    except ledger.KeyTaken as error:
        raise RedemptionDiffers(_("同一编号已用于另一次积分使用")) from error


def _reserve_again(redemption_id: int, wish: _Wish, now: datetime) -> Redeemed:
    row = Redemption.objects.select_for_update().get(pk=redemption_id)
    if row.state != State.RELEASED:
        return _shown(row)
    row.tries += 1
    _ask_ledger(wish, row.tries, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT lots, parts FROM points_take_v1(%s, %s, NULL)", [row.customer_id, row.amount])
        row.lots, row.parts = cursor.fetchone()
    if sum(row.parts) != row.amount:
        raise LotsBehind(_("客户档案正在合并，请稍后再试"))
    row.state, row.reserved_at = State.RESERVED, now
    row.save(update_fields=["tries", "lots", "parts", "state", "reserved_at"])
    return _shown(row)


def _locked(key: str) -> Redemption | None:
    return Redemption.objects.select_for_update().filter(key=key).first()


def _put_back(row: Redemption, parts: list[int], *, word: str, grace: timedelta, now: datetime) -> None:
    """To the lots they came from; where a lot's time is nearly up, or it has another owner since, to a new lot."""
    lots = Lot.objects.in_bulk(row.lots)
    same, new = [], []
    for lot, part in ((lots[lot_id], part) for lot_id, part in zip(row.lots, parts, strict=True) if part):
        expires_at = expiry_back(lot.expires_at, now=now, grace=grace)
        if expires_at == lot.expires_at and lot.customer_id == row.customer_id:
            same.append((lot, part))
        else:
            new.append(Lot(customer_id=row.customer_id, key=f"{word}:{row.pk}:{lot.pk}", amount=part, earned_at=now,
                           available_at=now, expires_at=expires_at, of=lot))
    same += [(lot, lot.amount) for lot in Lot.objects.bulk_create(new)]
    with connection.cursor() as cursor:
        cursor.execute(PUT, [[lot.pk for lot, _ in same], [part for _, part in same]])
    pay_debt(customer_id=row.customer_id, granted=sum(parts), key=f"{word}:{row.pk}", now=now)


def _shown(row: Redemption) -> Redeemed:
    return Redeemed(row.pk, row.customer_id, row.amount, State(row.state), row.tries, tuple(row.lots),
                    tuple(row.parts), row.back)
