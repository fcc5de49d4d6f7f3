"""Reactions of the desk: requests about goods get their clocks, and tickets follow merged customers."""

from django.utils import timezone

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.desk.models import Conversation, OwnAgent, Rating, Ticket
from liuke.desk.rules import FIRST_RESPONSE
from liuke.desk.services import calling, goods, ratings, routing
from liuke.desk.triage import Priority
from liuke.timeline import facts
from liuke.timeline.models import Fact


def open_return_ticket(_fact: Fact, body: facts.ReturnRequested) -> None:
    goods.open_for_return(return_id=body.return_id, now=timezone.now())


def follow_return_decision(fact: Fact, body: facts.ReturnDecided) -> None:
    goods.follow_decision(return_id=body.return_id, at=fact.happened_at, now=timezone.now())


def follow_return(fact: Fact, body: facts.ReturnMoved) -> None:
    goods.follow_move(return_id=body.return_id, move=body.move, at=fact.happened_at, now=timezone.now())


def finish_return_ticket(fact: Fact, body: facts.ReturnClosed) -> None:
    goods.follow_close(return_id=body.return_id, at=fact.happened_at, now=timezone.now())


def route_ticket(_fact: Fact, body: facts.TicketOpened) -> None:
    routing.route(ticket_id=body.ticket_id, now=timezone.now())


def call_for_overdue(_fact: Fact, body: facts.TicketOverdue) -> None:
    """The most urgent matters do not wait in a list when their first answer is late."""
    ticket = Ticket.objects.get(pk=body.ticket_id)
    if ticket.priority == Priority.URGENT and ticket.overdue_since_at and body.clock == FIRST_RESPONSE:
        calling.call_out(ticket=ticket, reason=calling.OVERDUE, now=timezone.now())


def ask_rating(fact: Fact, body: facts.TicketSolved) -> None:
    ratings.ask(ticket_id=body.ticket_id, key=fact.key, now=timezone.now())


def move_tickets(fact: Fact, body: facts.CustomersMerged) -> None:
    for model in (Conversation, Ticket, Rating):
        move_rows(merge_id=body.merge_id, rows=model.objects.all())
    if not OwnAgent.objects.filter(customer_id=fact.customer_id).exists():
        move_rows(merge_id=body.merge_id, rows=OwnAgent.objects.all())


def move_tickets_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    for model in (Conversation, Ticket, Rating, OwnAgent):
        move_rows_back(merge_id=body.merge_id, model=model)
