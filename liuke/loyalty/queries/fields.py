"""What a rule may ask of a fact and of the customer it happened to; where a module adds what it knows of customers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from liuke.customers.queries.tags import tags_of
from liuke.insight.queries.segments import segments_of
from liuke.ledger.queries import balances
from liuke.loyalty.rules.conditions import CHOICE, FLAG, INVITER_PLAN, NUMBER, Field
from liuke.loyalty.rules.terms import ORDER_KINDS
from liuke.tiers.queries import tiers_of
from liuke.timeline import reactor
from liuke.timeline.facts import kinds

AWARD = "loyalty.handlers.award"                 # kinds of facts with this handler can earn
Moment = tuple[int, datetime]                    # a customer, and when it happened to them
Load = Callable[[Collection[Moment]], Mapping[Moment, Any]]


@dataclass(frozen=True)
class OfCustomer:
    """A field of the customer, and how to read it for many at once; who is missing in the answer has `without`."""

    field: Field
    load: Load
    without: Any = None


def as_it_stands(load: Callable[[Collection[int]], Mapping[int, Any]]) -> Load:
    """For what is known of now only: whenever it happened, the same."""
    def loaded(asked: Collection[Moment]) -> Mapping[Moment, Any]:
        found = load({customer_id for customer_id, _at in asked})
        return {each: found[each[0]] for each in asked if each[0] in found}
    return loaded


def _tags(customer_ids: Collection[int]) -> dict[int, list[int]]:
    return {customer_id: [line.id for line in lines] for customer_id, lines in tags_of(customer_ids).items()}


def _growth(customer_ids: Collection[int]) -> dict[int, int]:
    addresses = {f"growth:customer:{customer_id}": customer_id for customer_id in customer_ids}
    return {addresses[address]: posted for address, posted in balances(addresses).items()}


def _inviter_plans(asked: Collection[Moment]) -> Mapping[Moment, int]:
    found: Mapping[Moment, int] = import_string(settings.LIUKE_INVITER_PLANS)(asked)
    return found


OF_CUSTOMER: dict[str, OfCustomer] = {
    "tag": OfCustomer(Field("tag", CHOICE), as_it_stands(_tags), []),
    "segment": OfCustomer(Field("segment", CHOICE), as_it_stands(segments_of)),
    "growth": OfCustomer(Field("growth", NUMBER), as_it_stands(_growth), 0),
    "tier": OfCustomer(Field("tier", CHOICE), as_it_stands(tiers_of)),
    INVITER_PLAN: OfCustomer(Field(INVITER_PLAN, CHOICE), _inviter_plans),
}
OF_ORDER = (
    Field("amount_fen", NUMBER), Field("shop", CHOICE), Field("category", CHOICE, lines=True),
    Field("product", CHOICE, lines=True),
)
FIRST = Field("first", FLAG)
SHAPES: dict[Any, str] = {int: NUMBER, bool: FLAG, str: CHOICE}


UNASKED = frozenset({("TicketRated", "score")})          # who is paid for praise only has been bought


def register(known: OfCustomer) -> None:
    """Let rules ask for one more field of the customer, such as a score. Called once, when a module is imported."""
    assert known.field.name not in OF_CUSTOMER, f"{known.field.name} is a field already"
    OF_CUSTOMER[known.field.name] = known


def earning_kinds() -> list[str]:
    """The kinds of facts that can earn, in the order of `reactions.py`."""
    return [kind for kind, handlers in reactor.table().items() if AWARD in map(reactor.name_of, handlers)]


def fields_of(kind: str) -> dict[str, Field]:
    """What a rule for this kind of fact may ask, by name: of the fact itself, of its order, of the customer."""
    body = kinds().get(kind)
    if body is None:
        return {}
    own = [] if kind in ORDER_KINDS else [
        Field(each.name, SHAPES[each.type]) for each in fields(body)
        if each.type in SHAPES and not each.name.endswith(("_id", "key")) and (kind, each.name) not in UNASKED
    ]
    found = [*(OF_ORDER if kind in ORDER_KINDS else own), FIRST, *(known.field for known in OF_CUSTOMER.values())]
    return {each.name: each for each in found}
