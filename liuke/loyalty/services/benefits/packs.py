"""Packs as a benefit: each part is given as its own kind, and all of a pack or nothing of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction

from liuke.loyalty.models import Pack
from liuke.loyalty.queries.packs import packs_by_id, packs_list, parts_of
from liuke.loyalty.rules import packs as rules
from liuke.loyalty.services import benefits
from liuke.loyalty.services.benefits import BadDetails, Benefit, Gift
from liuke.loyalty.services.budgets import budget_address
from liuke.loyalty.services.effect import Costed, cost_sql

STOPPED = "pack_stopped"


class _Short(Exception):
    """A part cannot be given: nothing of the pack is."""


class Packs:
    """The amount is a number of packs. A part has the key of the gift and its own number: award:3:77:customer:p2."""

    code: ClassVar[str] = rules.CODE
    unit: ClassVar[str] = ""                         # every part names its own budget
    expires: ClassVar[bool] = True                   # the points in it
    detail: ClassVar[str] = "pack"

    def choices(self) -> Sequence[tuple[int, str]]:
        return list(packs_list().values_list("pk", "name"))

    def check(self, details: Mapping[str, Any]) -> None:
        pack_id = details.get("pack")
        if type(pack_id) is not int or not packs_list().filter(pk=pack_id).exists():
            raise BadDetails("pack")

    def told(self, details: Mapping[str, Any]) -> str:
        return Pack.objects.filter(pk=details.get("pack", 0)).values_list("name", flat=True).first() or ""

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        packs = packs_by_id({gift.details["pack"] for gift in gifts})
        return [_give(gift, packs[gift.details["pack"]], now) for gift in gifts]

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        packs = packs_by_id({gift.details["pack"] for gift in gifts})
        for gift in gifts:
            for kind, part, _each in _parts(gift, packs[gift.details["pack"]]):
                kind.release([part], now=now)

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        """Of every part its share; what is used or has left stays with the customer, as each kind says."""
        for kind, part, each in _parts(gift, packs_by_id([gift.details["pack"]])[gift.details["pack"]]):
            kind.take_back(part, amount=amount * each, left=left * each, key=f"{key}:{part.key[-2:]}", now=now)


def _give(gift: Gift, pack: Pack, now: datetime) -> str:
    if pack.stopped_at is not None:
        return STOPPED
    try:
        with transaction.atomic():
            for kind, part, _each in _parts(gift, pack):
                (why,) = kind.give([part], now=now)
                if why:
                    raise _Short(why)
    except _Short as short:
        return str(short)
    return ""


def _parts(gift: Gift, pack: Pack) -> Iterator[tuple[Benefit, Gift, int]]:
    """Each part's kind, the part as a gift of its own, and how much of it is in one pack."""
    for at, part in rules.in_order(parts_of(pack)):
        kind = benefits.benefit_of(part.benefit)
        yield kind, replace(
            gift, key=f"{gift.key}:p{at}", amount=gift.amount * part.amount, details=part.details,
            source=budget_address(part.budget_id),
            expires_at=gift.expires_at if kind.expires else None), part.amount


def cost(of: Costed) -> str:
    """The sum of its parts, as each kind reckons them."""
    packs = "".join(f" WHEN {pack.pk} THEN {_sum(of, pack)}" for pack in Pack.objects.order_by("pk"))
    return f"CASE ({of.details} ->> 'pack')::bigint{packs} ELSE 0 END" if packs else "0"


def _sum(of: Costed, pack: Pack) -> str:
    return " + ".join(
        cost_sql(part.benefit, replace(of, key=f"({of.key} || ':p{at}')", given=f"({of.given} * {part.amount})",
                                       kept=f"({of.kept} * {part.amount})", details="NULL::jsonb"))
        for at, part in enumerate(parts_of(pack), start=1))
