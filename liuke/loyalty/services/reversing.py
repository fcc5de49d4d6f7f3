"""A refund takes back what its order had earned: the recorded awards, pro rata, whatever the rules say today."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from liuke.kit.db import advisory_lock, require_transaction
from liuke.ledger.services import Cause
from liuke.loyalty.models import Award, AwardBack
from liuke.loyalty.queries.awards import LIVE, State
from liuke.loyalty.rules.returns import Basis, to_take
from liuke.loyalty.rules.terms import TIMES
from liuke.loyalty.services import benefits, caps
from liuke.loyalty.services.budgets import budget_address
from liuke.mall.queries.lines import PaidLine, paid_lines


def take_back_for_refund(*, order_id: int, fact_id: int, now: datetime) -> int:
    """Take back what the order's awards owe for all that was refunded of it so far; returns how much in all.

    Asked again, or in another order, it comes to the same: parts sum to exactly what was given.
    """
    require_transaction()
    advisory_lock(f"loyalty:order:{order_id}")
    return take_back_refunded(order_id=order_id, fact_id=fact_id, lines=paid_lines([order_id])[order_id], now=now)


def take_back_refunded(*, order_id: int, fact_id: int, lines: Sequence[PaidLine], now: datetime) -> int:
    """The same for who holds the order's lock and knows its lines already."""
    refunded = {line.line_id: line.refunded_fen for line in lines}
    rows = Award.objects.filter(order_id=order_id, state__in=LIVE).select_related("version")
    awards = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    parts = {award: to_take(award.amount, award.taken, _basis(award), refunded) for award in awards}
    wanted = {award: part for award, part in parts.items() if part}
    _give_room_back(wanted)
    for award, part in wanted.items():
        _take(award, part, fact_id, now)
    return sum(wanted.values())


def _basis(award: Award) -> Basis:
    return Basis({int(line): fen for line, fen in award.basis.items()})


def _take(award: Award, part: int, fact_id: int, now: datetime) -> None:
    gift = benefits.Gift(
        key=award.key, customer_id=award.customer_id, amount=award.amount, pending=award.state == State.HELD,
        source=budget_address(award.version.budget_id), details=award.version.details,
        cause=Cause(fact_id=fact_id, order_id=award.order_id, plan_version=str(award.version)),
    )
    key = f"back:{award.key}:{award.taken + part}"
    benefits.benefit_of(award.benefit).take_back(gift, amount=part, left=award.kept - part, key=key, now=now)
    award.taken += part
    if award.taken == award.amount:
        award.state, award.release_at = State.UNDONE, None
    award.save(update_fields=["taken", "state", "release_at"])
    back, _new = AwardBack.objects.get_or_create(award=award, fact_id=fact_id, defaults={"amount": 0, "at": now})
    back.amount += part
    back.save(update_fields=["amount"])


def _give_room_back(parts: dict[Award, int]) -> None:
    """What was taken back no longer counts towards the caps; a time counts until all of its award is gone."""
    where: Counter[caps.Bucket] = Counter()
    for award, part in parts.items():
        gone = award.taken + part == award.amount
        on = timezone.localdate(award.fact.happened_at)
        for cap, bucket in caps.buckets_of(award.version, award.customer_id, on).items():
            where[bucket] -= int(gone) if cap in TIMES else part
    caps.lock(where)
    caps.count(where)
