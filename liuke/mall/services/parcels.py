"""How far its parcels bring an order: what still has to leave, and what follows when the last of them has left or come.

Parcels of a return (a replacement, a repaired piece) are rows of the same order, and count for nothing here.
"""

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet, Sum
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.mall.models import Order, Shipment, ShipmentLine
from liuke.mall.rules.orders import ShipmentState, State, next_state
from liuke.mall.services.serials import free_serials
from liuke.timeline import facts
from liuke.timeline.services import record


class TrackingTaken(Refused):
    """The tracking number belongs to another parcel."""

    code = "tracking_taken"


class CannotUnpack(Refused):
    """The parcel has left, or not all of its serial numbers are known."""

    code = "cannot_unpack"


def unsent(order: Order) -> dict[int, int]:
    """Pieces by line that are paid, still wanted, and not in a parcel yet."""
    rows = ShipmentLine.objects.filter(line__order=order, shipment__request=None)
    packed = dict(rows.values_list("line_id").annotate(Sum("quantity")))
    left = {line.pk: line.quantity - line.stopped - packed.get(line.pk, 0) for line in order.lines.order_by("pk")}
    return {pk: pieces for pk, pieces in left.items() if pieces > 0}


def lock(shipment_id: int) -> tuple[Order, Shipment]:
    """The parcel and its order, locked in the order in which everybody locks them. Raises NotYours: it is gone."""
    order = Order.objects.select_for_update(of=("self",)).filter(shipments=shipment_id).first()
    shipment = Shipment.objects.select_for_update().filter(pk=shipment_id).first()
    if order is None or shipment is None:
        raise NotYours(_("这个包裹已经拆开"))
    return order, shipment


def take_apart(shipment: Shipment) -> None:
    """A parcel that has not left is no parcel any more; its pieces wait to be packed again. Raises CannotUnpack.

    The caller has locked its order.
    """
    require_transaction()
    if shipment.shipped_at:
        raise CannotUnpack(_("已寄出的包裹不能拆开"))
    if not free_serials(shipment):
        raise CannotUnpack(_("这个包裹的序列号登记得不全，请联系管理员"))
    shipment.delete()


def take_apart_stopped(order: Order) -> list[str]:
    """Parcels that hold pieces which are not to be sent any more are taken apart, the last packed first.

    The pieces that are still wanted wait to be packed again. Returns the numbers of the parcels. The caller has locked
    the order.
    """
    require_transaction()
    apart = []
    waiting = _own(order).filter(shipped_at=None).prefetch_related("lines").order_by("-pk")
    for shipment in waiting.select_for_update():
        over = _too_many(order)
        if over & {row.line_id for row in shipment.lines.all()}:
            take_apart(shipment)
            apart.append(shipment.number)
    return apart


def _too_many(order: Order) -> set[int]:
    """Lines of which more pieces are in parcels than are to be sent."""
    rows = ShipmentLine.objects.filter(line__order=order, shipment__request=None)
    packed = dict(rows.values_list("line_id").annotate(Sum("quantity")))
    return {line.pk for line in order.lines.all() if packed.get(line.pk, 0) > line.quantity - line.stopped}


def catch_up(order: Order) -> None:
    """Move an order on whose last piece is on its way, or at the door; again is nothing. The caller holds its lock."""
    require_transaction()
    parcels = _own(order)
    if order.state == State.PAID and order.shipped_at and not parcels.filter(shipped_at=None).exists() \
            and not unsent(order):
        order.state = next_state("ship", order.state)
    if order.state == State.SHIPPED and not parcels.exclude(state=ShipmentState.DELIVERED).exists():
        order.state = next_state("deliver", order.state)
        order.delivered_at = parcels.aggregate(last=Max("delivered_at"))["last"]
        assert order.delivered_at is not None
        record(facts.OrderDelivered(order_id=order.pk), customer_id=order.customer_id,
               key=f"order_delivered:{order.pk}", happened_at=order.delivered_at)
    order.save(update_fields=["shipped_at", "state", "delivered_at"])


def _own(order: Order) -> QuerySet[Shipment]:
    return order.shipments.filter(request=None)


def save_sent(shipment: Shipment) -> None:
    """Save a parcel that has its tracking number now. Raises TrackingTaken when another parcel has it."""
    try:
        with transaction.atomic():
            shipment.save()
    except IntegrityError as error:
        raise TrackingTaken(_("运单号 %(number)s 已用于另一个包裹") % {"number": shipment.tracking}) from error
