"""Every change of a counter of stock. One way in: lock the levels in one order, change them under a condition, write
the movement. The lock makes buyers wait for each other; the condition and the table's constraint hold without it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter

from django.utils.translation import gettext as _
from msgspec import Struct
from psycopg.types.numeric import Int8

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Movement, Reservation, StockLevel
from liuke.mall.rules import stock as rules
from liuke.mall.rules.stock import Held, MovementKind


class OutOfStock(Refused):
    """There is not enough of something. `sku_ids` says of what."""

    code = "out_of_stock"

    def __init__(self, sku_ids: Iterable[int]) -> None:
        super().__init__(_("库存不足"))
        self.sku_ids = sorted(sku_ids)


class SaleOver(Refused):
    """The quantity of a timed price is used up, or what one customer may have of it."""

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


class Level(Struct, frozen=True):
    """What a locked level has for sale."""

    pk: int
    sku_id: int
    free: int


def lock_levels(sku_ids: Iterable[int]) -> list[Level]:
    """Lock all levels of these SKUs, in the one order that all use, so that two carts never wait for each other.

    They come back as they are emptied. From here to the end of the transaction, nobody is waited for longer than
    rules.LOCK_MILLISECONDS (then OperationalError: the door answers "busy, try again").
    """
    require_transaction()
    skus = sorted(set(sku_ids))
    if not skus:
        return []
    found = rows.fetch(_lock(len(skus)), [f"{rules.LOCK_MILLISECONDS}ms", *map(Int8, skus)])
    return [Level(pk, sku, free) for pk, sku, free, _place in sorted(found, key=itemgetter(3, 0))]


@cache
def _lock(skus: int) -> str:
    """Lists are written out, here and in `_promise`: of an array the server would make a new plan each time."""
    return f"""
    WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', %s, true) AS most)
    SELECT level.id, level.sku_id, level.on_hand - level.reserved - level.safety, place.position
    FROM patience, mall_stocklevel level JOIN mall_warehouse place ON place.id = level.warehouse_id
    WHERE level.sku_id IN ({', '.join(['%s'] * skus)}) AND place.active AND patience.most IS NOT NULL
    ORDER BY level.id FOR UPDATE OF level
    """  # noqa: S608  names of our own


def _lock_levels_of(reservations: Iterable[Reservation]) -> None:
    """Levels are always locked before reservations."""
    levels = {row.level_id for row in reservations}
    lock_levels(StockLevel.objects.filter(pk__in=levels).values_list("sku_id", flat=True))


def reserve(*, wanted: Sequence[Wanted], expires_at: datetime | None) -> list[Reservation]:
    """Promise pieces to order lines: held until expires_at, or kept at once when it is None (already paid).

    Raises OutOfStock or SaleOver, and then nothing is promised. Calling twice for a line is a bug (its key is taken).
    """
    require_transaction()
    if not wanted:
        return []
    free, shelves = {}, defaultdict(list)
    for level in lock_levels(each.sku_id for each in wanted):
        free[level.pk] = level.free
        shelves[level.sku_id].append(level.pk)
    promised: list[tuple[Wanted, int, int]] = []         # for what, from which level, pieces
    short = set()
    for each in wanted:
        parts = rules.spread(each.quantity, [rules.Shelf(pk, free[pk]) for pk in shelves[each.sku_id]])
        if not parts:
            short.add(each.sku_id)
        for pk, pieces in parts:
            free[pk] -= pieces
            promised.append((each, pk, pieces))
    if short:
        raise OutOfStock(short)
    _count_sales([(each.timed_price_id, each.line_id, pieces) for each, _pk, pieces in promised])
    state = Held.HELD if expires_at else Held.KEPT
    made = rows.fetch(_promise(len(promised)), [
        value for each, pk, pieces in promised for value in (
            Int8(each.line_id), Int8(pk), each.timed_price_id, pieces, state, expires_at)
    ])
    if len(made) != len(promised):
        raise OutOfStock(each.sku_id for each in wanted)
    return rows.made(Reservation, made)


_FITS = """
l.reserved + w.r >= 0 AND l.on_hand + w.h >= l.reserved + w.r
AND (w.r <= 0 OR l.on_hand + w.h - l.reserved - w.r >= l.safety)
"""
@cache
def _promise(count: int) -> str:
    wanted = ", ".join(["(%s, %s, %s::bigint, %s::int, %s, %s::timestamptz)"] * count)
    return f"""
    WITH promised AS (
        INSERT INTO mall_reservation (line_id, level_id, timed_price_id, quantity, state, expires_at) VALUES {wanted}
        RETURNING *),
    changed AS (
        UPDATE mall_stocklevel AS l SET reserved = l.reserved + w.r
        FROM (SELECT level_id, SUM(quantity)::int AS r, 0 AS h FROM promised GROUP BY level_id) AS w
        WHERE l.id = w.level_id AND {_FITS} RETURNING l.id),
    written AS (
        INSERT INTO mall_movement (level_id, kind, on_hand, reserved, key, reason)
        SELECT level_id, '{MovementKind.RESERVE}', 0, quantity, 'reserve:' || id, '' FROM promised)
    SELECT {rows.columns(Reservation)} FROM promised AS mall_reservation JOIN changed ON changed.id = level_id
    ORDER BY mall_reservation.id
    """  # noqa: S608  names of our own


def release(*, reservations: Sequence[Reservation]) -> None:
    """Take promises back. Rows that are not held or kept any more are passed over, so twice is once."""
    require_transaction()
    _lock_levels_of(reservations)
    promised = list(Reservation.objects.select_for_update().filter(
        pk__in=[row.pk for row in reservations], state__in=[Held.HELD, Held.KEPT]
    ).order_by("pk"))
    Reservation.objects.filter(pk__in=[row.pk for row in promised]).update(state=Held.RELEASED, expires_at=None)
    _count_sales([(row.timed_price_id, row.line_id, -row.quantity) for row in promised])
    apply([Change(row.level_id, MovementKind.RELEASE, f"release:{row.pk}", reserved=-row.quantity) for row in promised])


def keep(*, group_id: int) -> list[Wanted]:
    """The purchase is paid: its promises no longer expire. Returns what is not promised (any more), if anything."""
    require_transaction()
    return [Wanted(*row) for row in rows.fetch(_KEEP, [group_id])]


_KEEP = """
WITH bought AS MATERIALIZED (
    SELECT line.id, line.item_id, line.quantity FROM mall_order placed
    JOIN mall_orderline line ON line.order_id = placed.id WHERE placed.group_id = %s AND line.item_id IS NOT NULL),
