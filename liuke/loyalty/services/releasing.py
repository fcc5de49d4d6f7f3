"""Held awards become the customer's when the goods can no longer come back."""

from datetime import datetime, timedelta

from liuke.kit.db import advisory_lock, require_transaction
from liuke.ledger.services import Cause
from liuke.loyalty.models import Award
from liuke.loyalty.queries.awards import State, due
from liuke.loyalty.queries.versions import terms_of
from liuke.loyalty.rules import terms as rules
from liuke.loyalty.rules.limits import RELEASE_BATCH
from liuke.loyalty.services import benefits
from liuke.loyalty.services.awarding import zone
from liuke.loyalty.services.budgets import budget_address


def plan_release(*, order_id: int, received_at: datetime) -> int:
    """The order was received: its held awards are released when each rule's return window is over. Again is nothing."""
    require_transaction()
    advisory_lock(f"loyalty:order:{order_id}")
    waiting = Award.objects.filter(order_id=order_id, state=State.HELD, release_at=None).select_related("version")
    planned = 0
    for award in waiting.select_for_update(of=("self",), no_key=True).order_by("pk"):
        award.release_at = received_at + timedelta(days=award.version.hold_days)
        award.save(update_fields=["release_at"])
        planned += 1
    return planned


def release_due(*, now: datetime, limit: int = RELEASE_BATCH) -> int:
    """Release what is due, oldest first; returns how many. The clock repeats it until 0; two at once are welcome."""
    require_transaction()
    rows = due(now=now).select_related("version")
    awards = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    by_kind: dict[str, list[Award]] = {}
    for award in awards:
        by_kind.setdefault(award.benefit, []).append(award)
    for kind, mine in by_kind.items():
        benefits.benefit_of(kind).release([_gift(award, now) for award in mine], now=now)
    Award.objects.filter(pk__in=[award.pk for award in awards]).update(
        state=State.GIVEN, release_at=None, released_at=now)
    return len(awards)


def _gift(award: Award, now: datetime) -> benefits.Gift:
    return benefits.Gift(
        key=award.key, customer_id=award.customer_id, amount=award.kept, pending=True,
        expires_at=rules.expires_at(terms_of(award.version), available_at=now, zone=zone()),
        source=budget_address(award.version.budget_id), details=award.version.details,
        cause=Cause(fact_id=award.fact_id, order_id=award.order_id, plan_version=str(award.version)),
    )
