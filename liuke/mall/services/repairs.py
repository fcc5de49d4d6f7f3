"""What a repair costs: told, answered, paid like any purchase, or not paid in time."""

import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Order, OrderGroup, OrderLine, RepairQuote, Return
from liuke.mall.rules import returns as rules
from liuke.mall.rules.catalogue import MAX_FEN
from liuke.mall.rules.orders import State
from liuke.mall.services import orders, refunds, settlement
from liuke.mall.services.returns import Act, act

ACCEPTED, REFUSED = "accepted", "refused"


class QuoteNeeded(Refused):
    """There is no quote to answer."""

    code = "no_quote"


def quote(*, request: Return, staff_id: int, diagnosis: str, amount_fen: int, now: datetime) -> RepairQuote:
    """Tell what the repair would cost; free under warranty. Raises BadInput, NotNow."""
    require_transaction()
    if not 0 <= amount_fen <= MAX_FEN or not diagnosis.strip():
        raise BadInput(_("请填写诊断结果和报价"))
    warranty = any(
        row.serial and row.serial.warranty_until and row.serial.warranty_until >= request.asked_at
        for row in request.lines.select_related("serial")
    )
    act(request=request, by="staff", act=Act("quote", staff_id, diagnosis), now=now)
    return RepairQuote.objects.create(
        request=request, diagnosis=diagnosis.strip(), amount_fen=0 if warranty else amount_fen,
        under_warranty=warranty, quoted_at=now,
    )


def answer_quote(*, request: Return, accepted: bool, now: datetime) -> RepairQuote:
    """The customer accepts or refuses the last quote; the same answer again is once. Raises QuoteNeeded, NotNow.

    What costs nothing is repaired at once. Otherwise `purchase` of the quote is to be paid within rules.PAY_WITHIN, by
    any provider; refusing it afterwards calls that purchase off.
    """
    require_transaction()
    request = Return.objects.select_for_update().get(pk=request.pk)
    last = RepairQuote.objects.select_for_update().filter(request=request).order_by("-pk").first()
    word = ACCEPTED if accepted else REFUSED
    if last is None:
        raise QuoteNeeded(_("还没有报价"))
    if last.answer == word:
        return last
    if not accepted:
        _refuse(request, last, now)
    elif last.amount_fen == 0:
        act(request=request, by="customer", act=Act("accept_quote"), now=now)
    else:
        act(request=request, by="system", act=Act("await_payment"), now=now)
        last.purchase = _bill(request, last, now)
    last.answer, last.answered_at = word, now
    last.save(update_fields=["answer", "answered_at", "purchase"])
    return last


def _refuse(request: Return, last: RepairQuote, now: datetime) -> None:
    act(request=request, by="customer", act=Act("refuse_quote"), now=now)
    if last.purchase and last.purchase.state == State.PLACED:
        last.purchase = orders.cancel(number=last.purchase.number, customer_id=request.customer_id, now=now)


def _bill(request: Return, quoted: RepairQuote, now: datetime) -> OrderGroup:
    """A purchase of one order with one line: the fee. All of it is the supplier's, who repairs."""
    fee, sold = quoted.amount_fen, request.order
    tries = OrderGroup.objects.filter(customer_id=request.customer_id, key__startswith=f"repair:{quoted.pk}:").count()
    group = OrderGroup.objects.create(
        number=f"{now:%y%m%d}{secrets.randbelow(10**10):010}", key=f"repair:{quoted.pk}:{tries + 1}",
        customer_id=request.customer_id, total_fen=fee, state=State.PLACED, expires_at=now + rules.PAY_WITHIN,
        placed_at=now,
    )
    order = Order.objects.create(
        source="repair", number=f"{group.number}-1", group=group, customer_id=request.customer_id, shop_id=sold.shop_id,
        supplier_id=sold.supplier_id, state=State.PLACED, placed_at=now, goods_fen=fee, total_fen=fee,
    )
    OrderLine.objects.create(
        order=order, key="repair", sku=request.number, name=_("维修费"), quantity=1, price_fen=fee, supply_fen=fee,
        shop_fen=fee, amount_fen=fee,
    )
    return group


def begin_paid(*, order_id: int, now: datetime) -> None:
    """The repair begins. Money that came after the customer had refused goes back. Again is once."""
    require_transaction()
    order = Order.objects.get(pk=order_id)
    request = Return.objects.select_for_update().get(pk=_request(order).pk)
    claims = set(request.lines.values_list("claim", flat=True))
    if claims & {rules.Claim.UNPAID, rules.Claim.QUOTED}:
        RepairQuote.objects.filter(purchase_id=order.group_id).update(answer=ACCEPTED)
        act(request=request, by="system", act=Act("payment"), now=now)
    elif rules.Claim.NOT_REPAIRED in claims:
        refunds.refund_rest(order_id=order_id, key=f"repair_refused:{order_id}", reason=_("维修已取消，款项退回"),
                            now=now)


def lapse(*, order_id: int, now: datetime) -> None:
    """The fee was not paid in time: the customer may answer the quote again. Nothing when it was refused since."""
    require_transaction()
    order = Order.objects.get(pk=order_id)
    request = Return.objects.select_for_update().get(pk=_request(order).pk)
    last = RepairQuote.objects.select_for_update().filter(request=request).order_by("-pk").first()
    if last is None or last.purchase_id != order.group_id or last.answer != ACCEPTED:
        return
    if request.lines.filter(claim=rules.Claim.UNPAID).exists():
        act(request=request, by="system", act=Act("lapse"), now=now)
        last.answer, last.answered_at = "", None
        last.save(update_fields=["answer", "answered_at"])


def settle(*, request_id: int, now: datetime) -> int:
    """The repair is done: its fee, when there was one, counts for who repaired; returns how many statement lines."""
    require_transaction()
    lines = 0
    paid = Order.objects.select_for_update().filter(
        source="repair", state=State.PAID, group__quotes__request_id=request_id
    )
    for order in paid.order_by("pk"):
        order.state, order.received_at = State.RECEIVED, now
        order.save(update_fields=["state", "received_at"])
        lines += settlement.settle_order(order_id=order.pk)
    return lines


def _request(order: Order) -> Return:
    return Return.objects.get(quotes__purchase_id=order.group_id)
