"""Reactions of draws: what was won is given, and tickets follow customers who are merged."""

from django.utils import timezone

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.draws.models import Ticket
from liuke.draws.services import delivering
from liuke.timeline import facts
from liuke.timeline.models import Fact


def deliver_prize(fact: Fact, body: facts.DrawPlayed) -> None:
    if body.won:
        delivering.deliver(ticket_id=body.draw_ticket_id, now=timezone.now(), cause=fact)


def move_tickets(_fact: Fact, body: facts.CustomersMerged) -> None:
    move_rows(merge_id=body.merge_id, rows=Ticket.objects.all())


def move_tickets_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    move_rows_back(merge_id=body.merge_id, model=Ticket)
