"""Requests about goods: ask, follow every step, and make the customer's own moves."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from liuke.mall.api import base
from liuke.mall.models import RepairQuote, Return
from liuke.mall.queries import shopper
from liuke.mall.rules.returns import moves_from
from liuke.mall.services import repairs, returns

router = Router(tags=["returns"], throttle=base.writes, auth=base.customer_auth)
REFUSED = {401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said}
QUOTE_MOVES = {"accept_quote": True, "refuse_quote": False}


class PieceIn(Schema):
    line_id: base.Id
    quantity: int
    serial: base.Word = ""


class AskIn(Schema):
    """kind: refund (the goods stay), return, exchange, repair."""

    order: base.Word
    kind: base.Word
    reason: base.Word
    words: Annotated[base.Text, Field(max_length=returns.MAX_WORDS)] = ""
    pieces: Annotated[list[PieceIn], Field(min_length=1, max_length=100)]


class MoveIn(Schema):
    """send_back needs the parcel's carrier and number."""

    move: base.Word
    carrier: Annotated[base.Text, Field(max_length=20)] = ""
    tracking: Annotated[base.Text, Field(max_length=40)] = ""


class ReturnStepOut(Schema):
    move: str
    note: str
    at: datetime
    expected_at: datetime | None


class ReturnLineOut(Schema):
    """`moves`: what the customer can do next."""

    line_id: int
    name: str
    quantity: int
    goods: str
    claim: str
    refund_fen: int
    moves: list[str]


class RepairQuoteOut(Schema):
    """An accepted quote that costs something is paid as `purchase`, like any other, and then the repair begins."""

    diagnosis: str
    amount_fen: int
    under_warranty: bool
    answer: str
    purchase: str


class ReturnOut(Schema):
    """`expected_at`: when the next step is promised. `photos`: ids, each behind /returns/{number}/photos/{id}."""

    number: str
    order: str
    kind: str
    reason: str
    state: str
    asked_at: datetime
    expected_at: datetime | None
    closed_at: datetime | None
    way_back_carrier: str
    way_back_tracking: str
    way_out_carrier: str
    way_out_tracking: str
    lines: list[ReturnLineOut]
    steps: list[ReturnStepOut]
    quotes: list[RepairQuoteOut]
    photos: list[int]


class ReturnsOut(Schema):
    returns: list[ReturnOut]
    next: int | None


@router.get("/returns", response={200: ReturnsOut, 401: base.Said, 422: base.Said})
def returns_page(request: HttpRequest, after: Query[base.Id | None] = None) -> dict[str, object]:
    """Twenty requests, the newest first."""
    found = shopper.returns_page(base.customer_of(request), after=after)
    return {"returns": [_out(row) for row in found.returns], "next": found.next}


@router.post("/returns", response={200: ReturnOut, **REFUSED})
@transaction.atomic(durable=True)
def ask(request: HttpRequest, body: AskIn, key: base.Text = base.KEY) -> dict[str, object]:
    """Open a request; it is answered within two hours. The same Idempotency-Key again is the same request."""
    customer_id = base.customer_of(request)
    asked = returns.Ask(
        body.order, body.kind, body.reason, {each.line_id: each.quantity for each in body.pieces}, body.words,
        {each.line_id: each.serial for each in body.pieces if each.serial},
    )
    row = returns.ask(customer_id=customer_id, ask=asked, key=key, now=timezone.now())
    return _out(shopper.return_for(customer_id, row.number))


@router.get("/returns/{number}", response={200: ReturnOut, **REFUSED})
def progress(request: HttpRequest, number: base.Word) -> dict[str, object]:
    """Where the goods are, what was decided, every step so far, and when the next one is promised."""
    return _out(shopper.return_for(base.customer_of(request), number))


@router.post("/returns/{number}/act", response={200: ReturnOut, **REFUSED})
@transaction.atomic(durable=True)
def act(request: HttpRequest, number: base.Word, body: MoveIn) -> dict[str, object]:
    """One of the customer's moves: withdraw, send_back, accept_quote, refuse_quote, confirm (it has arrived)."""
    customer_id, now = base.customer_of(request), timezone.now()
    row = shopper.return_for(customer_id, number)
    if body.move in QUOTE_MOVES:
        repairs.answer_quote(request=row, accepted=QUOTE_MOVES[body.move], now=now)
    else:
        move = returns.Act(body.move, carrier=body.carrier, tracking=body.tracking)
        returns.act(request=row, by="customer", act=move, now=now)
    return _out(shopper.return_for(customer_id, number))


def _out(row: Return) -> dict[str, object]:
    same = ("number", "kind", "reason", "state", "asked_at", "expected_at", "closed_at", "way_back_carrier",
            "way_back_tracking", "way_out_carrier", "way_out_tracking")
    lines = [
        {"line_id": each.line_id, "name": each.line.name, "quantity": each.quantity, "goods": each.goods,
         "claim": each.claim, "refund_fen": each.refund_fen,
         "moves": moves_from(kind=row.kind, goods=each.goods, claim=each.claim, by="customer")}
        for each in row.lines.all()
    ]
    return {
        **{name: getattr(row, name) for name in same}, "order": row.order.number, "lines": lines,
        "steps": sorted(row.steps.all(), key=lambda step: step.pk),
        "quotes": [_quote(each) for each in row.quotes.all()],
        "photos": sorted(photo.pk for photo in row.photos.all()),
    }


def _quote(row: RepairQuote) -> dict[str, object]:
    same = ("diagnosis", "amount_fen", "under_warranty", "answer")
    return {**{name: getattr(row, name) for name in same}, "purchase": row.purchase.number if row.purchase else ""}
