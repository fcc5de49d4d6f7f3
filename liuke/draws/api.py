"""Draws for the customer, under /api/v1/draws/: what is promised, drawing, one's own tickets and prizes, the proof.

The promise and the proof need no login: anybody may check a draw.
"""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from liuke.draws.models import Draw, Ticket
from liuke.draws.queries import draws, proof
from liuke.draws.queries.states import phase
from liuke.draws.rules import looks
from liuke.draws.rules.limits import PAGE
from liuke.draws.rules.promise import NOTHING
from liuke.draws.services import drawing
from liuke.mall.api import base

router = Router(tags=["draws"], throttle=base.reads)
REFUSED = {401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said}


class PrizeOut(Schema):
    """`odds` is exact ("1/1000"), `odds_told` for people ("0.1%"). `left` is null where it never runs out; `falls_to`
    is the position that is won instead when none is left. `amount` in points, fen or pieces, as its kind is counted.
    """

    position: int
    name: str
    kind: str
    amount: int
    value_fen: int
    count: int | None
    left: int | None
    odds: str
    odds_told: str
    falls_to: int | None


class SegmentOut(Schema):
    """A part of the wheel in degrees, clockwise from the top."""

    position: int
    begin: float
    end: float


class DrawOut(Schema):
    """`phase`: ahead, open, over, ended. `usable`: how often the caller may draw now; null without login.

    `seed_hash` is SHA-256 of the secret seed, `terms_hash` of what is promised; `seed` is shown at the end.
    """

    number: str
    name: str
    rules: str
    contact: str
    look: str
    phase: str
    opens_at: datetime
    closes_at: datetime
    free_a_day: int
    most_a_day: int
    most: int
    prizes: list[PrizeOut]
    segments: list[SegmentOut]
    seed_hash: str
    terms_hash: str
    seed: str
    stop_reason: str
    usable: int | None


class PlayIn(Schema):
    """`nonce`: any text of the customer's own device; it goes into the result, so that nobody can have known it before.
    `ticket`: one of one's own; without it the free one of today, then the oldest.
    """

    nonce: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    ticket: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class PlayedOut(Schema):
    """`angle`: where the wheel stops; `cells`: positions on a scratch card, 0 is blank. `link` is the receipt that the
    proof must show for this place. `delivery`: wanted, done, stuck, or empty when nothing was won.
    """

    model_config = base.example(
        draw="D261102001", ticket=17, place=17, nonce="k3J9x", won=True, angle=312.4, cells=[1, 4, 1, 0, 2, 1, 3, 0, 2],
        prize={"position": 1, "name": "200 积分", "kind": "points", "amount": 200,  # data, not words
               "value_fen": 0, "count": 30, "left": 22, "odds": "1/5", "odds_told": "20%", "falls_to": 3},
        digest="5f0c" * 16, link="a91e" * 16, delivery="wanted", drawn_at="2026-11-02T03:00:00Z")

    draw: str
    ticket: int
    place: int
    nonce: str
    prize: PrizeOut
    won: bool
    angle: float
    cells: list[int]
    digest: str
    link: str
    delivery: str
    drawn_at: datetime


class TicketOut(Schema):
    """`state`: pending, unused, drawn. `prize` is its name, empty before it was drawn."""

    draw: str
    draw_name: str
    number: int
    state: str
    source: str
    given_at: datetime
    drawn_at: datetime | None
    prize: str
    won: bool
    delivery: str


@router.get("/", response={200: list[DrawOut], 401: base.Said})
def list_draws(request: HttpRequest) -> list[DrawOut]:
    """Draws that are open or were published and open soon, the one that closes next first."""
    customer_id, now = base.shopper(request), timezone.now()
    return [_draw(row, customer_id, now) for row in draws.public_draws(now=now)[:PAGE]]


@router.get("/mine/tickets", auth=base.customer_auth, response={200: list[TicketOut], 401: base.Said})
def my_tickets(request: HttpRequest, won: bool = False) -> list[TicketOut]:
    """The caller's last tickets in all draws; with `won` those alone that have won something."""
    rows = draws.tickets_of(base.customer_of(request))
    rows = rows.exclude(delivery="") if won else rows
    return [_ticket(row) for row in rows[:PAGE]]


