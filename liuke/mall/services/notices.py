"""What a provider tells us, by a notice or when asked: kept word for word, and acted on once.

Rows are locked in one order: the group, its payments, its orders, then the stock.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from liuke.channels.payment import Event, Paid, PaymentStatus
from liuke.coupons import services as coupons
from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.kit.push import PUBLISHED
from liuke.mall.models import Notice, Order, OrderGroup, Payment
from liuke.mall.rules import payments as rules
from liuke.mall.rules.orders import PaymentState, State, next_state
from liuke.mall.rules.payments import Outcome
from liuke.mall.services import balance, claims, live, refunds, stock
from liuke.points import services as points
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record, record_many

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
    rows.update(notice, "outcome", "needs_look", "payment", "amount_fen")
    return notice


def _keep(provider: str, event: str, body: bytes) -> Notice:
    """The row of the event; whoever inserts it first acts, the others wait here and find the outcome."""
    found = rows.fetch(
        "INSERT INTO mall_notice (provider, event, body, outcome, repeats, needs_look, explanation)"
        " VALUES (%s, %s, %s, '', 0, false, '') ON CONFLICT (provider, event) DO NOTHING RETURNING id",
        [provider, event, body],
    )
    if found:
        return Notice(pk=found[0][0], provider=provider, event=event, body=body)
    return Notice.objects.get(provider=provider, event=event)


def _apply_payment(provider: str, status: PaymentStatus, now: datetime) -> tuple[Outcome, Payment | None]:
    groups = rows.select(OrderGroup, _OF_PAYMENT, [provider, status.number])
    if not groups:
        return Outcome.UNKNOWN, None
    group, = groups
    payments = rows.select(Payment, "group_id = %s ORDER BY id FOR UPDATE", [group.pk])
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
        rows.update(payment, "ask_at")
        return misfit, payment
    money = Money(payment, status.ref, status.paid_at or now)
    return confirm_payment(group=group, money=money, others=len(payments) > 1, now=now), payment


_OF_PAYMENT = "id = (SELECT group_id FROM mall_payment WHERE provider = %s AND number = %s) FOR UPDATE"


def _mark_closed(payment: Payment) -> None:
    payment.state, payment.ask_at = PaymentState.CLOSED, None
    rows.update(payment, "state", "ask_at")


@dataclass(frozen=True)
class Money:
    """It has come: for which payment, the provider's reference, and when."""

    payment: Payment
    ref: str
    paid_at: datetime


def confirm_payment(*, group: OrderGroup, money: Money, others: bool, now: datetime) -> Outcome:
    """The money of a payment is ours: it pays for its group, or, too late or a second time, goes back.

    The caller has locked both and checked the amount; `others`: the group has further payments. A group that was called
    off lives again when its goods (and its coupons and points) can still be had; otherwise, and when it is paid
    already, all of the money is returned.
    """
    require_transaction()
    payment = money.payment
    payment.state, payment.provider_ref, payment.paid_at = PaymentState.PAID, money.ref, money.paid_at
    payment.ask_at, payment.error = None, ""
    if payment.provider == balance.NAME:
        balance.take(payment=payment, now=now)
    late = group.state == State.CANCELLED
    if group.state == State.PAID or not _paid_for(group, money):
        rows.update(payment, "state", "provider_ref", "paid_at", "ask_at", "error")
        _return_all(group, payment, now)
        return Outcome.RETURNED
    if others:
        Payment.objects.filter(group=group, state__in=WAITING, ask_at__isnull=False).update(ask_at=now)
    return Outcome.REVIVED if late else Outcome.APPLIED


def _paid_for(group: OrderGroup, money: Money) -> bool:
    """Whether goods, coupons and points can (still) be had for the money; if not, nothing of it has happened."""
    orders = _lock_orders(group)
    assert sum(order.total_fen for order in orders) == money.payment.amount_fen, "the orders are not what is paid for"
    if group.state == State.PLACED and not _discounted(orders) and not group.coupons:
        _mark_paid(group, orders, money.paid_at, money.payment)          # its goods are held: nothing can be refused
        return True
    try:
        with transaction.atomic():
            _mark_paid(group, orders, money.paid_at, money.payment)
    except (stock.OutOfStock, stock.SaleOver, coupons.CouponGone, points.NotEnoughPoints):
        return False
    return True


def _discounted(orders: Sequence[Order]) -> bool:
    """Without a discount there is no point, and no coupon but for sending."""
    return any(order.discount_fen for order in orders)


def _lock_orders(group: OrderGroup) -> list[Order]:
    return rows.select(Order, "group_id = %s ORDER BY id FOR UPDATE", [group.pk])


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
        _mark_paid(group, _lock_orders(group), now, None)
    return group


def _mark_paid(group: OrderGroup, orders: Sequence[Order], paid_at: datetime, payment: Payment | None) -> None:
    """Mark the group and its orders paid, by this payment if any; make their goods and coupons theirs, and say so."""
    missing = stock.keep(group_id=group.pk)
    if missing:                    # given back after the time to pay: promise it again
        stock.reserve(wanted=missing, expires_at=None)
    if group.coupons:
        coupons.use(key=group.number, now=paid_at)
    if _discounted(orders):
        _use_points(group, orders, paid_at)
    for order in orders:
        order.state = next_state("revive" if order.state == State.CANCELLED else "pay", order.state)
    rows.run(_PAID, {
        "group": group.pk, "paid": State.PAID, "at": paid_at, "payment": payment.pk if payment else None,
        "ref": payment.provider_ref if payment else "", "topic": live.ORDERS, "told": "{}",
    })
    group.state, group.expires_at = State.PAID, None
    for order in orders:
        if order.source == "repair":
            claims.say_repair_paid(order=order, paid_at=paid_at)
    record_many([
        NewFact(facts.OrderPaid(order_id=order.pk, total_fen=order.total_fen), group.customer_id,
                f"order_paid:{order.pk}", paid_at) for order in orders if order.source == "shop"
    ])


def _use_points(group: OrderGroup, orders: Sequence[Order], now: datetime) -> None:
    """They are spent; what went back after the time to pay is asked for again. Raises NotEnoughPoints."""
    (spent,), = rows.fetch("SELECT COALESCE(SUM(points), 0)::int FROM mall_orderline WHERE order_id = ANY(%s)",
                           [[order.pk for order in orders]])
    if not spent:
        return
    try:
        points.use(key=group.number, now=now)
    except points.NotReserved:
        points.reserve(customer_id=group.customer_id, amount=spent, key=group.number, now=now)
        points.use(key=group.number, now=now)


_PAID = f"""
WITH whole AS (UPDATE mall_ordergroup SET state = %(paid)s, expires_at = NULL WHERE id = %(group)s),
money AS (
    UPDATE mall_payment SET state = %(paid)s, provider_ref = %(ref)s, paid_at = %(at)s, ask_at = NULL, error = ''
    WHERE id = %(payment)s),
parts AS (
    INSERT INTO mall_paymentsplit (payment_id, order_id, amount_fen, claimed_fen)
    SELECT payment.id, part.id, part.total_fen, 0 FROM mall_payment payment, mall_order part
    WHERE payment.id = %(payment)s AND part.group_id = %(group)s),
{PUBLISHED}
UPDATE mall_order SET state = %(paid)s, paid_at = %(at)s, changed_at = %(at)s FROM rung WHERE group_id = %(group)s
"""  # noqa: S608  texts of our own


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
