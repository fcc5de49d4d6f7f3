"""A fact earns: by every rule that holds for it, once, as far as caps and budgets let it.

One call takes any number of facts, so a reaction and a batch go the same way. Locks are taken in one order: the orders
or facts, the counters of caps, then the accounts of the ledger, all at once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.utils import timezone

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.ledger.services import Cause
from liuke.loyalty.models import RuleVersion
from liuke.loyalty.queries.awards import State
from liuke.loyalty.queries.inputs import known_of, order_of
from liuke.loyalty.queries.people import living_of, referrers_of
from liuke.loyalty.queries.versions import asked_by, holds_for, terms_of, versions_for
from liuke.loyalty.rules import terms as rules
from liuke.loyalty.rules.reckoning import Earned, reckon
from liuke.loyalty.services import benefits, caps
from liuke.loyalty.services.budgets import budget_address
from liuke.loyalty.services.reversing import take_back_refunded
from liuke.mall.queries.lines import PaidLine, paid_lines
from liuke.timeline.models import Fact

STOCK_FIRST = ("gift", "pack")           # kinds that promise goods of the mall, which lock before the ledger does
DONE = "SELECT rule_id, fact_id, role FROM loyalty_award WHERE fact_id = ANY(%s::bigint[])"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(n.name, 0)) FROM (SELECT unnest(%s::text[]) AS name ORDER BY 1) n"


@dataclass
class Claim:
    """One award in the making."""

    version: RuleVersion
    fact: Fact
    customer_id: int
    earned: Earned
    order_id: int | None
    received_at: datetime | None
    amount: int = 0
    reason: str = ""
    state: str = State.REFUSED
    buckets: dict[str, caps.Bucket] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"award:{self.version.rule_id}:{self.fact.pk}:{self.version.beneficiary}"


def award(*, facts: Sequence[Fact], now: datetime) -> int:
    """Give what these facts earn; returns how many awards were written. A fact earns once by a rule, asked how often.

    What caps, budgets or the hold-out keep back is written too, with its reason. Never refuses for one fact.
    """
    require_transaction()
    versions = versions_for(facts) if facts else []
    facts = [fact for fact in facts if any(holds_for(version, fact) for version in versions)]
    if not facts:
        return 0
    lock_sources(facts)
    order_ids = {order_id for fact in facts if (order_id := order_of(fact)) is not None}
    orders = paid_lines(order_ids)
    claims = _claims(facts, versions, orders)
    _cap(claims)
    _give(claims, now)
    caps.count(_used(claims))
    if claims:
        rows.run(_WRITE, [msgspec.json.encode([_row(claim, now) for claim in claims]).decode()])
    for order_id in sorted(order_ids):
        if any(line.refunded_fen for line in orders[order_id]):      # refunded before it was rewarded
            fact = next((claim.fact for claim in claims if claim.order_id == order_id), None)
            if fact:
                take_back_refunded(order_id=order_id, fact_id=fact.pk, lines=orders[order_id], now=now)
    return len(claims)


def lock_sources(facts: Iterable[Fact]) -> None:
    """Nobody else rewards these facts, or takes back for their orders, until the transaction ends."""
    names = {f"loyalty:order:{fact.data['order_id']}" if "order_id" in fact.data else f"loyalty:fact:{fact.pk}"
             for fact in facts}
    rows.fetch(LOCK, [sorted(names)])


def _claims(
    facts: Sequence[Fact], versions: Sequence[RuleVersion], orders: dict[int, list[PaidLine]]
) -> list[Claim]:
    known = known_of(facts, asked=asked_by(versions), orders=orders)
    terms = {version.pk: terms_of(version) for version in versions}
    done = set(rows.fetch(DONE, [[fact.pk for fact in facts]]))
    referring = {fact.customer_id for fact in facts} if any(
        version.beneficiary == rules.REFERRER for version in versions) else set()
    referrers, people = referrers_of(referring), living_of({fact.customer_id for fact in facts})
    claims = []
    for fact in facts:
        own = people.get(fact.customer_id)
        for version in versions:
            whose = own if version.beneficiary == rules.CUSTOMER else referrers.get(fact.customer_id)
            if whose is None or not holds_for(version, fact) or (version.rule_id, fact.pk, version.beneficiary) in done:
                continue
            earned = reckon(terms[version.pk], known[fact.pk])
            if earned is None:
                continue
            order_id = order_of(fact)
            lines = orders.get(order_id, []) if order_id is not None else []
            claims.append(Claim(version, fact, whose, earned, order_id, lines[0].received_at if lines else None))
    return claims


def _cap(claims: Sequence[Claim]) -> None:
    """Let each claim through as far as the hold-out and the caps do, first come first served."""
    for claim in claims:
        if rules.held_out(claim.version.rule_id, claim.customer_id, claim.version.hold_out_bp):
            claim.state = State.CONTROL
        else:
            claim.amount = claim.earned.amount
            claim.buckets = caps.buckets_of(claim.version, claim.customer_id, _day(claim.fact))
    used = Counter(caps.lock(where for claim in claims for where in claim.buckets.values()))
    for claim in claims:
        if not claim.buckets:
            continue
        so_far = {cap: used[where] for cap, where in claim.buckets.items()}
        claim.amount, claim.reason = rules.room(claim.version.caps, so_far, claim.amount)
        if claim.amount:
            used.update({where: caps.step(cap, claim.amount) for cap, where in claim.buckets.items()})


def _give(claims: Sequence[Claim], now: datetime) -> None:
    """Hand what is left to the kinds of benefit, each kind once."""
    by_kind: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.amount:
            by_kind.setdefault(claim.version.benefit, []).append(claim)
    for kind in sorted(by_kind, key=lambda code: (code not in STOCK_FIRST, code)):      # one order of locks
        mine = by_kind[kind]
        answers = benefits.benefit_of(kind).give([_gift(claim, now) for claim in mine], now=now)
        for claim, why in zip(mine, answers, strict=True):
            if why:
                claim.amount, claim.reason = 0, why
            else:
                claim.state = State.GIVEN if claim.version.hold == rules.AT_ONCE else State.HELD


def _gift(claim: Claim, now: datetime) -> benefits.Gift:
    version, pending = claim.version, claim.version.hold != rules.AT_ONCE
    expires_at = None if pending else rules.expires_at(terms_of(version), available_at=now, zone=zone())
    return benefits.Gift(
        key=claim.key, customer_id=claim.customer_id, amount=claim.amount, pending=pending, expires_at=expires_at,
        source=budget_address(version.budget_id), details=version.details,
        cause=Cause(fact_id=claim.fact.pk, order_id=claim.order_id, plan_version=str(version)),
    )


def _used(claims: Sequence[Claim]) -> Counter[caps.Bucket]:
    used: Counter[caps.Bucket] = Counter()
    for claim in claims:
        if claim.amount:
            used.update({where: caps.step(cap, claim.amount) for cap, where in claim.buckets.items()})
    return used


_WRITE = """
INSERT INTO loyalty_award (rule_id, version_id, fact_id, customer_id, role, benefit, state, reason, wanted, amount,
                           taken, inputs, basis, order_id, at, release_at, released_at)
