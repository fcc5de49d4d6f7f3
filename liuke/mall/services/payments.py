"""Payments as we ask for them: written down, opened at a provider, asked about when nobody tells, and closed.

What a provider tells us is `services/notices.py`; what goes back is `services/refunds.py`. The functions that talk to
a provider open their own transactions, before and after: call them outside of one.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from liuke.channels.errors import ChannelError
from liuke.channels.payment import Charge, Event, Paid, PaymentProvider, PaymentStatus
from liuke.kit import rows
from liuke.kit.db import require_no_transaction, require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.kit.jobs import later
from liuke.mall.models import OrderGroup, Payment, Reservation
from liuke.mall.rules import payments as rules
from liuke.mall.rules.orders import PaymentState, State
from liuke.mall.rules.stock import Held
from liuke.mall.services import balance
from liuke.mall.services.notices import apply_event, mark_free
from liuke.mall.services.providers import provider, providers

WAITING = (PaymentState.NEW, PaymentState.OPEN)


class NotPayable(Refused):
    """The purchase cannot be paid: it is paid already, called off, or costs nothing."""

    code = "not_payable"


class OtherPayment(Refused):
    """The key belongs to another payment already."""

    code = "payment_key_taken"


class ProviderAway(Refused):
    """The provider does not answer, or refuses; try again, or pay another way."""

    code = "provider_away"
    status = 503


@dataclass(frozen=True)
class Payer:
    """How a customer wants to pay. `payer` is who they are at the provider, `ip` their address; see rules.NEEDS."""

    provider: str
    way: str
    payer: str = ""
    ip: str = ""


def open_payment(*, purchase: str, customer_id: int, by: Payer, key: str, now: datetime) -> Payment | None:
    """Let the provider wait for the money of a customer's purchase; `prepared` is what the customer's device needs.

    None for a purchase that costs nothing: it is paid. Again is once, by the key, and also by purchase, provider and
    way: a double click is one payment. Call it outside of a transaction. Raises NotYours, NotPayable, OtherPayment,
    BadInput, and ProviderAway (then the same call may be repeated).
    """
    require_no_transaction()
    with transaction.atomic(durable=True):
        payment = _write_down(purchase, customer_id, by, key, now)
    if payment is None or payment.state != PaymentState.NEW:
        return payment
    channel = _offered(by)
    try:
        prepared = channel.open(Charge(
            number=payment.number, amount_fen=payment.amount_fen, currency=payment.currency, way=by.way,
            description=_("订单 %(number)s") % {"number": payment.group.number}, expires_at=payment.expires_at,
            payer=by.payer, ip=by.ip,
        ))
    except ChannelError as error:
        with transaction.atomic(durable=True):
            _note_error(payment.pk, error, now if error.permanent else None)
        raise ProviderAway(_("支付渠道暂时无法使用，请稍后再试或换一种方式")) from error
    with transaction.atomic(durable=True):
        payment = _mark_open(payment.pk, dict(prepared))
        if payment.provider == balance.NAME:             # nobody is waited for
            payment = _act_on(payment, channel.query(payment.number), over=False, now=now)
    return payment


def _offered(by: Payer) -> PaymentProvider:
    channel = providers().get(by.provider)
    if channel is None or by.way not in channel.ways:
        raise BadInput(_("没有这种支付方式"))
    if (needed := rules.NEEDS.get(by.way)) and not getattr(by, needed):
        raise BadInput(_("缺少这种支付方式所需的信息"))
    return channel


def _write_down(purchase: str, customer_id: int, by: Payer, key: str, now: datetime) -> Payment | None:
    """The payment, before anybody else knows of it."""
    found = rows.select(OrderGroup, "customer_id = %s AND number = %s FOR UPDATE", [customer_id, purchase])
    if not found:
        raise NotYours(_("没有这个订单"))
    group, = found
    if group.total_fen == 0:
        mark_free(group_id=group.pk, now=now)
        return None
    channel = _offered(by)
    tries = rows.select(Payment, "group_id = %s ORDER BY id", [group.pk])
    for known in tries:
        known.group = group
        if known.key == key and (known.provider, known.way) != (by.provider, by.way):
            raise OtherPayment
        if known.key == key or (known.provider == by.provider and known.way == by.way and known.state in WAITING):
            return known
    if group.state != State.PLACED or group.expires_at is None or group.expires_at <= now:
        raise NotPayable(_("该订单已支付、已取消或已超时"))
    if len(tries) >= rules.MAX_TRIES_OF_WAYS:
        raise NotPayable(_("尝试支付的次数过多，请联系客服"))
    if channel.waits:
        _wait_longer(group, now + channel.waits)
    payment = Payment(
        group=group, key=key, number=rules.payment_number(group.number, len(tries) + 1), provider=by.provider,
        way=by.way, amount_fen=group.total_fen, state=PaymentState.NEW,
        expires_at=group.expires_at + rules.CLOSE_AFTER,
        ask_at=now + rules.ask_again_after(0) if channel.answers else None,
    )
    rows.insert([payment])
    return payment


def _wait_longer(group: OrderGroup, until: datetime) -> None:
    """A slow way to pay keeps the goods for longer."""
    assert group.expires_at
    group.expires_at = max(group.expires_at, until)
    group.save(update_fields=["expires_at"])
    Reservation.objects.filter(line__order__group=group, state=Held.HELD).update(expires_at=group.expires_at)


def _note_error(payment_id: int, error: ChannelError, ask_at: datetime | None) -> None:
    """A refusal may also mean that it is paid or closed there: ask, and believe only the answer."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.error = f"{error.code}: {error.message}"[:200]
    payment.ask_at = ask_at or payment.ask_at
    payment.save(update_fields=["error", "ask_at"])


