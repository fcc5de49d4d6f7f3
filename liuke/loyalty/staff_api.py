"""Loyalty for staff, as JSON. Beside `api.py`, which is the customer's own door; mounted with it."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from liuke.kit.errors import NotYours
from liuke.loyalty.models import Grant
from liuke.loyalty.queries.effect import ranked, reading, readings
from liuke.loyalty.queries.suggestions import may_decide, purse_of, suggestions_of
from liuke.loyalty.rules.limits import MAX_GRANT
from liuke.loyalty.saying import suggestion_says, what_of
from liuke.loyalty.services import asking, effect, granting
from liuke.loyalty.services.asking import needs_yes
from liuke.loyalty.shapes import EffectOut, effect_out
from liuke.mall.api import base
from liuke.org import queries as org
from liuke.org.access import StaffAuth, StaffRequest
from liuke.org.services import audit

router = Router(tags=["loyalty"])
view = StaffAuth("loyalty.view")


@router.get("/effects", auth=view, response=list[EffectOut])
def effects(request: HttpRequest) -> list[EffectOut]:
    """Everything that keeps a hold-out, as last night saw it; by what a yuan of cost brings, the best first."""
    names = _names()
    return [effect_out(each, names.get((each.row.kind, each.row.of_id), "")) for each in
            ranked(list(readings().values()))]


@router.get("/effects/{kind}/{of_id}", auth=view, response=EffectOut)
def one_effect(request: HttpRequest, kind: str, of_id: int) -> EffectOut:
    found = reading(kind, of_id)
    if found is None:
        raise NotYours(kind)
    return effect_out(found, _names().get((kind, of_id), ""))


def _names() -> dict[tuple[str, int], str]:
    return {(source.kind, thing.id): thing.name for source in effect.sources()
            for thing in source.measured(now=timezone.now())}


class SuggestionOut(Schema):
    """`chance`, `gain_fen` and `cost_fen` are null for who does not see the whole brand.

    `what` names the reward; `charge` is what giving it takes of one's own budget, in points; `ask`: a manager has to
    agree to it.
    """

    place: int
    benefit: str
    amount: int
    what: str
    charge: int
    ask: bool
    why: str
    category: str
    because: str
    says: str
    chance: float | None
    gain_fen: int | None
    cost_fen: int | None
    made_at: datetime


class SuggestionsOut(Schema):
    """`left`: what the caller may still give by hand; null without a budget."""

    suggestions: list[SuggestionOut]
    left: int | None


class GrantIn(Schema):
    """A suggestion by its place, or points of one's own choice; both: refused unless the amount is still so."""

    place: Annotated[int, Field(ge=0, le=10)] = 0
    amount: Annotated[int, Field(ge=0, le=MAX_GRANT)] = 0


class GrantOut(Schema):
    """`state`: given, asked (it waits for a manager), refused."""

    id: int
    customer_id: int
    benefit: str
    amount: int
    state: str
    why: str
    category: str
    at: datetime
    undone_at: datetime | None


@router.get("/customers/{customer_id}/suggestions", auth=StaffAuth("loyalty.view"), response=SuggestionsOut)
def suggestions(request: StaffRequest, customer_id: base.Id) -> dict[str, object]:
    """What suits a customer, the best first."""
    numbers, purse = org.everywhere(request.user, "insight.view"), purse_of(request.user.pk)
    decides = may_decide(request.user)
    rows = [
        SuggestionOut(
            place=row.place, benefit=row.benefit, amount=row.amount, what=what_of(row), charge=row.charge,
            ask=needs_yes(row.benefit, row.charge, left=purse.left, decides=decides), why=row.why,
            category=row.category, because=row.because, says=suggestion_says(row, numbers=numbers),
            made_at=row.made_at, chance=row.chance if numbers else None, gain_fen=row.gain_fen if numbers else None,
            cost_fen=row.cost_fen if numbers else None,
        ) for row in suggestions_of(customer_id)
    ]
    return {"suggestions": rows, "left": purse.left}


@router.post("/customers/{customer_id}/grants", auth=StaffAuth("loyalty.grant"), response=GrantOut)
@transaction.atomic(durable=True)
def grant(request: StaffRequest, customer_id: base.Id, body: GrantIn, key: str = base.KEY) -> Grant:
    """Give it now, out of one's own budget, or ask a manager where that does not hold it; the same key again is the
    same grant.
    """
    row = asking.give_or_ask(customer_id=customer_id, staff_id=request.user.pk, key=key[:60], now=timezone.now(),
                             gift=granting.Gift(place=body.place, amount=body.amount),
                             decides=may_decide(request.user))
    _audit(request, "loyalty.api.grant", row)
    return row


class DecisionIn(Schema):
    agree: bool


@router.post("/grants/{grant_id}/decide", auth=StaffAuth("loyalty.grant"), response=GrantOut)
@transaction.atomic(durable=True)
def decide_grant(request: StaffRequest, grant_id: base.Id, body: DecisionIn) -> Grant:
    """A manager gives what somebody else asked for, out of their own budget, or says no. The same again is nothing."""
    if not may_decide(request.user):
        raise NotYours(str(grant_id))
    row = asking.decide(grant_id=grant_id, staff_id=request.user.pk, agree=body.agree, now=timezone.now())
    _audit(request, "loyalty.api.decide_grant", row)
    return row


@router.post("/grants/{grant_id}/undo", auth=StaffAuth("loyalty.grant"), response=GrantOut)
@transaction.atomic(durable=True)
def undo_grant(request: StaffRequest, grant_id: base.Id) -> Grant:
    """Take back what one has given, while the customer has spent none of it."""
    row = granting.undo(grant_id=grant_id, now=timezone.now(), by_id=request.user.pk)
    _audit(request, "loyalty.api.undo_grant", row)
    return row


def _audit(request: StaffRequest, action: str, row: Grant) -> None:
    audit(staff_id=request.user.pk, action=action, target=f"customer:{row.customer_id}",
          detail={"grant_id": row.pk, "benefit": row.benefit, "amount": row.amount})
