"""Orders as staff work on them: by stage, narrowed to what a person may see, found by whatever a caller reads out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from liuke.customers.queries import search as customers
from liuke.mall.models import Order, OrderLine, Shipment, Sku
from liuke.mall.queries.access import suppliers_of
from liuke.mall.queries.orders import sent
from liuke.mall.rules.carriers import tracking_number
from liuke.mall.rules.orders import SENT, ShipmentState, State
from liuke.mall.rules.stages import COLUMN_CARDS, COLUMNS, MOST_FOUND, OPEN, SEARCHED_CHARACTERS, SHIP_WITHIN, Stage
from liuke.org import queries as org
from liuke.org.models import Staff

PACKED = Exists(Shipment.objects.filter(order=OuterRef("pk"), request=None, state=ShipmentState.PACKED))
MOVING = Exists(Shipment.objects.filter(
    order=OuterRef("pk"), request=None, state__in=[ShipmentState.IN_TRANSIT, ShipmentState.DELIVERED]
))
STAGES: dict[Stage, Q] = {
    Stage.TO_PICK: Q(state=State.PAID) & ~Q(PACKED), Stage.PACKED: Q(state=State.PAID) & Q(PACKED),
    Stage.SHIPPED: Q(state=State.SHIPPED) & ~Q(MOVING), Stage.IN_TRANSIT: Q(state=State.SHIPPED) & Q(MOVING),
    **{stage: Q(state=stage) for stage in (
        Stage.PLACED, Stage.DELIVERED, Stage.RECEIVED, Stage.CANCELLED, Stage.REFUNDED)},
}


def orders_seen(staff: Staff, permission: str = "parcels.view") -> QuerySet[Order]:
    """The orders to be sent in which this person holds the permission: all, some shops', or their supplier's."""
    rows = sent(Order.objects.all())
    supplier_ids = suppliers_of(staff)
    if supplier_ids is not None:
        return rows.filter(supplier_id__in=supplier_ids)
    if org.everywhere(staff, permission):
        return rows
    return rows.filter(shop_id__in=list(org.shops_where(staff, permission).values_list("pk", flat=True)))


def late(now: datetime) -> Q:
    """Paid longer ago than rules.SHIP_WITHIN, and not all of it is on its way."""
    return Q(state=State.PAID, paid_at__lt=now - SHIP_WITHIN)


def counts(rows: QuerySet[Order], *, now: datetime) -> dict[str, int]:
    """Orders of each stage that is worked on, and `late`. One query, over open orders only."""
    working = rows.filter(state__in=[State.PLACED, State.PAID, State.SHIPPED, State.DELIVERED])
    return working.aggregate(
        **{str(stage): Count("pk", filter=STAGES[stage]) for stage in OPEN}, late=Count("pk", filter=late(now))
    )


def shown(rows: QuerySet[Order]) -> QuerySet[Order]:
    """With what a line of the list says: shop, supplier, purchase, goods and parcels (two statements more)."""
    return rows.select_related("shop", "supplier", "group").prefetch_related("lines", "shipments")


def columns(rows: QuerySet[Order]) -> dict[Stage, list[Order]]:
    """The oldest orders of every column of the board, at most COLUMN_CARDS of each. Three statements."""
    working = rows.filter(state__in=[State.PAID, State.SHIPPED, State.DELIVERED])
    ranked = working.annotate(
        stage=Case(*(When(STAGES[stage], then=Value(str(stage))) for stage in COLUMNS)),
        rank=Window(RowNumber(), partition_by=F("stage"), order_by=[F("placed_at").asc(), F("pk").asc()]),
    ).filter(rank__lte=COLUMN_CARDS)
    found: dict[Stage, list[Order]] = {stage: [] for stage in COLUMNS}
    for order in shown(ranked).order_by("placed_at", "pk"):
        found[Stage(order.stage)].append(order)      # type: ignore[attr-defined]  # annotated above
    return found


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person asks of the list; empty is everything."""

    text: str = ""
    stage: Stage | None = None
    shop_id: int | None = None
    supplier_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None        # not included
    late: bool = False


def asked_for(rows: QuerySet[Order], asked: Asked, *, now: datetime, people: bool = True) -> QuerySet[Order]:
    """The rows that fit. A search text costs up to five statements more; `people=False` does not look for customers."""
    if asked.stage:
        rows = rows.filter(STAGES[asked.stage])
    if asked.late:
        rows = rows.filter(late(now))
    for field, value in (("shop_id", asked.shop_id), ("supplier_id", asked.supplier_id),
                         ("placed_at__gte", asked.since), ("placed_at__lt", asked.until)):
        if value is not None:
            rows = rows.filter(**{field: value})
    text = asked.text.strip()[:SEARCHED_CHARACTERS]
    return rows.filter(_meant(text, people=people)) if text else rows


def _meant(text: str, *, people: bool) -> Q:
    """An order, a purchase or a tracking number; a SKU; or a customer by name, phone or member number."""
    found = _ids(Order.objects.filter(source__in=SENT, number__in=[text, text.upper()]).values_list("pk", flat=True))
    found |= _ids(Order.objects.filter(group__number=text).values_list("pk", flat=True))
    parcels = Shipment.objects.filter(tracking=tracking_number(text)) | Shipment.objects.filter(number=text.upper())
    found |= _ids(parcels.values_list("order_id", flat=True))
    meant = Q(pk__in=found)
    skus = Sku.objects.filter(Q(code__in=[text, text.upper()]) | Q(barcode=text)).values_list("pk", flat=True)
    if found_skus := list(skus[:10]):
        meant |= Q(Exists(OrderLine.objects.filter(order=OuterRef("pk"), item_id__in=found_skus)))
    if people and not found:
        page = customers.page(customers.Ask(text=text, limit=MOST_FOUND))
        meant |= Q(customer_id__in=[row.id for row in page.rows])
    return meant


def _ids(numbers: QuerySet[Order, int] | QuerySet[Shipment, int]) -> set[int]:
    return set(numbers[:MOST_FOUND])


def picked(rows: QuerySet[Order], numbers: Sequence[str] | Collection[str]) -> list[Order]:
    """The orders of these numbers that are among the rows, oldest first, with what a list shows of them."""
    return list(shown(rows.filter(number__in=numbers)).order_by("placed_at", "pk"))


def picked_ids(order_ids: Sequence[int]) -> list[Order]:
    """The orders with these ids as `picked` gives them, for a job; whoever asked for it was allowed to pick them."""
    return list(shown(Order.objects.filter(pk__in=order_ids)).order_by("placed_at", "pk"))
