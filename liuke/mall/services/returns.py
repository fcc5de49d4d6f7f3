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
from liuke.mall.models import Order, OrderLine, Return, ReturnLine, Serial
from liuke.mall.rules import returns as rules
from liuke.mall.rules.cart import checked
from liuke.mall.rules.orders import State
from liuke.mall.rules.returns import Claim, Goods, Kind
from liuke.mall.services import claims, return_goods, return_money
from liuke.mall.services.claims import MAX_WORDS
from liuke.tiers import queries as tiers
from liuke.timeline import facts
from liuke.timeline.services import record

ASKABLE = (State.PAID, State.SHIPPED, State.DELIVERED, State.RECEIVED)


class NotReturnable(Refused):
    """This order or piece cannot be asked back (any more)."""

    code = "not_returnable"


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
    rows = [
        ReturnLine(request=request, line=line, quantity=ask.pieces[line.pk], goods=rules.Goods.CUSTOMER,
                   claim=Claim.ASKED, serial=serials.get(ask.serials.get(line.pk, ""))) for line in lines
    ]
    if ask.kind != Kind.REPAIR:
        _count_asked(rows, unsent_first=ask.kind == Kind.REFUND)
    ReturnLine.objects.bulk_create(rows)
    claims.tell(request=request, name="ask", now=now, expected_at=request.expected_at)
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
    longer = tiers.benefits(order.customer_id, now=now).return_days if order.customer_id else 0
    for line in lines:
        pieces = checked(ask.pieces[line.pk])
        if pieces > _askable(line, ask.kind):
            raise NotReturnable(_("%(name)s 可申请的数量不足") % {"name": line.name})
        days = line.item.product.return_days + longer if line.item else 0
        late = order.received_at and now > order.received_at + timedelta(days=days)
        if late and ask.kind in (Kind.RETURN, Kind.EXCHANGE):
            raise NotReturnable(_("%(name)s 已超过 %(days)s 天退换期, 可以申请维修")
                                % {"name": line.name, "days": days})
    return lines


def _askable(line: OrderLine, kind: str) -> int:
    """Of how many pieces this may be asked: of those sent for goods that travel, of all for money alone."""
    if kind == Kind.REPAIR:
        return line.shipped
    if kind == Kind.REFUND:
        return line.quantity - line.returned
    return line.shipped - (line.returned - line.stopped)


def _count_asked(rows: Sequence[ReturnLine], *, unsent_first: bool) -> None:
    """The pieces count as asked back; those that were not sent yet are not to be sent any more."""
    for row in rows:
        line = row.line
        row.stopped = min(row.quantity, line.quantity - line.shipped - line.stopped) if unsent_first else 0
        OrderLine.objects.filter(pk=row.line_id).update(
            returned=F("returned") + row.quantity, stopped=F("stopped") + row.stopped
        )


@dataclass(frozen=True)
class Act:
    """One move, by whom, with what they say; the parcel's number where goods set out.

    `lines`: only these lines of the request (empty: every line that the move fits). `serials`: numbers of replacements
    by order line. By line of the request: `pieces`, when fewer are approved than were asked for; `amounts` in fen, when
    the refund is not what the pieces are worth.
    """

    move: str
    staff_id: int | None = None
    note: str = ""
    carrier: str = ""
    tracking: str = ""
    restock: bool = False            # inspected goods go back on the shelf
    freight: bool = False            # refund what is left of the freight too
    lines: tuple[int, ...] = ()
    serials: Mapping[int, Sequence[str]] = field(default_factory=dict)
    pieces: Mapping[int, int] = field(default_factory=dict)
    amounts: Mapping[int, int] = field(default_factory=dict)


def act(*, request: Return, by: str, act: Act, now: datetime) -> Return:
    """Make one move with every line that it fits. `by` is customer, staff, carrier or system.

    The door found the request. `refund` writes the refund down; its lines wait as "refunding" until the money is back,
    and are approved again when it is given up. Raises NotNow when it fits no line, OutOfStock when a replacement is not
    there (refund it instead), BadInput without a parcel number, and what refund_lines raises. Lock no order before.
    """
    require_transaction()
    request = Return.objects.select_for_update().get(pk=request.pk)
    rule = rules.MOVES.get(act.move)
    if rule is None or rule.by != by:
        raise rules.NotNow(_("现在不能进行这一步"))
    mine = request.lines.select_for_update().order_by("pk")
    rows = [row for row in (mine.filter(pk__in=act.lines) if act.lines else mine)
            if act.move in rules.moves_from(kind=request.kind, goods=row.goods, claim=row.claim, by=by)]
    if not rows:
        raise rules.NotNow(_("现在不能进行这一步"))
    claims.move(request=request, rows=rows, name=act.move)
    _effects(request, rows, act, now)
    _clocks(request, act, rule, now)
    claims.tell(request=request, name=act.move, now=now, staff_id=act.staff_id, note=act.note,
                expected_at=request.expected_at)
    if act.move == "refund":
        return_money.finish_free(request=request, rows=rows, now=now)
    claims.close_if_finished(request=request, now=now)
    return request


