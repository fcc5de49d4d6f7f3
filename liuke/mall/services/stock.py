"""Every change of a counter of stock. One way in: lock the levels in one order, change them under a condition, write
the movement. The lock makes buyers wait for each other; the condition and the table's constraint hold without it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from liuke.kit.db import lock_timeout, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Movement, Reservation, StockLevel, TimedPrice
from liuke.mall.rules import stock as rules
from liuke.mall.rules.stock import Held, MovementKind


class OutOfStock(Refused):
    """There is not enough of something. `sku_ids` says of what."""

    code = "out_of_stock"

    def __init__(self, sku_ids: Iterable[int]) -> None:
        super().__init__(_("库存不足"))
        self.sku_ids = sorted(sku_ids)


class SaleOver(Refused):
    """The quantity of a timed price is used up."""

    code = "sale_over"


@dataclass(frozen=True)
class Wanted:
    """So many pieces for one order line."""

    line_id: int
    sku_id: int
    quantity: int
    timed_price_id: int | None = None


@dataclass(frozen=True)
class Change:
    """How one level's two counters move, and the key that makes it happen once."""

    level_id: int
    kind: MovementKind
    key: str
    on_hand: int = 0
    reserved: int = 0
    reason: str = ""
    staff_id: int | None = None


def lock_levels(sku_ids: Iterable[int]) -> list[StockLevel]:
    """Lock all levels of these SKUs, in the one order that all use, so that two carts never wait for each other.

    Waits at most rules.LOCK_MILLISECONDS (then OperationalError: the door answers "busy, try again").
    """
    with lock_timeout(rules.LOCK_MILLISECONDS):
        rows = StockLevel.objects.select_for_update(of=("self",)).filter(
            sku_id__in=set(sku_ids), warehouse__active=True
        )
        return list(rows.order_by("pk").annotate(place=F("warehouse__position")))


def _lock_levels_of(reservations: Iterable[Reservation]) -> None:
    """Levels are always locked before reservations."""
    levels = {row.level_id for row in reservations}
    lock_levels(StockLevel.objects.filter(pk__in=levels).values_list("sku_id", flat=True))


def reserve(*, wanted: Sequence[Wanted], expires_at: datetime | None) -> list[Reservation]:
    """Promise pieces to order lines: held until expires_at, or kept at once when it is None (already paid).

    Raises OutOfStock or SaleOver, and then nothing is promised. Calling twice for a line is a bug (its key is taken).
    """
    require_transaction()
    levels = lock_levels(each.sku_id for each in wanted)
    free = {level.pk: level.on_hand - level.reserved - level.safety for level in levels}
    shelves = defaultdict(list)
    for level in sorted(levels, key=lambda each: (each.place, each.pk)):     # type: ignore[attr-defined]  # annotated
        shelves[level.sku_id].append(level.pk)
    rows, short = [], set()
    for each in wanted:
        parts = rules.spread(each.quantity, [rules.Shelf(pk, free[pk]) for pk in shelves[each.sku_id]])
        if not parts:
            short.add(each.sku_id)
        for pk, pieces in parts:
            free[pk] -= pieces
            rows.append(Reservation(
                line_id=each.line_id, level_id=pk, quantity=pieces, timed_price_id=each.timed_price_id,
                state=Held.HELD if expires_at else Held.KEPT, expires_at=expires_at,
            ))
    if short:
        raise OutOfStock(short)
    _count_sales(rows, sign=1)
    Reservation.objects.bulk_create(rows)
    apply([Change(row.level_id, MovementKind.RESERVE, f"reserve:{row.pk}", reserved=row.quantity) for row in rows])
    return rows


def release(*, reservations: Sequence[Reservation]) -> None:
    """Take promises back. Rows that are not held or kept any more are passed over, so twice is once."""
    require_transaction()
    _lock_levels_of(reservations)
    rows = list(Reservation.objects.select_for_update().filter(
        pk__in=[row.pk for row in reservations], state__in=[Held.HELD, Held.KEPT]
    ).order_by("pk"))
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(state=Held.RELEASED, expires_at=None)
    _count_sales(rows, sign=-1)
    apply([Change(row.level_id, MovementKind.RELEASE, f"release:{row.pk}", reserved=-row.quantity) for row in rows])


def keep(*, order_ids: Sequence[int]) -> None:
    """The orders are paid: their promises no longer expire."""
    require_transaction()
    Reservation.objects.filter(line__order_id__in=order_ids, state=Held.HELD).update(state=Held.KEPT, expires_at=None)


def ship(*, line_id: int, quantity: int, key: str) -> None:
    """So many promised pieces of a line leave the shelf. Raises OutOfStock when fewer are promised."""
    require_transaction()
    changes, left = [], quantity
    for row in _kept(line_id):
        pieces = min(row.quantity, left)
        if not pieces:
            break
        left -= pieces
        _end(row, pieces, Held.SENT)
        changes.append(Change(row.level_id, MovementKind.SHIP, f"ship:{key}:{row.pk}", -pieces, -pieces))
    if left:
        raise OutOfStock([])
    apply(changes)


