"""Loyalty for staff, as JSON. Beside `api.py`, which is the customer's own door; mounted with it."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from liuke.kit.errors import NotYours
from liuke.loyalty.queries.effect import ranked, reading, readings
from liuke.loyalty.services import effect
from liuke.loyalty.shapes import EffectOut, effect_out
from liuke.org.access import StaffAuth

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
