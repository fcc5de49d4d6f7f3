"""What a provider tells us, by a notice or when asked: kept word for word, and acted on once.

Rows are locked in one order: the group, its payments, its orders, then the stock.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from liuke.channels.payment import Event, Paid, PaymentStatus
from liuke.coupons import services as coupons
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import Notice, Order, OrderGroup, OrderLine, Payment, PaymentSplit, Reservation
from liuke.mall.rules import payments as rules
from liuke.mall.rules.orders import PaymentState, State, next_state
from liuke.mall.rules.payments import Outcome
from liuke.mall.rules.stock import Held
from liuke.mall.services import balance, claims, live, refunds, stock
from liuke.points import services as points
from liuke.timeline import facts
from liuke.timeline.services import record

WAITING = (PaymentState.NEW, PaymentState.OPEN)


class ReferenceTaken(Refused):
    """This bank reference was used for another payment already."""

    code = "reference_taken"


class NotConfirmed(Refused):
    """The money cannot be taken for this payment: the amount differs, or the payment is settled already."""

    code = "not_confirmed"


def apply_event(*, provider: str, event: Event, body: bytes, now: datetime) -> Notice:
    """Keep what a provider said and act on it, once per event however often and however parallel it comes.

    Never refuses: money that does not fit is kept with its outcome, for a person to look at.
    """
    require_transaction()
    notice = _keep(provider, event.id, body)
    if notice.outcome:
        Notice.objects.filter(pk=notice.pk).update(repeats=F("repeats") + 1)
        return notice
    outcome = Outcome.IGNORED
    if event.payment:
        notice.amount_fen = event.payment.amount_fen
        outcome, notice.payment = _apply_payment(provider, event.payment, now)
    elif event.refund:
        notice.amount_fen = event.refund.amount_fen
        outcome = refunds.apply_status(event.refund, provider=provider, now=now)
    notice.outcome, notice.needs_look = outcome, outcome in rules.NEEDS_LOOK
    notice.save(update_fields=["outcome", "needs_look", "payment", "amount_fen"])
    return notice


def _keep(provider: str, event: str, body: bytes) -> Notice:
    """The row of the event; whoever inserts it first acts, the others wait here and find the outcome."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mall_notice (provider, event, body, outcome, repeats, needs_look, explanation)"
            " VALUES (%s, %s, %s, '', 0, false, '') ON CONFLICT (provider, event) DO NOTHING RETURNING id",
            [provider, event, body],
        )
        row = cursor.fetchone()
    if row:
        return Notice(pk=row[0], provider=provider, event=event, body=body)
    return Notice.objects.get(provider=provider, event=event)


def _apply_payment(provider: str, status: PaymentStatus, now: datetime) -> tuple[Outcome, Payment | None]:
    found = Payment.objects.filter(provider=provider, number=status.number).values_list("group_id", flat=True).first()
    if found is None:
        return Outcome.UNKNOWN, None
    group = OrderGroup.objects.select_for_update().get(pk=found)
    payments = list(Payment.objects.select_for_update().filter(group=group).order_by("pk"))
    payment = next(each for each in payments if each.number == status.number)
    if status.state == Paid.CLOSED and payment.state in WAITING:
        _mark_closed(payment)
    if status.state != Paid.PAID:
        return Outcome.IGNORED, payment
    misfit = rules.wrong(amount_fen=status.amount_fen, currency=status.currency, ours=status.ours,
                         expected_fen=payment.amount_fen, expected_currency=payment.currency)
    if misfit is None and payment.state == PaymentState.PAID:
        return (Outcome.REPEATED if status.ref == payment.provider_ref else Outcome.CONFLICT), payment
    if misfit:
        payment.ask_at = None                  # the answer would be the same; a person looks now
        payment.save(update_fields=["ask_at"])
        return misfit, payment
    paid_at = status.paid_at or now
    return confirm_payment(group=group, payment=payment, ref=status.ref, paid_at=paid_at, now=now), payment


def _mark_closed(payment: Payment) -> None:
    payment.state, payment.ask_at = PaymentState.CLOSED, None
    payment.save(update_fields=["state", "ask_at"])


def confirm_payment(*, group: OrderGroup, payment: Payment, ref: str, paid_at: datetime, now: datetime) -> Outcome:
    """The money of a payment is ours: it pays for its group, or, too late or a second time, goes back.

    The caller has locked both and checked the amount. A group that was called off lives again when its goods (and its
    coupons and points) can still be had; otherwise, and when it is paid already, all of the money is returned.
    """
    require_transaction()
    payment.state, payment.provider_ref, payment.paid_at = PaymentState.PAID, ref, paid_at
    payment.ask_at, payment.error = None, ""
    payment.save(update_fields=["state", "provider_ref", "paid_at", "ask_at", "error"])
    if payment.provider == balance.NAME:
        balance.take(payment=payment, now=now)
    late = group.state == State.CANCELLED
    try:
        with transaction.atomic():
            _pay_for(group, payment, paid_at)
    except (_PaidAlready, stock.OutOfStock, stock.SaleOver, coupons.CouponGone, points.NotEnoughPoints):
        _return_all(group, payment, now)
        return Outcome.RETURNED
    Payment.objects.filter(group=group, state__in=WAITING, ask_at__isnull=False).update(ask_at=now)
    return Outcome.REVIVED if late else Outcome.APPLIED


class _PaidAlready(Exception):
    """The group is paid by another payment."""