def release_pieces(*, line_id: int, quantity: int, key: str) -> int:
    """So many promised pieces of a line are free for others again; returns how many, fewer when fewer are promised."""
    require_transaction()
    changes, ended, left = [], [], quantity
    for row in _kept(line_id) if quantity else []:
        pieces = min(row.quantity, left)
        if not pieces:
            break
        left -= pieces
        ended.append(_end(row, pieces, Held.RELEASED))
        changes.append(Change(row.level_id, MovementKind.RELEASE, f"release:{key}:{row.pk}", reserved=-pieces))
    _count_sales(ended, sign=-1)
    apply(changes)
    return quantity - left


def _kept(line_id: int) -> list[Reservation]:
    """What is promised to a paid line, locked after its levels."""
    promised = Reservation.objects.filter(line_id=line_id, state=Held.KEPT)
    _lock_levels_of(promised)
    return list(promised.select_for_update().order_by("pk"))


def _end(row: Reservation, pieces: int, state: Held) -> Reservation:
    """End the promise of so many pieces; the rest of it stays promised in the same row. Returns the ended part."""
    if pieces == row.quantity:
        row.state = state
        row.save(update_fields=["state"])
        return row
    row.quantity -= pieces
    row.save(update_fields=["quantity"])
    return Reservation.objects.create(line_id=row.line_id, level_id=row.level_id, quantity=pieces, state=state,
                                      timed_price_id=row.timed_price_id)


def receive(*, level_id: int, quantity: int, key: str, reason: str = "", staff_id: int | None = None,
            kind: MovementKind = MovementKind.RECEIVE) -> None:
    """New or returned goods come onto the shelf. The same key again changes nothing."""
    require_transaction()
    if quantity <= 0:
        raise BadInput(_("数量必须大于 0"))
    StockLevel.objects.select_for_update().get(pk=level_id)
    if not Movement.objects.filter(key=key).exists():
        apply([Change(level_id, kind, key, on_hand=quantity, reason=reason, staff_id=staff_id)])


def take(*, level_id: int, counted: int, key: str, reason: str, staff_id: int | None) -> int:
    """A stock take found so many pieces; returns the difference. Fewer than are promised is refused (OutOfStock)."""
    require_transaction()
    if counted < 0:
        raise BadInput(_("数量不能小于 0"))
    level = StockLevel.objects.select_for_update().get(pk=level_id)
    known = Movement.objects.filter(key=key).first()
    if known:
        return known.on_hand
    if counted < level.reserved:
        raise OutOfStock([level.sku_id])
    difference = counted - level.on_hand
    if difference:
        apply([Change(level_id, MovementKind.TAKE, key, on_hand=difference, reason=reason, staff_id=staff_id)])
    return difference


def take_many(*, counts: Mapping[int, int], key: str, reason: str, staff_id: int | None) -> list[int]:
    """Stock takes of many levels at once; the same key again changes nothing.

    Returns the levels that were left as they are, because more than was counted is promised.
    """
    require_transaction()
    levels = list(StockLevel.objects.select_for_update().filter(pk__in=counts).order_by("pk"))
    keys = {level.pk: f"{key}:{level.pk}" for level in levels}
    known = set(Movement.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    refused = [level.pk for level in levels if counts[level.pk] < level.reserved]
    apply([
        Change(level.pk, MovementKind.TAKE, keys[level.pk], on_hand=counts[level.pk] - level.on_hand, reason=reason,
               staff_id=staff_id)
        for level in levels
        if level.pk not in refused and keys[level.pk] not in known and counts[level.pk] != level.on_hand
    ])
    return refused


def apply(changes: Sequence[Change]) -> None:
    """Change the counters under the condition that nothing is oversold, and write the movements: two statements.

    The caller holds the locks. Raises OutOfStock when the condition fails, which only a missing lock can cause.
    """
    if not changes:
        return
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for change in changes:
        sums[change.level_id][0] += change.on_hand
        sums[change.level_id][1] += change.reserved
    ids = sorted(sums)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mall_stocklevel AS l SET on_hand = l.on_hand + w.h, reserved = l.reserved + w.r"
            " FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS w(id, h, r)"
            " WHERE l.id = w.id AND l.reserved + w.r >= 0 AND l.on_hand + w.h >= l.reserved + w.r"
            " AND (w.r <= 0 OR l.on_hand + w.h - l.reserved - w.r >= l.safety)",
            [ids, [sums[pk][0] for pk in ids], [sums[pk][1] for pk in ids]],
        )
        if cursor.rowcount != len(ids):
            raise OutOfStock(StockLevel.objects.filter(pk__in=ids).values_list("sku_id", flat=True))
    Movement.objects.bulk_create([
        Movement(level_id=each.level_id, kind=each.kind, on_hand=each.on_hand, reserved=each.reserved, key=each.key,
                 reason=each.reason, staff_id=each.staff_id) for each in changes
    ])


def _count_sales(rows: Sequence[Reservation], *, sign: int) -> None:
    """Count pieces of timed prices, in one order, each under its own limit."""
    pieces: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.timed_price_id:
            pieces[row.timed_price_id] += sign * row.quantity
    for pk in sorted(pieces):
        changed = TimedPrice.objects.filter(pk=pk, sold__lte=F("quantity") - pieces[pk], sold__gte=-pieces[pk]).update(
            sold=F("sold") + pieces[pk]
        )
        if not changed:
            raise SaleOver
