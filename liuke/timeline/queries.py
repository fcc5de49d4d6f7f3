"""What others may ask about facts and what became of them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from inspect import getdoc

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from liuke.timeline import reactor, rules
from liuke.timeline.facts import FactBody, body_of, kinds
from liuke.timeline.models import Fact, Reaction


def fact_page(fact_id: int) -> Fact:
    """One fact with its cause, effects and reactions. Raises Http404."""
    rows = Fact.objects.select_related("cause", "customer").prefetch_related("reactions", "effects")
    return get_object_or_404(rows, pk=fact_id)


def facts_of(customer_id: int) -> QuerySet[Fact]:
    """A customer's facts, newest first, with what they caused."""
    rows = Fact.objects.filter(customer_id=customer_id).prefetch_related("reactions", "effects")
    return rows.order_by("-happened_at", "-pk")


def open_reactions(*, dead: bool) -> QuerySet[Reaction]:
    """Reactions given up (dead), or failing and to be tried again; newest first."""
    rows = Reaction.objects.filter(state=rules.DEAD if dead else rules.FAILING)
    return rows.select_related("fact", "fact__customer").order_by("-pk")


def past_facts(*, kind: str, since: datetime) -> QuerySet[Fact]:
    """What a replay would let the handlers see, oldest first."""
    return Fact.objects.filter(kind=kind, happened_at__gte=since).order_by("pk")


def body(fact: Fact) -> FactBody:
    return body_of(fact.kind, fact.data)


@dataclass(frozen=True)
class Kind:
    name: str
    label: str
    promise: str
    fields: tuple[str, ...]
    handlers: tuple[str, ...]


def table() -> Iterator[Kind]:
    """Every kind of fact with who reacts to it, file by file."""
    handlers = reactor.table()
    for name, kind in kinds().items():
        yield Kind(
            name, kind.label, getdoc(kind) or "", tuple(field.name for field in fields(kind)),
            tuple(reactor.name_of(handler) for handler in handlers.get(name, ())),
        )
