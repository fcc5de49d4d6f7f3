"""A request about goods, from the customer's words to its end. `rules.returns` says which move is possible when.

Each move is one step of the story that the customer reads; each step that others may care about is a fact.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import Order, OrderLine, RepairQuote, Return, ReturnLine, ReturnStep, Serial, StockLevel
from liuke.mall.rules import returns as rules
from liuke.mall.rules.cart import checked
from liuke.mall.rules.orders import State
from liuke.mall.rules.returns import Claim, Kind
from liuke.mall.rules.stock import MovementKind
from liuke.mall.services import stock
from liuke.timeline import facts
from liuke.timeline.services import record

MAX_WORDS = 2_000
ASKABLE = (State.PAID, State.SHIPPED, State.DELIVERED, State.RECEIVED)


class NotReturnable(Refused):
    """This order or piece cannot be asked back (any more)."""

    code = "not_returnable"


class QuoteNeeded(Refused):
    """There is no quote to answer."""

    code = "no_quote"


@dataclass(frozen=True)
class Ask:
    """What the customer asks: pieces by order line, and the serial number of a piece to repair."""

    order_number: str
    kind: str
    reason: str
    pieces: Mapping[int, int]
    words: str = ""
    serials: Mapping[int, str] = field(default_factory=dict)


def ask(*, customer_id: int, ask: Ask, key: str, now: datetime) -> Return:
    """Open a request; it is to be answered within rules.ANSWER_WITHIN. The same key again is the same request.

    Raises NotYours, NotReturnable, BadInput, BadQuantity.
    """
    require_transaction()
    if known := Return.objects.filter(customer_id=customer_id, key=key).first():
        return known
    order = Order.objects.select_for_update().filter(
        source="shop", number=ask.order_number, customer_id=customer_id
    ).first()
    if order is None:
        raise NotYours
    if ask.kind not in list(Kind) or ask.reason not in rules.REASONS or len(ask.words) > MAX_WORDS or not ask.pieces:
        raise BadInput(_("请选择服务类型、原因和商品"))
    lines = _checked_lines(order, ask, now)
    request = Return.objects.create(
        number=f"R{now:%y%m%d}{secrets.randbelow(10**9):09}", key=key, order=order, customer_id=customer_id,
        kind=ask.kind, reason=ask.reason, words=ask.words, state="open", asked_at=now,
        expected_at=now + rules.ANSWER_WITHIN,
    )
    serials = {row.number: row for row in Serial.objects.filter(customer_id=customer_id, line__order=order)}
    ReturnLine.objects.bulk_create([
        ReturnLine(request=request, line=line, quantity=ask.pieces[line.pk], goods=rules.Goods.CUSTOMER,
                   claim=Claim.ASKED, serial=serials.get(ask.serials.get(line.pk, ""))) for line in lines
    ])
    if ask.kind != Kind.REPAIR:
        _count_asked(request, sign=1)
    _step(request, "ask", now, expected_at=request.expected_at)
    record(facts.ReturnRequested(return_id=request.pk, order_id=order.pk, kind=ask.kind), customer_id=customer_id,
           key=f"return_requested:{request.pk}", happened_at=now)
    return request


def _checked_lines(order: Order, ask: Ask, now: datetime) -> list[OrderLine]:
    if order.state not in ASKABLE:
        raise NotReturnable(_("该订单目前不能申请售后"))
    if ask.kind != Kind.REFUND and order.shipped_at is None:
        raise NotReturnable(_("商品还没有发出, 可以直接申请退款"))
    lines = list(order.lines.select_related("item__product").filter(pk__in=ask.pieces).order_by("pk"))
    if len(lines) != len(ask.pieces):
        raise NotYours
    for line in lines:
        pieces = checked(ask.pieces[line.pk])
        if pieces > line.quantity - (0 if ask.kind == Kind.REPAIR else line.returned):
            raise NotReturnable(_("%(name)s 可申请的数量不足") % {"name": line.name})
        days = line.item.product.return_days if line.item else 0
        late = order.received_at and now > order.received_at + timedelta(days=days)
        if late and ask.kind in (Kind.RETURN, Kind.EXCHANGE):
            raise NotReturnable(_("%(name)s 已超过 %(days)s 天退换期, 可以申请维修")
                                % {"name": line.name, "days": days})
    return lines


def _count_asked(request: Return, *, sign: int) -> None:
    for row in request.lines.order_by("line_id"):
        OrderLine.objects.filter(pk=row.line_id).update(returned=F("returned") + sign * row.quantity)


@dataclass(frozen=True)
class Act:
    """One move, by whom, with what they say; the parcel's number where goods set out."""

    move: str
    staff_id: int | None = None
    note: str = ""
    carrier: str = ""
    tracking: str = ""
    restock: bool = False            # inspected goods go back on the shelf


def act(*, request: Return, by: str, act: Act, now: datetime) -> Return:
    """Make one move with every line that it fits. `by` is customer, staff or carrier; the door found the request.

    Raises NotNow when it fits no line, OutOfStock when a replacement is not there, BadInput without a parcel number.
    """
    require_transaction()
    request = Return.objects.select_for_update().get(pk=request.pk)
    rule = rules.MOVES.get(act.move)
    if rule is None or rule.by != by:
        raise rules.NotNow(_("现在不能进行这一步"))
    rows = [row for row in request.lines.select_for_update().order_by("pk")
            if act.move in rules.moves_from(kind=request.kind, goods=row.goods, claim=row.claim, by=by)]
    if not rows:
        raise rules.NotNow(_("现在不能进行这一步"))
    for row in rows:
        row.goods, row.claim = rules.after(act.move, kind=request.kind, goods=row.goods, claim=row.claim)
        row.save(update_fields=["goods", "claim"])
    _effects(request, rows, act, now)
    _clocks(request, act, rule, now)
    _step(request, act.move, now, staff_id=act.staff_id, note=act.note, expected_at=request.expected_at)
    _close_if_finished(request, now)
    return request


