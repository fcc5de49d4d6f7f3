"""What a newcomer gets: said in public, so only what everybody who joins really gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from liuke.loyalty.models import RuleVersion
from liuke.loyalty.queries.packs import packs_by_id, parts_of
from liuke.loyalty.rules.packs import CODE
from liuke.loyalty.rules.terms import CUSTOMER
from liuke.timeline import facts


@dataclass(frozen=True)
class Given:
    """So much of a kind of benefit; which of its kind, `details` say."""

    benefit: str
    amount: int
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Promised:
    """What one rule gives to who joins: the name of the pack or of the rule, its words, and what is in it."""

    name: str
    words: str
    gives: tuple[Given, ...]


def newcomers_get(*, now: datetime) -> list[Promised]:
    """What joining brings at this moment, the oldest rule first.

    Rules with conditions, with a formula, or with a hold-out are left out: they do not give to everybody.
    """
    rows = RuleVersion.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), fact_kind=facts.CustomerJoined.__name__, starts_at__lte=now,
        rule__stopped_at=None, beneficiary=CUSTOMER, hold_out_bp=0, conditions={}).select_related("rule")
    found = [row for row in rows.order_by("rule_id") if row.amount.strip().isdecimal()]
    packs = packs_by_id({row.details["pack"] for row in found if row.benefit == CODE})
    promised = []
    for row in found:
        pack = packs.get(row.details.get("pack", 0)) if row.benefit == CODE else None
        if pack is None:
            promised.append(Promised(row.rule.name, "", (Given(row.benefit, int(row.amount), row.details),)))
        elif pack.stopped_at is None:
            gives = tuple(Given(part.benefit, part.amount, part.details) for part in parts_of(pack))
            promised.append(Promised(pack.name, pack.words, gives))
    return promised
