"""Money on its way back: written down first, asked for afterwards, noted when the provider says what came of it.

A refund claims its amount of the payment and of the order's share the moment it is written down; the tables refuse
claims beyond what was paid. All refunds of a payment are written under the lock of the payment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from liuke.channels.errors import ChannelError
from liuke.channels.payment import PaymentProvider, Refunded, RefundStatus, Return
from liuke.kit.db import require_no_transaction, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.kit.jobs import later
from liuke.mall.models import Order, OrderLine, Payment, PaymentSplit, Refund, RefundLine
from liuke.mall.queries.refunds import LineLeft, left_of_order
from liuke.mall.rules import payments as rules
from liuke.mall.rules.orders import MOVES, SENT, PaymentState, RefundState, State
from liuke.mall.rules.payments import Outcome
from liuke.mall.rules.shares import RefundTooLarge, refund_fen
from liuke.mall.services import parcels
from liuke.mall.services.providers import provider
from liuke.mall.services.refund_effects import mark_cancelled, mark_done

OPEN = (RefundState.WANTED, RefundState.ASKED)


class NothingToRefund(Refused):
    """The order was not paid through the shop, or nothing of it is left."""

    code = "nothing_to_refund"


class OtherRefund(Refused):
    """The key belongs to another refund already."""

    code = "refund_key_taken"


class NotFailed(Refused):
    """Only a refund that failed can be tried again or given up."""

    code = "refund_not_failed"


@dataclass(frozen=True)
class Part:
    """What of a refund belongs to one line, or, without a line, to the freight.

    Without amount_fen it is what so many pieces are worth; with it, exactly that (a goodwill refund has no pieces).
    `stopped`: the pieces were counted as asked back before, so many of them unsent; None: count them now.
    """

    line_id: int | None
    quantity: int = 0
    amount_fen: int | None = None
    stopped: int | None = None


def refund_lines(*, order_id: int, parts: Sequence[Part], key: str, reason: str, now: datetime) -> Refund:
    """Write down a refund of some of an order; a job asks the provider next. The same key again is the same refund.

    Pieces that were not sent yet are not to be sent any more from now on, and packed parcels with such pieces are taken
    apart; their stock is free when the money is back.
    Raises RefundTooLarge, NothingToRefund, OtherRefund, BadInput. Locks the payment before the order: lock no order
    before calling. Parts worth 0 fen are done at once: their pieces count, so that the last one gets the fen that
    rounding kept.
    """
    require_transaction()
    payment, split = _lock_paid(order_id)
    left = left_of_order(order_id)
    if known := Refund.objects.filter(key=key).first():
        return _same(known, order_id, parts)
    rows = [_row(part, left.lines.get(part.line_id or 0), left.freight_fen) for part in parts]
    if not rows or len({row.line_id for row in rows}) != len(rows):
        raise BadInput(_("请选择要退款的商品"))
    amount = sum(row.amount_fen for row in rows)
    if amount > (split.amount_fen - split.claimed_fen if split else 0):
        raise RefundTooLarge(_("退款金额超过可退金额"))
    if split:
        PaymentSplit.objects.filter(pk=split.pk).update(claimed_fen=F("claimed_fen") + amount)
    for row, part in sorted(zip(rows, parts, strict=True), key=lambda pair: pair[0].line_id or 0):
        row.stopped = _count(row) if part.stopped is None else part.stopped
    refund = _write_down(payment, order_id=order_id, key=key, amount_fen=amount, reason=reason, now=now)
    for row in rows:
        row.refund = refund
    RefundLine.objects.bulk_create(rows)
    if any(row.stopped for row in rows):
        parcels.take_apart_stopped(Order.objects.get(pk=order_id))
    if amount == 0:
        mark_done(refund, RefundStatus(number=refund.number, state=Refunded.DONE), now)
    return refund


def refund_rest(*, order_id: int, key: str, reason: str, now: datetime) -> Refund:
    """Write down a refund of everything that is left of an order, freight included; see refund_lines."""
    require_transaction()
    if known := Refund.objects.filter(key=key, order_id=order_id).first():
        return known
    _lock_paid(order_id)
    left = left_of_order(order_id)
    parts = [Part(each.line_id, each.quantity - each.claimed, each.amount_fen - each.claimed_fen)
             for each in left.lines.values() if each.quantity > each.claimed or each.amount_fen > each.claimed_fen]
    if left.freight_fen:
        parts.append(Part(None, 0, left.freight_fen))
    if not parts:
        raise NothingToRefund(_("该订单没有可退的金额"))
    return refund_lines(order_id=order_id, parts=parts, key=key, reason=reason, now=now)


def plan_return(*, payment: Payment, key: str, now: datetime) -> Refund:
    """Write down that all of a payment goes back because it pays for nothing. The caller holds its lock."""
    require_transaction()
    if known := Refund.objects.filter(key=key).first():
        return known
    return _write_down(payment, order_id=None, key=key, amount_fen=payment.amount_fen - payment.claimed_fen,
                       reason=_("订单已关闭，款项退回"), now=now)


def _lock_paid(order_id: int) -> tuple[Payment | None, PaymentSplit | None]:
    """What paid for the order, locked with it: nobody else writes refunds of it meanwhile. None: it cost nothing."""
    found = PaymentSplit.objects.filter(order_id=order_id, payment__state=PaymentState.PAID).first()
    payment = Payment.objects.select_for_update().get(pk=found.payment_id) if found else None
    order = Order.objects.select_for_update().get(pk=order_id)
    if found is None and (order.total_fen or order.source not in SENT or ("refund", State(order.state)) not in MOVES):
        raise NothingToRefund(_("该订单没有可退的金额"))
    return payment, PaymentSplit.objects.get(pk=found.pk) if found else None


def _count(row: RefundLine) -> int:
    """Nobody asked for these pieces before: count them as returned; how many of them need not be sent any more."""
    if row.line_id is None or not row.quantity:
        return 0
    line = OrderLine.objects.select_for_update().get(pk=row.line_id)
    if line.returned + row.quantity > line.quantity:
        raise RefundTooLarge(_("%(name)s 已经申请退回，请先处理那个申请") % {"name": line.name})
    stopped = min(row.quantity, line.quantity - line.shipped - line.stopped)
    OrderLine.objects.filter(pk=line.pk).update(
        returned=F("returned") + row.quantity, stopped=F("stopped") + stopped
    )
    return stopped


def _same(known: Refund, order_id: int, parts: Sequence[Part]) -> Refund:
    """The refund of the key, if it is the one that is asked for again."""
    rows = {row.line_id: row for row in known.lines.all()}
    if known.order_id != order_id or {part.line_id for part in parts} != set(rows):
        raise OtherRefund
    for part in parts:
        row = rows[part.line_id]
        if part.quantity != row.quantity or part.amount_fen not in (None, row.amount_fen):
            raise OtherRefund
    return known


def _row(part: Part, line: LineLeft | None, freight_left_fen: int) -> RefundLine:
    if part.quantity < 0 or (part.amount_fen is not None and part.amount_fen < 0):
        raise BadInput(_("退款数量和金额不能小于 0"))
    if part.line_id is None:
        amount = freight_left_fen if part.amount_fen is None else part.amount_fen
        if amount > freight_left_fen or part.quantity:
            raise RefundTooLarge(_("退款金额超过可退金额"))
        return RefundLine(line_id=None, amount_fen=amount)
    if line is None:
        raise BadInput(_("该订单没有这件商品"))
    worth = refund_fen(line.sold(), quantity=part.quantity)
    amount = worth if part.amount_fen is None else part.amount_fen
    if amount > line.amount_fen - line.claimed_fen:
        raise RefundTooLarge(_("退款金额超过可退金额"))
    return RefundLine(line_id=line.line_id, quantity=part.quantity, amount_fen=amount)


def _write_down(
    payment: Payment | None, *, order_id: int | None, key: str, amount_fen: int, reason: str, now: datetime
) -> Refund:
    """The row and its claim, and the job that asks for it."""
    paid_as = payment or Order.objects.get(pk=order_id or 0)
    number = rules.refund_number(paid_as.number, paid_as.refunds.count() + 1)
    if payment:
        Payment.objects.filter(pk=payment.pk).update(claimed_fen=F("claimed_fen") + amount_fen)
    refund = Refund.objects.create(
        payment=payment, order_id=order_id, number=number, key=key, amount_fen=amount_fen, reason=reason[:100],
        state=RefundState.WANTED, try_at=now if amount_fen else None,
    )
    if amount_fen:
        later("mall.ask_refund", refund_id=refund.pk, once=f"ask_refund:{refund.pk}")
    return refund


def queue_due(*, now: datetime) -> int:
    """Queue every refund that is to be asked for, or about, now."""
    require_transaction()
    due = Refund.objects.filter(try_at__lte=now).order_by("try_at", "pk")
    refunds = list(due.values_list("pk", flat=True)[:rules.ASK_BATCH])
    for pk in refunds:
        later("mall.ask_refund", refund_id=pk, once=f"ask_refund:{pk}")
    return len(refunds)


def ask_refund(*, refund_id: int, now: datetime) -> Refund:
    """Ask the provider for a refund, or what became of it, and note the answer. Call it outside of a transaction.

    Safe to repeat and to be killed anywhere: whatever may have been asked before is first asked about, under the same
    number, and only what the provider has never heard of is asked for.
    """
    require_no_transaction()
    with transaction.atomic(durable=True):
        refund = _claim(refund_id, now)
    if refund is None:
        return Refund.objects.get(pk=refund_id)
    channel = provider(refund.paid_by.provider)
    try:
        status = _ask(channel, refund)
    except ChannelError as error:
        with transaction.atomic(durable=True):
            return _note_error(refund.pk, error)
    with transaction.atomic(durable=True):
        apply_status(status, provider=channel.name, now=now)
        if not channel.answers:                    # a person sends it and says so
            Refund.objects.filter(pk=refund.pk).update(try_at=None)
    return Refund.objects.get(pk=refund_id)


def _claim(refund_id: int, now: datetime) -> Refund | None:
    """The refund if it is due, put off for longer than a request may take."""
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    if refund.state not in OPEN or refund.try_at is None or refund.try_at > now:
        return None
    refund.tries += 1
    refund.try_at = now + rules.try_again_after(refund.tries)
    refund.save(update_fields=["tries", "try_at"])
    return refund


def _ask(channel: PaymentProvider, refund: Refund) -> RefundStatus:
    if refund.tries > 1 or refund.state == RefundState.ASKED:
        status = channel.query_refund(refund.number)
        if status.state != Refunded.UNKNOWN:
            return status
    return channel.refund(Return(
        number=refund.number, payment=refund.paid_by.number, amount_fen=refund.amount_fen,
        total_fen=refund.paid_by.amount_fen, reason=refund.reason, currency=refund.paid_by.currency,
    ))


def _note_error(refund_id: int, error: ChannelError) -> Refund:
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.state in OPEN:
        refund.error = f"{error.code}: {error.message}"[:200]
        if error.permanent or refund.tries >= rules.REFUND_TRIES:
            refund.state, refund.try_at = RefundState.FAILED, None
        refund.save(update_fields=["state", "error", "try_at"])
    return refund


def apply_status(status: RefundStatus, *, provider: str, now: datetime) -> Outcome:
    """Note what a provider says of a refund, once: by a notice or when asked."""
    require_transaction()
    refund = Refund.objects.select_for_update().filter(number=status.number, payment__provider=provider).first()
    if refund is None:
        return Outcome.UNKNOWN
    if refund.state == RefundState.DONE:
        return Outcome.REPEATED
    if refund.state == RefundState.CANCELLED:      # given up; when it went all the same, a person must look
        return Outcome.CONFLICT if status.state in (Refunded.ASKED, Refunded.DONE) else Outcome.IGNORED
    if status.amount_fen != refund.amount_fen:
        return Outcome.WRONG_AMOUNT
    refund.asked_at = refund.asked_at or status.asked_at or now
    refund.provider_ref = status.ref or refund.provider_ref
    if status.state == Refunded.DONE:
        mark_done(refund, status, now)
        return Outcome.APPLIED
    if status.state == Refunded.ASKED:
        refund.state, refund.error = RefundState.ASKED, ""
    else:
        refund.state, refund.try_at, refund.error = RefundState.FAILED, None, status.state
    refund.save(update_fields=["state", "try_at", "error", "asked_at", "provider_ref"])
    return Outcome.APPLIED


def confirm_refund(*, refund_id: int, reference: str, now: datetime) -> Refund:
    """A member of staff has sent the money back by hand. Only for bank transfers and failed refunds; again is once."""
    require_transaction()
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    if not reference.strip():
        raise BadInput(_("请填写银行流水号"))
    if refund.state == RefundState.DONE and refund.provider_ref == reference.strip():
        return refund
    by_hand = refund.paid_by.provider == "transfer" and refund.state in OPEN
    if not by_hand and refund.state != RefundState.FAILED:
        raise NotFailed(_("这笔退款正在处理或已经完成"))
    refund.provider_ref = reference.strip()[:64]
    mark_done(refund, RefundStatus(number=refund.number, state=Refunded.DONE), now)
    return refund


def retry_refund(*, refund_id: int, now: datetime) -> Refund:
    """Try a failed refund again; under a new number when the provider has closed the old one without moving money."""
    require_transaction()
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.state != RefundState.FAILED:
        raise NotFailed(_("这笔退款正在处理或已经完成"))
    if refund.error == Refunded.CLOSED:
        refund.number, refund.tries = rules.renumbered(refund.number), 0
    refund.state, refund.try_at, refund.tries = RefundState.WANTED, now, min(refund.tries, 1)
    refund.save(update_fields=["number", "state", "try_at", "tries"])
    later("mall.ask_refund", refund_id=refund.pk, once=f"ask_refund:{refund.pk}")
    return refund


def cancel_refund(*, refund_id: int, now: datetime) -> Refund:
    """Give a failed refund up: its claim ends. The provider is asked first: money that moved is noted instead.

    Call it outside of a transaction. Raises NotFailed, and ChannelError when the provider does not answer.
    """
    require_no_transaction()
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state == RefundState.CANCELLED:
        return refund
    if refund.state != RefundState.FAILED:
        raise NotFailed(_("这笔退款正在处理或已经完成"))
    status = provider(refund.paid_by.provider).query_refund(refund.number)
    if status.state not in (Refunded.UNKNOWN, Refunded.CLOSED):
        with transaction.atomic(durable=True):
            apply_status(status, provider=refund.paid_by.provider, now=now)
        raise NotFailed(_("支付渠道已受理这笔退款，不能取消"))
    with transaction.atomic(durable=True):
        return _cancelled(refund, now)


def _cancelled(known: Refund, now: datetime) -> Refund:
    Payment.objects.select_for_update().get(pk=known.paid_by.pk)
    if known.order_id:
        Order.objects.select_for_update().get(pk=known.order_id)
    refund = Refund.objects.select_for_update().get(pk=known.pk)
    if refund.state != RefundState.FAILED:
        raise NotFailed(_("这笔退款正在处理或已经完成"))
    mark_cancelled(refund, now)
    return refund
