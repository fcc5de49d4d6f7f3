"""What follows when a refund is done or given up: on the order and its lines, the stock, the parcels, the requests."""

from datetime import datetime

from django.db.models import F, Q, Sum

from liuke.channels.payment import RefundStatus
from liuke.coupons import services as coupons
from liuke.kit.db import require_transaction
from liuke.mall.models import Order, OrderLine, Payment, PaymentSplit, Refund, RefundLine, Reservation
from liuke.mall.rules.orders import MOVES, RefundState, State, next_state
from liuke.mall.rules.stock import Held
from liuke.mall.services import claims, live, stock
from liuke.mall.services.parcels import catch_up
from liuke.points import services as points
from liuke.timeline import facts
from liuke.timeline.services import record


def mark_done(refund: Refund, status: RefundStatus, now: datetime) -> None:
    """The money is back: count it on the order and its lines, free what will not be sent, and say so.

    The caller has locked the refund. Locks the order, then the stock.
    """
    require_transaction()
    refund.state, refund.try_at, refund.error = RefundState.DONE, None, ""
    refund.done_at = status.done_at or now
    refund.save(update_fields=["state", "try_at", "error", "done_at", "asked_at", "provider_ref"])
    if refund.order_id is None:
        return
    order = Order.objects.select_for_update().get(pk=refund.order_id)
    for row in _pieces(refund):
        OrderLine.objects.filter(pk=row.line_id or 0).update(refunded_fen=F("refunded_fen") + row.amount_fen)
        stock.release_pieces(line_id=row.line_id or 0, quantity=row.stopped, key=refund.number)
    _give_points_back(order, refund, now)
    _give_coupons_back(order, now)
    order.refunded_fen += refund.amount_fen
    order.changed_at = now
    if ("refund", State(order.state)) in MOVES and _all_back(order):
        order.state = next_state("refund", order.state)
        stock.release(reservations=list(Reservation.objects.filter(line__order=order, state=Held.KEPT)))
    order.save(update_fields=["refunded_fen", "state", "changed_at"])
    catch_up(order)
    live.tell_orders()
    if order.source == "gift" and order.state == State.REFUNDED:
        record(facts.OrderCancelled(order_id=order.pk, source=order.source), customer_id=order.customer_id,
               key=f"order_cancelled:{order.pk}", happened_at=refund.done_at)
    if refund.amount_fen:
        source = "repair" if order.source == "repair" else "shop"
        record(facts.OrderRefunded(order_id=order.pk, refund_fen=refund.amount_fen, source=source,
                                   refund_id=refund.pk),
               customer_id=order.customer_id, key=f"order_refunded:{refund.pk}", happened_at=refund.done_at)


def _give_points_back(order: Order, refund: Refund, now: datetime) -> None:
    """The points that paid for the pieces, cumulatively rounded down like their money: all pieces, all points."""
    part = 0
    for row in refund.lines.filter(line__points__gt=0, quantity__gt=0).select_related("line").order_by("line_id"):
        line = row.line
        assert line is not None, "only pieces of lines have points"
        done = RefundLine.objects.filter(line=line, refund__state=RefundState.DONE).exclude(pk=row.pk)
        before = done.aggregate(pieces=Sum("quantity", default=0))["pieces"]
        part += line.points * (before + row.quantity) // line.quantity - line.points * before // line.quantity
    if part and order.group:
        points.give_back(key=order.group.number, part=part, part_key=f"refund:{refund.pk}", now=now)


def _give_coupons_back(order: Order, now: datetime) -> None:
    """Coupons come back when all pieces of every line that they were used for are back, in whichever orders."""
    if order.group is None or not order.group.coupons:
        return
    if wanted := coupons.lines_of(key=order.group.number):
        done = Sum("refund_lines__quantity", filter=Q(refund_lines__refund__state=RefundState.DONE), default=0)
        gone = OrderLine.objects.filter(pk__in=wanted).annotate(back=done).filter(back__gte=F("quantity"))
        coupons.give_back(key=order.group.number, gone=set(gone.values_list("pk", flat=True)), now=now)


def _all_back(order: Order) -> bool:
    """All that was paid is back; of an order that cost nothing, all pieces are."""
    if order.total_fen:
        return order.refunded_fen == order.total_fen
    return not order.lines.filter(returned__lt=F("quantity")).exists()


def mark_cancelled(refund: Refund, now: datetime) -> None:
    """It is given up: its claim on the payment ends, and its pieces can be sent, asked back or refunded anew.

    The caller has locked payment, order and refund, in this order.
    """
    require_transaction()
    refund.state = RefundState.CANCELLED
    refund.save(update_fields=["state"])
    back = F("claimed_fen") - refund.amount_fen
    Payment.objects.filter(pk=refund.paid_by.pk).update(claimed_fen=back)
    PaymentSplit.objects.filter(payment=refund.paid_by, order=refund.order).update(claimed_fen=back)
    if refund.return_lines.exists():                     # they stay counted: the request is still open
        claims.reopen(refund=refund, now=now)
        return
    for row in _pieces(refund):
        OrderLine.objects.filter(pk=row.line_id or 0).update(
            returned=F("returned") - row.quantity, stopped=F("stopped") - row.stopped
        )


def _pieces(refund: Refund) -> list[RefundLine]:
    """The lines of the refund but for freight, in the one order in which all lock them."""
    return list(refund.lines.filter(line__isnull=False).order_by("line_id"))
