"""Reactions of the points mall: what customers had follows them when they are merged."""

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.pointsmall.models import Exchange
from liuke.timeline import facts
from liuke.timeline.models import Fact


def move_exchanges(_fact: Fact, body: facts.CustomersMerged) -> None:
    move_rows(merge_id=body.merge_id, rows=Exchange.objects.all())


def move_exchanges_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    move_rows_back(merge_id=body.merge_id, model=Exchange)
