"""A customer draws: a ticket is used, its result follows from the seed, and stands for ever.

All drawings of one draw go through one row (`Course`), which gives each its place and links it to all before it. That
is what makes the order part of the proof; it costs that one draw cannot be drawn faster than commits follow each other.
"""

import re
from datetime import date, datetime
from fractions import Fraction

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.draws.models import Course, Draw, Prize, Ticket
from liuke.draws.queries.states import Delivery, Phase, TicketState, phase
from liuke.draws.rules import results
from liuke.draws.rules.limits import NONCE
from liuke.draws.rules.promise import NOTHING
from liuke.draws.rules.results import Stretch
from liuke.draws.services import tickets
from liuke.kit import crypto
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.kit.push import publish
from liuke.loyalty.queries.audience import fitting
from liuke.timeline import facts
from liuke.timeline.services import record

PLAIN = re.compile(r"[A-Za-z0-9_-]*")
TAKE = "UPDATE draws_stock SET drawn = drawn + 1 WHERE prize_id = %s AND (count IS NULL OR drawn < count)"


class DrawClosed(Refused):
    """The draw is not open: it has not begun yet, or it is over."""

    code = "draw_closed"


class NoTicket(Refused):
    """There is no ticket left for this customer."""

    code = "draw_no_ticket"


class NotInvited(Refused):
    """The draw is for others."""

    code = "draw_not_eligible"


class EnoughToday(Refused):
    """So often one may draw, and no more: today, or in all."""

    code = "draw_enough"


class OtherDrawing(Refused):
    """The key belongs to another drawing."""

    code = "draw_key_taken"


class BadNonce(BadInput):
    """A nonce has at most 64 letters, digits, _ and -."""

    code = "draw_nonce"


def draw_ticket(
    *, draw_number: str, customer_id: int, key: str, now: datetime, nonce: str = "", ticket_number: int | None = None
) -> Ticket:
    """Use a ticket and say what it has won. The same key again is the same drawing, also after the draw is over.

    Free tickets of the day go first, then the oldest. `ticket_number` asks for one of the customer's own. Raises
    DrawClosed, NotInvited, NoTicket, EnoughToday, OtherDrawing, BadNonce, NotYours.
    """
    require_transaction()
    if not PLAIN.fullmatch(nonce) or len(nonce) > NONCE[1]:
        raise BadNonce
    draw = Draw.objects.filter(number=draw_number).first()
    if draw is None or phase(draw, now) == Phase.DRAFT:
        raise NotYours
    advisory_lock(f"draws:{draw.pk}:{customer_id}")
    play_key = f"{customer_id}:{key}"
    if known := Ticket.objects.filter(play_key=play_key).select_related("prize", "draw").first():
        if (known.draw_id, known.nonce) != (draw.pk, nonce) or ticket_number not in (None, known.number):
            raise OtherDrawing(_("同一编号已用于另一次抽奖"))
        return known
    if phase(draw, now) != Phase.OPEN:
        raise DrawClosed(_("抽奖尚未开始或已经结束"))
    day = timezone.localdate(now)
    _may_draw(draw, customer_id, day)
    course = Course.objects.select_for_update().get(draw=draw)
    ticket = _ticket(draw, customer_id, day, ticket_number, now)
    ticket.play_key, ticket.nonce, ticket.drawn_at = play_key, nonce, now
    _decide(draw, course, ticket)
    return ticket


def _may_draw(draw: Draw, customer_id: int, day: date) -> None:
    if draw.audience and not fitting(draw.audience, [customer_id]):
        raise NotInvited(_("您不在这次抽奖的参加范围内"))
    mine = Ticket.objects.filter(draw=draw, customer_id=customer_id, state=TicketState.DRAWN)
    if draw.most and mine.count() >= draw.most:
        raise EnoughToday(_("您的抽奖次数已达上限"))
    if draw.most_a_day and mine.filter(drawn_at__date=day).count() >= draw.most_a_day:
        raise EnoughToday(_("您今天的抽奖次数已达上限"))


def _ticket(draw: Draw, customer_id: int, day: date, number: int | None, now: datetime) -> Ticket:
    """The one to use, locked. The caller holds the customer's lock in this draw, and the course."""
    mine = Ticket.objects.select_for_update().filter(draw=draw, customer_id=customer_id)
    if number is not None:
        row = mine.filter(number=number).first()
        if row is None:
            raise NotYours
        if row.state != TicketState.UNUSED:
            raise NoTicket(_("这次抽奖机会已经使用或失效"))
        return row
    free = Ticket.objects.filter(draw=draw, customer_id=customer_id, day_on=day).count()
    if free < draw.free_a_day:
        return tickets.free_ticket(draw_id=draw.pk, customer_id=customer_id, day=day, count=free + 1, now=now)
    row = mine.filter(state=TicketState.UNUSED, day_on=None).order_by("number").first()
    if row is None:
        raise NoTicket(_("没有可用的抽奖机会"))
    return row


def _decide(draw: Draw, course: Course, ticket: Ticket) -> None:
    """The result, the prize that is left for it, and the link; all of it written."""
    prizes = {row.position: row for row in draw.prizes.order_by("position")}
    order = [Stretch(row.position, Fraction(row.numerator, row.denominator), row.count, row.fallback)
             for row in prizes.values()]
    course.refresh_from_db()                 # a free ticket has just taken its number there
    course.drawn += 1
    ticket.digest = results.digest(crypto.unseal(bytes(draw.seed_enc)), draw=draw.number, ticket=ticket.number,
                                   nonce=ticket.nonce)
    ticket.result = results.result(ticket.digest, order)
    ticket.prize = prize = _take(prizes, ticket.result)
    ticket.place = course.drawn
    course.link = ticket.link = results.link(course.link, place=course.drawn, ticket=ticket.number,
                                             nonce=ticket.nonce, position=prize.position)
    course.save(update_fields=["drawn", "link"])
    won = prize.kind != NOTHING
    ticket.state, ticket.delivery = TicketState.DRAWN, Delivery.WANTED if won else ""
    ticket.save(update_fields=["state", "play_key", "nonce", "digest", "place", "result", "prize", "link", "drawn_at",
                               "delivery"])
    assert ticket.drawn_at is not None
    record(facts.DrawPlayed(draw_id=draw.pk, draw_ticket_id=ticket.pk, prize_id=prize.pk, won=won),
           customer_id=ticket.customer_id, key=f"draw_played:{ticket.pk}", happened_at=ticket.drawn_at)
    publish(topic=f"draws:{draw.pk}")


def _take(prizes: dict[int, Prize], position: int) -> Prize:
    """One piece of the prize, or of the first of its stated fallbacks that is left."""
    while True:
        prize = prizes[position]
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [prize.pk])
            if cursor.rowcount:
                return prize
        assert prize.fallback is not None, f"prize {prize.pk} ran out without a fallback"
        position = prize.fallback


