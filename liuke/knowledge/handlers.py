"""Reactions of the knowledge base: solved cases become findable, and rows follow merged customers."""

from django.utils import timezone

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.knowledge.models import Answer, Question
from liuke.knowledge.services import faults
from liuke.timeline import facts
from liuke.timeline.models import Fact


def learn_solution(_fact: Fact, body: facts.TicketSolved) -> None:
    faults.learn(ticket_id=body.ticket_id, now=timezone.now())


def doubt_solution(_fact: Fact, body: facts.TicketReopened) -> None:
    faults.learn(ticket_id=body.ticket_id, now=timezone.now())


def weigh_solution(_fact: Fact, body: facts.TicketRated) -> None:
    faults.learn(ticket_id=body.ticket_id, now=timezone.now())


def move_peers(_fact: Fact, body: facts.CustomersMerged) -> None:
    for model in (Question, Answer):
        move_rows(merge_id=body.merge_id, rows=model.objects.all())


def move_peers_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    for model in (Question, Answer):
        move_rows_back(merge_id=body.merge_id, model=model)