def _mark_open(payment_id: int, prepared: dict[str, str]) -> Payment:
    opened = rows.change(Payment, "state = %s, prepared = %s, error = '' WHERE id = %s AND state = %s",
                         [PaymentState.OPEN, Jsonb(prepared), payment_id, PaymentState.NEW])
    return opened[0] if opened else Payment.objects.get(pk=payment_id)       # another click or a notice was faster


def stop_waiting(*, group_id: int, now: datetime) -> int:
    """The group is called off or paid: its other payments are asked about, and closed, at once. Again is once."""
    require_transaction()
    return Payment.objects.filter(group_id=group_id, state__in=WAITING, ask_at__isnull=False).update(ask_at=now)


def queue_due(*, now: datetime) -> int:
    """Queue a question for every payment whose notice is overdue, and close the ones that nobody can ask about."""
    require_transaction()
    over = Payment.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state__in=WAITING, ask_at=None, group__state=State.CANCELLED
    )
    for payment in over.order_by("pk")[:rules.ASK_BATCH]:
        payment.state = PaymentState.CLOSED
        payment.save(update_fields=["state"])
    due = Payment.objects.filter(ask_at__lte=now).order_by("ask_at", "pk")
    payments = list(due.values_list("pk", flat=True)[:rules.ASK_BATCH])
    for pk in payments:
        later("mall.ask_payment", payment_id=pk, once=f"ask_payment:{pk}")
    return len(payments)


def ask_payment(*, payment_id: int, now: datetime) -> Payment:
    """Ask the provider what has become of a payment, and act on it; close it when its time is over.

    Safe to repeat and to be killed: what is due is due again. Call it outside of a transaction.
    """
    require_no_transaction()
    with transaction.atomic(durable=True):
        payment, over = _claim(payment_id, now)
    if payment is None:
        return Payment.objects.get(pk=payment_id)
    channel = provider(payment.provider)
    try:
        status = channel.query(payment.number)
        if over and status.state in (Paid.OPEN, Paid.UNKNOWN):
            status = channel.close(payment.number)
    except ChannelError as error:
        with transaction.atomic(durable=True):
            _note_error(payment.pk, error, None)
        return payment
    with transaction.atomic(durable=True):
        return _act_on(payment, status, over=over, now=now)


def _claim(payment_id: int, now: datetime) -> tuple[Payment | None, bool]:
    """The payment if it is due, put off so that nobody else asks meanwhile; and whether its time is over."""
    payment = Payment.objects.select_for_update(of=("self",)).select_related("group").get(pk=payment_id)
    if payment.ask_at is None or payment.ask_at > now:
        return None, False
    payment.asks += 1
    payment.ask_at = now + rules.ask_again_after(payment.asks)
    payment.save(update_fields=["asks", "ask_at"])
    return payment, payment.group.state != State.PLACED or payment.expires_at <= now


def _act_on(payment: Payment, status: PaymentStatus, *, over: bool, now: datetime) -> Payment:
    if status.state == Paid.PAID:
        body = json.dumps({**asdict(status), "paid_at": str(status.paid_at)}).encode()
        event = Event(id=f"query:{payment.number}:{status.ref}", payment=status)
        apply_event(provider=payment.provider, event=event, body=body, now=now)
    elif status.state == Paid.CLOSED or (over and status.state == Paid.UNKNOWN):
        Payment.objects.filter(pk=payment.pk, state__in=WAITING).update(state=PaymentState.CLOSED, ask_at=None)
    return Payment.objects.get(pk=payment.pk)
