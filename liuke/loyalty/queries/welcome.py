"""What a newcomer gets: said in public, so only what everybody who joins really gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from liuke.loyalty.models import RuleVersion
from liuke.loyalty.queries.packs import packs_by_id, parts_of
from liuke.loyalty.rules.conditions import INVITER_PLAN
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
    """What one rule gives to who joins: the name of the pack or of the rule, its words, and what is in it.

    `invited`: only to who was invited, once it is settled by whom.
    """

    name: str
    words: str
    gives: tuple[Given, ...]
    invited: bool = False


def newcomers_get(*, now: datetime, plan: int | None = None) -> list[Promised]:
    """What joining brings at this moment, the oldest rule first; `plan`: what that plan gives to who was invited, too.

    Rules with other conditions, with a formula, or with a hold-out are left out: they do not give to everybody.
    """
    joining = Q(fact_kind=facts.CustomerJoined.__name__, conditions={})
    invited = Q(fact_kind=facts.ReferrerBound.__name__, conditions={INVITER_PLAN: {"any": [plan]}})
    rows = RuleVersion.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), joining | invited if plan else joining, starts_at__lte=now,
        rule__stopped_at=None, beneficiary=CUSTOMER, hold_out_bp=0).select_related("rule")
    found = [row for row in rows.order_by("rule_id") if row.amount.strip().isdecimal()]
    packs = packs_by_id({row.details["pack"] for row in found if row.benefit == CODE})
    promised = []
    for row in found:
        pack = packs.get(row.details.get("pack", 0)) if row.benefit == CODE else None
        if pack is None:
            promised.append(Promised(row.rule.name, "", (Given(row.benefit, int(row.amount), row.details),),
                                     bool(row.conditions)))
        elif pack.stopped_at is None:
            gives = tuple(Given(part.benefit, part.amount, part.details) for part in parts_of(pack))
            promised.append(Promised(pack.name, pack.words, gives, bool(row.conditions)))
    return promised