def _effects(request: Return, rows: Sequence[ReturnLine], act: Act, now: datetime) -> None:
    """What a move does beside moving the lines."""
    move = act.move
    if move == "approve":
        _approve_fewer(request, rows, act.pieces)
    if move == "send_back":
        request.way_back_carrier, request.way_back_tracking = return_goods.parcel_number(act.carrier, act.tracking)
    if move == "inspect" and act.restock:
        return_goods.restock(request=request, rows=rows, staff_id=act.staff_id)
    if move == "replace":
        return_goods.replace(request=request, rows=rows, serials=act.serials, now=now)
    if move in ("replace", "ship_out"):
        return_goods.send_out(request=request, rows=rows, carrier=act.carrier, tracking=act.tracking, now=now)
    if move == "refund":
        return_money.refund(request=request, rows=rows, freight=act.freight, amounts=act.amounts, now=now)
    if move in ("refuse", "withdraw", "reject") and request.kind != Kind.REPAIR:
        _uncount(rows)
    if move in ("approve", "refuse", "reject"):
        _say_decided(request, move, now)
    if move == "repair":
        record(facts.RepairFinished(return_id=request.pk, order_id=request.order_id),
               customer_id=request.customer_id, key=f"repair_finished:{request.pk}", happened_at=now)


def _approve_fewer(request: Return, rows: Sequence[ReturnLine], pieces: Mapping[int, int]) -> None:
    """The rest of the pieces counts as never asked about. Raises BadInput for more than were asked, or none."""
    for row in rows:
        granted = pieces.get(row.pk, row.quantity)
        if not 0 < granted <= row.quantity:
            raise BadInput(_("同意的数量要在 1 到 %(most)s 之间") % {"most": row.quantity})
        stopped = min(row.stopped, granted)
        if granted < row.quantity and request.kind != Kind.REPAIR:
            OrderLine.objects.filter(pk=row.line_id).update(
                returned=F("returned") - (row.quantity - granted), stopped=F("stopped") - (row.stopped - stopped)
            )
        row.quantity, row.stopped = granted, stopped
        row.save(update_fields=["quantity", "stopped"])


def _uncount(rows: Sequence[ReturnLine]) -> None:
    """The pieces may be sent and asked about again."""
    for row in rows:
        OrderLine.objects.filter(pk=row.line_id).update(
            returned=F("returned") - row.quantity, stopped=F("stopped") - row.stopped
        )
        row.stopped = 0
        row.save(update_fields=["stopped"])


def _say_decided(request: Return, move: str, now: datetime) -> None:
    """Once, when every line is decided: approved when any is. What inspection refuses is decided a second time."""
    standing = set(request.lines.values_list("claim", flat=True))
    if Claim.ASKED in standing:
        return
    word = "return_rejected" if move == "reject" else "return_decided"
    approved = move != "reject" and bool(standing - {Claim.REFUSED, Claim.WITHDRAWN})
    record(facts.ReturnDecided(return_id=request.pk, order_id=request.order_id, approved=approved),
           customer_id=request.customer_id, key=f"{word}:{request.pk}", happened_at=now)


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
    claims.tell(request=request, name="answer", now=now, staff_id=staff_id, note=note, expected_at=request.expected_at)
    return request


def arrive(*, request_id: int, now: datetime) -> None:
    """What went out to the customer has arrived, as the carrier or the clock says. Nothing when they said so before."""
    require_transaction()
    request = Return.objects.select_for_update().get(pk=request_id)
    if request.lines.filter(goods=Goods.WAY_OUT).exists():
        act(request=request, by="carrier", act=Act("arrive"), now=now)


def close_silent(*, now: datetime, limit: int = rules.SILENT_BATCH) -> int:
    """What has been on its way out for rules.SILENT_AFTER counts as arrived; returns how many requests."""
    require_transaction()
    due = Return.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state="open", lines__goods=Goods.WAY_OUT, parcels__shipped_at__lte=now - rules.SILENT_AFTER
    )
    requests = {request.pk: request for request in due.order_by("pk")[:limit]}
    for pk in requests:
        arrive(request_id=pk, now=now)
    return len(requests)
