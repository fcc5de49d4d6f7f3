"""Requests about goods as tickets: the clocks of answer and decision run here, from the facts that the mall records.

The mall decides and moves the goods; the customer reads its story. Here is only who owes what until when.
"""

from datetime import datetime

from liuke.desk.models import Ticket
from liuke.desk.rules import GOODS_ANSWERS, GOODS_SETTLES, RETURNS, Kind, State
from liuke.desk.services import tickets
from liuke.desk.services.talk import open_conversation
from liuke.desk.services.tickets import BY_RETURN, entry, held, settle
from liuke.desk.triage import TicketKind
from liuke.kit.db import require_transaction
from liuke.timeline.models import Fact


def open_for_return(*, return_id: int, now: datetime) -> Ticket:
    """The ticket of a request, held; opened by what the timeline says of it. Facts may come in any order."""
    require_transaction()
    asked = Fact.objects.get(key=f"return_requested:{return_id}")
    conversation = open_conversation(channel=RETURNS, thread=f"return:{return_id}", customer_id=asked.customer_id,
                                     now=now)
    known = Ticket.objects.filter(about_return_id=return_id).values_list("pk", flat=True).first()
    if known:
        return held(known, alive=False)
    kind = TicketKind.REPAIR if asked.data["kind"] == "repair" else TicketKind.RETURN
    ticket = tickets.open_ticket(conversation=conversation, text="", opened_at=asked.happened_at, now=now, kind=kind,
                                 kind_by=BY_RETURN, about_return_id=return_id)
    entry(ticket, Kind.RETURN_REQUESTED, at=ticket.opened_at)
    return settle(ticket, now=now)


def follow_decision(*, return_id: int, at: datetime, now: datetime) -> Ticket:
    """It was approved or refused: that is also an answer. Called once for each fact."""
    ticket = open_for_return(return_id=return_id, now=now)
    entry(ticket, Kind.AGENT_REPLY, at=at)
    entry(ticket, Kind.RETURN_DECIDED, at=at)
    return settle(ticket, now=now)


def follow_move(*, return_id: int, move: str, at: datetime, now: datetime) -> Ticket:
    """It went a step further. What staff do is an answer; goods that come and go start and stop the last leg."""
    ticket = open_for_return(return_id=return_id, now=now)
    if move in GOODS_ANSWERS:
        entry(ticket, Kind.AGENT_REPLY, at=at, word=move)
    if move == "withdraw":                       # nobody waits for a decision any more
        entry(ticket, Kind.RETURN_DECIDED, at=at, word=move)
    if move == "receive":
        entry(ticket, Kind.RETURN_RECEIVED, at=at)
    if move in GOODS_SETTLES:
        entry(ticket, Kind.RETURN_SETTLED, at=at, word=move)
    return settle(ticket, now=now)


def follow_close(*, return_id: int, at: datetime, now: datetime) -> Ticket:
    """Nothing more will happen to the goods: the matter is done, unless somebody still talks about it."""
    ticket = open_for_return(return_id=return_id, now=now)
    if ticket.waiting_since_at is None:
        entry(ticket, Kind.STATE, at=at, state=State.SOLVED)
    return settle(ticket, now=now)