SELECT rule, version, fact, customer, role, benefit, state, reason, wanted, amount, 0, inputs, basis, order_id, at,
       release_at, released_at
FROM jsonb_to_recordset(%s::jsonb) AS award (
    rule bigint, version bigint, fact bigint, customer bigint, role text, benefit text, state text, reason text,
    wanted bigint, amount bigint, inputs jsonb, basis jsonb, order_id bigint, at timestamptz, release_at timestamptz,
    released_at timestamptz)
"""


def _row(claim: Claim, now: datetime) -> dict[str, Any]:
    given = claim.state == State.GIVEN
    return {
        "rule": claim.version.rule_id, "version": claim.version.pk, "fact": claim.fact.pk,
        "customer": claim.customer_id, "role": claim.version.beneficiary, "benefit": claim.version.benefit,
        "state": str(claim.state), "reason": claim.reason, "wanted": claim.earned.amount, "amount": claim.amount,
        "inputs": claim.earned.inputs, "basis": claim.earned.basis, "order_id": claim.order_id, "at": now,
        "released_at": now if given else None,
        "release_at": _release_at(claim) if claim.state == State.HELD else None,
    }


def _release_at(claim: Claim) -> datetime | None:
    """After the return window, once it is known when the goods were received; or some days after the fact."""
    days = timedelta(days=claim.version.hold_days)
    if claim.version.hold == rules.AFTER_DAYS:
        return claim.fact.happened_at + days
    return claim.received_at + days if claim.received_at else None


def _day(fact: Fact) -> date:
    return timezone.localdate(fact.happened_at)


def zone() -> ZoneInfo:
    """The brand's."""
    return ZoneInfo(settings.TIME_ZONE)