kept AS (
    UPDATE mall_reservation promised SET state = 'kept', expires_at = NULL
    FROM bought WHERE promised.line_id = bought.id AND promised.state IN ('held', 'kept')
    RETURNING promised.line_id, promised.quantity)
SELECT bought.id, bought.item_id, (bought.quantity - COALESCE(SUM(kept.quantity), 0))::int,
       (SELECT MAX(timed_price_id) FROM mall_reservation WHERE line_id = bought.id)
FROM bought LEFT JOIN kept ON kept.line_id = bought.id
GROUP BY bought.id, bought.item_id, bought.quantity
HAVING bought.quantity > COALESCE(SUM(kept.quantity), 0)
ORDER BY bought.id
"""


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
    _count_sales([(row.timed_price_id, row.line_id, -row.quantity) for row in ended])
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
    """Change the counters under the condition that nothing is oversold, and write the movements, in one statement.

    The caller holds the locks. Raises OutOfStock when the condition fails, which only a missing lock can cause.
    """
    if not changes:
        return
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for change in changes:
        sums[change.level_id][0] += change.on_hand
        sums[change.level_id][1] += change.reserved
    changed, = rows.fetch(_APPLY, {
        "ids": list(sums), "on_hand": [each[0] for each in sums.values()],
        "reserved": [each[1] for each in sums.values()],
        "levels": [each.level_id for each in changes], "kinds": [each.kind for each in changes],
        "hands": [each.on_hand for each in changes], "promises": [each.reserved for each in changes],
        "keys": [each.key for each in changes], "reasons": [each.reason for each in changes],
        "staff": [each.staff_id for each in changes],
    })
    if changed[0] != len(sums):
        raise OutOfStock(StockLevel.objects.filter(pk__in=list(sums)).values_list("sku_id", flat=True))


_APPLY = f"""
WITH changed AS (
    UPDATE mall_stocklevel AS l SET on_hand = l.on_hand + w.h, reserved = l.reserved + w.r
    FROM unnest(%(ids)s::bigint[], %(on_hand)s::int[], %(reserved)s::int[]) AS w(id, h, r)
    WHERE l.id = w.id AND {_FITS} RETURNING l.id),
written AS (
    INSERT INTO mall_movement (level_id, kind, on_hand, reserved, key, reason, staff_id)
    SELECT * FROM unnest(%(levels)s::bigint[], %(kinds)s::text[], %(hands)s::int[], %(promises)s::int[],
                         %(keys)s::text[], %(reasons)s::text[], %(staff)s::bigint[]))
SELECT count(*) FROM changed
"""  # noqa: S608  names of our own


def _count_sales(promised: Sequence[tuple[int | None, int, int]]) -> None:
    """Count (timed price, line, pieces), in one order, each under its own limits: of all, and of each customer."""
    pieces: dict[int, int] = defaultdict(int)
    lines: dict[int, int] = {}
    for sale, line, more in promised:
        if sale:
            pieces[sale] += more
            lines[sale] = line
    for pk in sorted(pieces):
        if not rows.run(_COUNT, {"sale": pk, "pieces": pieces[pk], "line": lines[pk]}):
            raise SaleOver(_("限时价已售完，或已达到每人限购数量"))


_COUNT = """
UPDATE mall_timedprice sale SET sold = sold + %(pieces)s
WHERE id = %(sale)s AND sold + %(pieces)s BETWEEN 0 AND quantity
      AND (per_customer = 0 OR %(pieces)s <= 0 OR per_customer >= %(pieces)s + (
          SELECT COALESCE(SUM(mine.quantity), 0) FROM mall_reservation mine
          JOIN mall_orderline line ON line.id = mine.line_id JOIN mall_order placed ON placed.id = line.order_id
          WHERE mine.timed_price_id = sale.id AND mine.state <> 'released' AND placed.customer_id = (
              SELECT buyer.customer_id FROM mall_orderline bought JOIN mall_order buyer ON buyer.id = bought.order_id
              WHERE bought.id = %(line)s)))
"""
