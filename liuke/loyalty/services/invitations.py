"""The packs that a plan of referral promises to both sides of an invitation, as two rules of ours.

So they have the budgets, the story and the returns of every rule, and a trial of plans is a trial of their packs:
each rule asks which plan rewards the newcomer's inviter. `settings.LIUKE_INVITATIONS` names this module to referral.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.loyalty.models import Pack, RuleVersion
from liuke.loyalty.queries.packs import packs_list, parts_of
from liuke.loyalty.queries.welcome import Given
from liuke.loyalty.rules import guard
from liuke.loyalty.rules.conditions import INVITER_PLAN
from liuke.loyalty.rules.limits import NAME_CHARACTERS
from liuke.loyalty.rules.terms import AFTER_RETURN, CUSTOMER, REFERRER, Terms
from liuke.loyalty.services import ruling
from liuke.loyalty.services.effect import cost_expression
from liuke.loyalty.services.effect.worths import Basis, worth
from liuke.loyalty.words import given
from liuke.points.queries import terms


class NoSuchPack(Refused):
    """No pack that is given has this name, or there is cash in it."""

    code = "loyalty_no_such_pack"


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What a plan promises: the names of two packs (empty: nothing for that side), and how often to one referrer.

    The newcomer gets theirs when it is settled who invited them, the referrer theirs when the newcomer's first order
    can no longer come back, `hold_days` after it was received.
    """

    plan: int
    name: str
    referrer: str
    referee: str
    most_per_referrer: int | None
    hold_days: int


@dataclass(frozen=True, slots=True)
class Content:
    """One thing in a pack, as people read it, and what it will cost in fen, with the reason why so much."""

    says: str
    fen: int
    basis: Basis


def names() -> list[str]:
    """Of the packs that can be promised."""
    return [pack.name for pack in packs_list() if _without_cash(pack)]


def check(invitation: Invitation) -> None:
    """Raises NoSuchPack."""
    for name in (invitation.referrer, invitation.referee):
        if name:
            _pack(name)


def begin(invitation: Invitation, *, starts_at: datetime, now: datetime) -> None:
    """From `starts_at` on the packs are given to those whom the plan rewards. Again from the same moment is nothing.

    Raises NoSuchPack, and what `ruling.write_rule` raises.
    """
    require_transaction()
    if _rules(invitation.plan).filter(starts_at=starts_at).exists():
        return
    theirs = {INVITER_PLAN: {"any": [invitation.plan]}}
    sides = (
        (_("%(plan)s · 新客礼包"), invitation.referee, {"fact_kind": "ReferrerBound", "beneficiary": CUSTOMER,
                                                  "conditions": theirs, "caps": {"customer_times": 1}}),
        (_("%(plan)s · 推荐人礼包"), invitation.referrer, {
            "fact_kind": "OrderPaid", "beneficiary": REFERRER, "conditions": {**theirs, "first": {"is": True}},
            "caps": {"customer_times": invitation.most_per_referrer} if invitation.most_per_referrer else {},
            "hold": AFTER_RETURN, "hold_days": invitation.hold_days}),
    )
    for title, pack, said in sides:
        if pack:
            name = (title % {"plan": invitation.name})[:NAME_CHARACTERS]
            ruling.write_rule(name=name, now=now, terms=Terms(
                benefit="pack", details={"pack": _pack(pack).pk}, amount="1", hold_out_bp=0, starts_at=starts_at,
                **said))


def end(*, plan: int, at: datetime, now: datetime) -> None:
    """From `at` on the plan promises no packs; what was promised stays. Again is nothing."""
    require_transaction()
    for version in _rules(plan).exclude(ends_at__lte=at).select_related("rule"):
        if at <= now:
            ruling.stop_rule(rule_id=version.rule_id, now=max(at, version.starts_at))
        else:
            version.ends_at = max(at, version.starts_at)
            version.save(update_fields=["ends_at"])


def contents_of(name: str) -> list[Content]:
    """What is in the pack of this name, before anybody has it. Raises NoSuchPack."""
    priced = [(part, worth(part.benefit, part.amount, part.details)) for part in parts_of(_pack(name))]
    return [Content(given(Given(part.benefit, part.amount, part.details)), each.fen, each.basis)
            for part, each in priced]


def cost_of_packs() -> str:
    """A statement: what such packs have cost so far, as (customer_id of the newcomer, at, cost_fen)."""
    cost = cost_expression(points_per_yuan=terms().points_per_yuan)
    return f"""
    SELECT f.customer_id, a.at, ({cost})::bigint AS cost_fen FROM loyalty_award a
    JOIN loyalty_ruleversion v ON v.id = a.version_id JOIN timeline_fact f ON f.id = a.fact_id
    WHERE a.rule_id IN (SELECT rule_id FROM loyalty_ruleversion WHERE conditions ? '{INVITER_PLAN}')
    """  # noqa: S608  texts of our own


def _rules(plan: int) -> QuerySet[RuleVersion]:
    return RuleVersion.objects.filter(**{f"conditions__{INVITER_PLAN}__any": [plan]})


def _pack(name: str) -> Pack:
    pack = packs_list().filter(name=name.strip()).first()
    if pack is None or not _without_cash(pack):
        raise NoSuchPack(_("没有名为“%(name)s”的礼包，或其中有现金") % {"name": name})
    return pack


def _without_cash(pack: Pack) -> bool:
    return all(part.benefit != guard.CASH for part in parts_of(pack))