def _effects(request: Return, rows: Sequence[ReturnLine], act: Act, now: datetime) -> None:
    """What a move does beside moving the lines."""
    if act.move == "send_back":
        request.way_back_carrier, request.way_back_tracking = _parcel(act)
    if act.move in ("replace", "ship_out"):
        request.way_out_carrier, request.way_out_tracking = _parcel(act)
    if act.move == "replace":
        _replace(request, rows)
    if act.move in ("refuse", "withdraw", "reject") and request.kind != Kind.REPAIR:
        for row in rows:
            OrderLine.objects.filter(pk=row.line_id).update(returned=F("returned") - row.quantity)
    if act.move == "inspect" and act.restock:
        _restock(request, rows, act.staff_id)
    if act.move in ("approve", "refuse"):
        record(facts.ReturnDecided(return_id=request.pk, order_id=request.order_id, approved=act.move == "approve"),
               customer_id=request.customer_id, key=f"return_decided:{request.pk}", happened_at=now)
    if act.move == "repair":
        record(facts.RepairFinished(return_id=request.pk, order_id=request.order_id),
               customer_id=request.customer_id, key=f"repair_finished:{request.pk}", happened_at=now)


def _parcel(act: Act) -> tuple[str, str]:
    if not act.carrier.strip() or not act.tracking.strip():
        raise BadInput(_("请填写快递公司和运单号"))
    return act.carrier.strip()[:20], act.tracking.strip()[:40]


def _replace(request: Return, rows: Sequence[ReturnLine]) -> None:
    """The replacement leaves the stock like any other goods; the customer may ask about it again later."""
    wanted = [stock.Wanted(row.line_id, row.line.item_id or 0, row.quantity) for row in rows]
    stock.reserve(wanted=wanted, expires_at=None)
    for row in rows:
        stock.ship(line_id=row.line_id, quantity=row.quantity, key=f"{request.number}:{row.pk}")
        OrderLine.objects.filter(pk=row.line_id).update(returned=F("returned") - row.quantity)


def _restock(request: Return, rows: Sequence[ReturnLine], staff_id: int | None) -> None:
    for row in rows:
        level = StockLevel.objects.filter(sku=row.line.item, warehouse__active=True).order_by(
            "warehouse__position", "pk"
        ).first()
        if level:
            stock.receive(level_id=level.pk, quantity=row.quantity, key=f"return:{row.pk}", reason=request.number,
                          staff_id=staff_id, kind=MovementKind.RETURN)


def _clocks(request: Return, act: Act, rule: rules.Move, now: datetime) -> None:
    """Note when it was answered and decided, and what the customer is told about the next step."""
    if act.staff_id:
        request.answered_at = request.answered_at or now
        request.assignee_id = request.assignee_id or act.staff_id
    if act.move in ("approve", "refuse"):
        request.decided_at = now
    request.expected_at = now + rule.next_within if rule.next_within else None
    request.save()


def answer(*, request: Return, staff_id: int, note: str, now: datetime) -> Return:
    """Say something to the customer without deciding yet: the answer clock stops, the decision clock goes on."""
    require_transaction()
    request = Return.objects.select_for_update().get(pk=request.pk)
    if request.state != "open" or not note.strip():
        raise rules.NotNow(_("请填写要告诉客户的话"))
    request.answered_at, request.assignee_id = request.answered_at or now, request.assignee_id or staff_id
    request.expected_at = request.expected_at if request.decided_at else request.asked_at + rules.DECIDE_WITHIN
    request.save(update_fields=["answered_at", "assignee", "expected_at"])
    _step(request, "answer", now, staff_id=staff_id, note=note, expected_at=request.expected_at)
    return request


def quote(*, request: Return, staff_id: int, diagnosis: str, amount_fen: int, now: datetime) -> RepairQuote:
    """Tell what the repair would cost; free under warranty. Raises BadInput, NotNow."""
    require_transaction()
    if amount_fen < 0 or not diagnosis.strip():
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
    """The customer accepts or refuses the last quote; the same answer again is once. Raises QuoteNeeded, NotNow."""
    require_transaction()
    last = RepairQuote.objects.select_for_update().filter(request=request).order_by("-pk").first()
    word = "accepted" if accepted else "refused"
    if last is None:
        raise QuoteNeeded
    if last.answer == word:
        return last
    move = "accept_quote" if accepted else "refuse_quote"
    act(request=request, by="customer", act=Act(move), now=now)
    last.answer, last.answered_at = word, now
    last.save(update_fields=["answer", "answered_at"])
    return last


def _step(
    request: Return, move: str, now: datetime, *, staff_id: int | None = None, note: str = "",
    expected_at: datetime | None = None,
) -> None:
    ReturnStep.objects.create(
        request=request, move=move, staff_id=staff_id, note=note[:MAX_WORDS], at=now, expected_at=expected_at
    )


def _close_if_finished(request: Return, now: datetime) -> None:
    if request.state == "open" and all(rules.finished(row.goods, row.claim) for row in request.lines.all()):
        request.state, request.closed_at, request.expected_at = "closed", now, None
        request.save(update_fields=["state", "closed_at", "expected_at"])
