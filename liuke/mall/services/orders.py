"""What becomes of a placed purchase that is not paid: the customer cancels it, or its time runs out."""

from datetime import datetime

from liuke.coupons import services as coupons
from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours
from liuke.mall.models import Order, OrderGroup, Reservation
from liuke.mall.rules.orders import State, next_state
from liuke.mall.rules.stock import RELEASE_BATCH, Held
from liuke.mall.services import live, payments, stock
from liuke.points import services as points
from liuke.timeline import facts
from liuke.timeline.services import record


def cancel(*, number: str, customer_id: int, now: datetime) -> OrderGroup:
    """The customer does not want an unpaid purchase any more. Again is once; paid ones raise NotAllowed."""
    require_transaction()
    group = OrderGroup.objects.select_for_update().filter(number=number, customer_id=customer_id).first()
    if group is None:
        raise NotYours
    call_off(group=group, now=now)
    return group


def call_off(*, group: OrderGroup, now: datetime) -> None:
    """The same for who has locked it. Again is once; paid ones raise NotAllowed."""
    require_transaction()
    if group.state != State.CANCELLED:
        _call_off(group, now)
        live.tell_orders()


def expire(*, now: datetime, limit: int = RELEASE_BATCH) -> int:
    """Call off purchases whose time to pay is over, a batch at a time; two workers may run this side by side."""
    require_transaction()
    due = OrderGroup.objects.select_for_update(skip_locked=True).filter(state=State.PLACED, expires_at__lte=now)
    groups = list(due.order_by("expires_at", "pk")[:limit])
    for group in groups:
        _call_off(group, now)
    if groups:
        live.tell_orders()
    return len(groups)


def _call_off(group: OrderGroup, now: datetime) -> None:
    """Cancel the group's orders, and give back the goods, the coupons and the points."""
    group.state, group.expires_at = next_state("cancel", group.state), None
    group.save(update_fields=["state", "expires_at"])
    orders = list(Order.objects.select_for_update().filter(group=group).order_by("pk"))
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(state=State.CANCELLED)
    held = Reservation.objects.filter(line__order__in=orders, state=Held.HELD)
    stock.release(reservations=list(held))
    if group.coupons:
        coupons.release(key=group.number, now=now)
    points.release(key=group.number, now=now)
    payments.stop_waiting(group_id=group.pk, now=now)
    for order in orders:
        record(facts.OrderCancelled(order_id=order.pk, source=order.source), customer_id=group.customer_id,
               key=f"order_cancelled:{order.pk}", happened_at=now)
