"""Playing a plan on last year's real orders, before anybody activates it."""

from dataclasses import asdict
from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.referral.models import PlanVersion, Replay
from liuke.referral.plans import Plan
from liuke.referral.queries import history
from liuke.referral.queries.packs import promised
from liuke.referral.queries.plans import plan_of
from liuke.referral.replay import Replayed, replayed


def replay(*, version_id: int, now: datetime) -> Replay:
    """Play the version on the year before now and keep what came out. Again reckons it anew."""
    require_transaction()
    version = PlanVersion.objects.get(pk=version_id)
    found = on_real_orders(plan_of(version), now=now, entry_product_id=version.entry_product_id)
    row, _made = Replay.objects.update_or_create(version=version, defaults={
        **asdict(found), "until": now, "really_fen": history.really_owed(until=now)})
    return row


def on_real_orders(plan: Plan, *, now: datetime, entry_product_id: int | None = None) -> Replayed:
    """The same for a plan that is not stored; writes nothing."""
    orders = history.past_orders(until=now, entry_product_id=entry_product_id)
    packs = promised(plan).worth
    return replayed(plan, history.referrers(), orders, packs=packs, newcomers=history.newcomers(until=now))