@router.get("/{number}", response={200: DrawOut, **REFUSED})
def one_draw(request: HttpRequest, number: base.Word) -> DrawOut:
    """What is promised, with what is left of each prize at this moment."""
    return _draw(draws.public_draw(number), base.shopper(request), timezone.now())


@router.get("/{number}/proof", response={200: None, **REFUSED}, url_name="draw_proof")
def public_proof(request: HttpRequest, number: base.Word) -> StreamingHttpResponse:
    """The proof as JSON, for `liuke draw verify FILE` or a program of one's own; without results before the end."""
    answer = StreamingHttpResponse(proof.written(draws.public_draw(number)), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{number}.json"'
    return answer


@router.get("/{number}/tickets", auth=base.customer_auth, response={200: list[TicketOut], **REFUSED})
def tickets_in(request: HttpRequest, number: base.Word) -> list[TicketOut]:
    """The caller's tickets in one draw."""
    rows = draws.tickets_of(base.customer_of(request), draws.public_draw(number))
    return [_ticket(row) for row in rows[:PAGE]]


@router.post("/{number}/play", auth=base.customer_auth, throttle=base.writes, response={200: PlayedOut, **REFUSED})
@transaction.atomic(durable=True)
def play(request: HttpRequest, number: base.Word, body: PlayIn, key: base.Text = base.KEY) -> PlayedOut:
    """Draw once. The same Idempotency-Key again answers the same result, also when the first answer was lost."""
    ticket = drawing.draw_ticket(draw_number=number, customer_id=base.customer_of(request), key=key,
                                 now=timezone.now(), nonce=body.nonce, ticket_number=body.ticket)
    return _played(ticket)


def _draw(draw: Draw, customer_id: int | None, now: datetime) -> DrawOut:
    lines = draws.prize_lines(draw, drawn=0)
    usable = draws.mine_in(draw, customer_id, now=now).usable if customer_id else None
    return DrawOut(
        **{name: getattr(draw, name) for name in (
            "number", "name", "rules", "contact", "look", "opens_at", "closes_at", "free_a_day", "most_a_day", "most",
            "seed_hash", "terms_hash", "seed", "stop_reason")},
        phase=phase(draw, now), prizes=[_prize(line) for line in lines], usable=usable,
        segments=[SegmentOut(position=position, begin=begin, end=end) for position, begin, end in
                  looks.segments([line.prize.position for line in lines])],
    )


def _prize(line: draws.Line) -> PrizeOut:
    row = line.prize
    return PrizeOut(
        **{name: getattr(row, name) for name in ("position", "name", "kind", "amount", "value_fen", "count")},
        left=line.left, odds=f"{row.numerator}/{row.denominator}", odds_told=line.odds, falls_to=row.fallback,
    )


def _played(ticket: Ticket) -> PlayedOut:
    assert ticket.prize is not None, "a drawn ticket has its prize"
    assert ticket.drawn_at is not None, "and its moment"
    lines = {line.prize.position: line for line in draws.prize_lines(ticket.draw, drawn=0)}
    position, won = ticket.prize.position, ticket.prize.kind != NOTHING
    return PlayedOut(
        draw=ticket.draw.number, ticket=ticket.number, place=ticket.place or 0, nonce=ticket.nonce, won=won,
        prize=_prize(lines[position]), angle=looks.stop_angle(position, list(lines), ticket.digest),
        cells=looks.scratch(position, list(lines), ticket.digest, won=won), digest=ticket.digest, link=ticket.link,
        delivery=ticket.delivery, drawn_at=ticket.drawn_at,
    )


def _ticket(row: Ticket) -> TicketOut:
    return TicketOut(
        draw=row.draw.number, draw_name=row.draw.name, number=row.number, state=row.state, source=row.source,
        given_at=row.given_at, drawn_at=row.drawn_at, prize=row.prize.name if row.prize else "",
        won=bool(row.delivery), delivery=row.delivery,
    )