def _pay_for(group: OrderGroup, payment: Payment, paid_at: datetime) -> None:
    if group.state == State.PAID:
        raise _PaidAlready
    orders = list(Order.objects.select_for_update().filter(group=group).order_by("pk"))
    assert sum(order.total_fen for order in orders) == payment.amount_fen, "the orders are not what is paid for"
    _mark_paid(group, orders, paid_at)
    PaymentSplit.objects.bulk_create([
        PaymentSplit(payment=payment, order=order, amount_fen=order.total_fen) for order in orders
    ])


def _return_all(group: OrderGroup, payment: Payment, now: datetime) -> None:
    refunds.plan_return(payment=payment, key=f"returned:{payment.pk}", now=now)
    record(facts.PaymentReturned(payment_id=payment.pk, amount_fen=payment.amount_fen), customer_id=group.customer_id,
           key=f"payment_returned:{payment.pk}", happened_at=now)


def mark_free(*, group_id: int, now: datetime) -> OrderGroup:
    """A purchase that costs nothing is paid as soon as it is placed. Again is once; one that costs is refused."""
    require_transaction()
    group = OrderGroup.objects.select_for_update().get(pk=group_id)
    if group.total_fen:
        raise NotConfirmed(_("该订单需要付款"))
    if group.state != State.PAID:
        _mark_paid(group, list(Order.objects.select_for_update().filter(group=group).order_by("pk")), now)
    return group


def _mark_paid(group: OrderGroup, orders: Sequence[Order], paid_at: datetime) -> None:
    """Mark the group and its orders paid, make their goods and coupons theirs, and say so."""
    spent = _secure_goods(orders)
    coupons.use(key=group.number)
    if spent:
        _use_points(group, spent, paid_at)
    for order in orders:
        order.state = next_state("revive" if order.state == State.CANCELLED else "pay", order.state)
        order.paid_at = order.changed_at = paid_at
    Order.objects.bulk_update(orders, ["state", "paid_at", "changed_at"])
    group.state, group.expires_at = State.PAID, None
    group.save(update_fields=["state", "expires_at"])
    for order in orders:
        if order.source == "repair":
            claims.say_repair_paid(order=order, paid_at=paid_at)
            continue
        record(facts.OrderPaid(order_id=order.pk, total_fen=order.total_fen), customer_id=group.customer_id,
               key=f"order_paid:{order.pk}", happened_at=paid_at)
    live.tell_orders()


def _use_points(group: OrderGroup, spent: int, now: datetime) -> None:
    """They are spent; what went back after the time to pay is asked for again. Raises NotEnoughPoints."""
    try:
        points.use(key=group.number, now=now)
    except points.NotReserved:
        points.reserve(customer_id=group.customer_id, amount=spent, key=group.number, now=now)
        points.use(key=group.number, now=now)


def _secure_goods(orders: Sequence[Order]) -> int:
    """What is promised is kept; what was given back after the time to pay is promised again. Raises OutOfStock.

    Returns how many points pay for the goods.
    """
    stock.keep(order_ids=[order.pk for order in orders])
    promised = OrderLine.objects.filter(order__in=orders, item__isnull=False).annotate(
        kept=Sum("reservations__quantity", filter=Q(reservations__state=Held.KEPT), default=0)
    )
    lines = list(promised.order_by("pk"))
    missing = [line for line in lines if line.kept < line.quantity]
    spent = sum(line.points for line in lines)
    if not missing:
        return spent
    sales = dict(Reservation.objects.filter(line__in=missing, timed_price__isnull=False).values_list(
        "line_id", "timed_price_id"
    ))
    stock.reserve(expires_at=None, wanted=[
        stock.Wanted(line.pk, line.item_id or 0, line.quantity - line.kept, sales.get(line.pk)) for line in missing
    ])
    return spent


@dataclass(frozen=True)
class Received:
    """A transfer as it stands on the account: the bank's reference, the amount, and when it came."""

    reference: str
    amount_fen: int
    paid_at: datetime


def confirm_transfer(*, number: str, received: Received, staff_id: int, now: datetime) -> Payment:
    """A member of staff has seen the money of a bank transfer. The same reference again is once.

    Raises NotYours for an unknown number, BadInput without a reference, ReferenceTaken when it paid for something
    else, NotConfirmed when the amount differs or the payment is settled by another reference.
    """
    require_transaction()
    reference = received.reference.strip()
    if not 0 < len(reference) <= rules.REFERENCE_LENGTH:
        raise BadInput(_("请填写银行流水号"))
    payment = Payment.objects.filter(provider="transfer", number=number).first()
    if payment is None:
        raise NotYours
    notice = apply_event(
        provider="transfer", now=now,
        event=Event(id=f"transfer:{reference}", payment=PaymentStatus(
            number=number, state=Paid.PAID, amount_fen=received.amount_fen, currency=payment.currency, ref=reference,
            paid_at=received.paid_at,
        )),
        body=json.dumps({"number": number, "amount_fen": received.amount_fen, "staff_id": staff_id}).encode(),
    )
    if notice.payment_id != payment.pk:
        raise ReferenceTaken(_("这个流水号已经用于另一笔付款"))
    if notice.needs_look:
        raise NotConfirmed(_("金额与应付金额不符，或这笔付款已经确认过"))
    return Payment.objects.get(pk=payment.pk)


def explain_notice(*, notice_id: int, staff_id: int, explanation: str) -> Notice:
    """A person has looked at a notice that did not fit and says what became of it. Again replaces the words."""
    require_transaction()
    if not explanation.strip():
        raise BadInput(_("请写明处理结果"))
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    notice.explained_by_id, notice.explanation, notice.needs_look = staff_id, explanation.strip()[:200], False
    notice.save(update_fields=["explained_by", "explanation", "needs_look"])
    return notice
