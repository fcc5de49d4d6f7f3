"""Places for goods and what lies there: warehouses, deliveries, safety stock, and stock takes of many SKUs at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from liuke.kit.db import lock_timeout, require_transaction
from liuke.kit.errors import BadInput, NotYours
from liuke.mall.models import Movement, Sku, StockLevel, Supplier, Warehouse
from liuke.mall.rules.counting import MAX_LINES, MAX_PIECES
from liuke.mall.rules.stock import LOCK_MILLISECONDS
from liuke.mall.services import stock
from liuke.mall.services.categories import NAME, text, unique

MAX_PLACE = 999


@dataclass(frozen=True)
class Counted:
    """What a stock take says of one level: so many pieces now, where the counter said `seen`."""

    level_id: int
    seen: int
    counted: int


@dataclass(frozen=True)
class Taken:
    """What came of it, by level: the difference; those whose goods moved since; those with more promised than found."""

    differences: dict[int, int]
    moved: frozenset[int]
    promised: frozenset[int]


def open_warehouse(*, supplier_id: int, code: str, name: str, position: int = 0) -> Warehouse:
    """Raises NotYours, DuplicateCode, BadText, BadInput."""
    require_transaction()
    if not Supplier.objects.filter(pk=supplier_id).exists():
        raise NotYours
    with unique():
        return Warehouse.objects.create(supplier_id=supplier_id, code=text(code, 20), name=text(name, NAME),
                                        position=_place(position))


def change_warehouse(*, warehouse_id: int, name: str, position: int, active: bool) -> Warehouse:
    """What lies in a closed warehouse is not for sale; promises already made there stay. Raises NotYours, BadText."""
    require_transaction()
    row = Warehouse.objects.select_for_update().filter(pk=warehouse_id).first()
    if row is None:
        raise NotYours
    row.name, row.position, row.active = text(name, NAME), _place(position), active
    row.save(update_fields=["name", "position", "active"])
    return row


def receive_goods(
    *, warehouse_id: int, pieces: Mapping[int, int], key: str, reason: str = "", staff_id: int | None
) -> int:
    """Goods (SKU id to pieces) arrive in a warehouse; returns how many. The same key again changes nothing.

    Raises BadInput for a SKU of another supplier, or a quantity that cannot be.
    """
    require_transaction()
    place = Warehouse.objects.filter(pk=warehouse_id).first()
    if place is None:
        raise NotYours
    if not 0 < len(pieces) <= MAX_LINES or not all(0 < count <= MAX_PIECES for count in pieces.values()):
        raise BadInput(_("请填写要收的商品和数量"))
    ours = Sku.objects.filter(pk__in=pieces, product__supplier_id=place.supplier_id).count()
    if ours != len(pieces):
        raise BadInput(_("有的规格不属于这个仓库的供应商"))
    StockLevel.objects.bulk_create(
        [StockLevel(sku_id=sku, warehouse=place) for sku in sorted(pieces)], ignore_conflicts=True)
    levels = dict(StockLevel.objects.filter(warehouse=place, sku__in=pieces).values_list("sku_id", "pk"))
    for sku in sorted(pieces):
        stock.receive(level_id=levels[sku], quantity=pieces[sku], key=f"{key}:{levels[sku]}",
                      reason=text(reason, 100, needed=False), staff_id=staff_id)
    return sum(pieces.values())


def set_safety(*, level_id: int, safety: int) -> StockLevel:
    """So many pieces are kept back from sale, and a warning is shown at them. Raises NotYours, BadInput."""
    require_transaction()
    row = StockLevel.objects.select_for_update().filter(pk=level_id).first()
    if row is None:
        raise NotYours
    if not 0 <= safety <= MAX_PIECES:
        raise BadInput(_("数量不正确"))
    row.safety = safety
    row.save(update_fields=["safety"])
    return row


def take_stock(*, counts: list[Counted], key: str, reason: str, staff_id: int | None) -> Taken:
    """Put right what a stock take found. The same key again changes nothing and says the same of what it changed.

    A level whose counter is not what the counter saw, or with more promised than found, is left as it is and named.
    Raises BadInput.
    """
    require_transaction()
    if len(counts) > MAX_LINES or any(not 0 <= each.counted <= MAX_PIECES for each in counts):
        raise BadInput(_("数量不正确"))
    with lock_timeout(LOCK_MILLISECONDS):
        rows = StockLevel.objects.select_for_update().filter(pk__in=[each.level_id for each in counts]).order_by("pk")
        levels = {row.pk: row for row in rows}
    done = dict(Movement.objects.filter(key__in=[f"{key}:{pk}" for pk in levels]).values_list("level_id", "on_hand"))
    differences, moved, promised = dict(done), set(), set()
    for each in counts:
        row = levels.get(each.level_id)
        if row is None or row.pk in done:
            continue
        if row.on_hand != each.seen:
            moved.add(row.pk)
        elif each.counted < row.reserved:
            promised.add(row.pk)
        else:
            differences[row.pk] = stock.take(level_id=row.pk, counted=each.counted, key=f"{key}:{row.pk}",
                                             reason=text(reason, 100, needed=False), staff_id=staff_id)
    return Taken(differences, frozenset(moved), frozenset(promised))


def _place(position: int) -> int:
    if not 0 <= position <= MAX_PLACE:
        raise BadInput(_("排序值不正确"))
    return position
