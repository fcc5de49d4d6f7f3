"""The packs that a plan promises to both sides. Another module gives them: `settings.LIUKE_INVITATIONS`.

This one only says from when until when a plan promises them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from liuke.kit.db import require_transaction
from liuke.referral.models import PlanVersion
from liuke.referral.plans import Plan
from liuke.referral.queries.plans import plan_of


def pack_names() -> list[str]:
    """Of the packs that a plan can promise."""
    names: list[str] = _giver("names")()
    return names


def check(version: PlanVersion) -> None:
    """Raises a Refused for a pack that cannot be given."""
    if invitation := _invitation(version, plan_of(version)):
        _giver("check")(invitation)


def begin(version: PlanVersion, *, starts_at: datetime, now: datetime) -> None:
    """From `starts_at` on both sides get what the plan promises. Again is nothing."""
    require_transaction()
    if invitation := _invitation(version, plan_of(version)):
        _giver("begin")(invitation, starts_at=starts_at, now=now)


def end(version_ids: Collection[int], *, at: datetime, now: datetime) -> None:
    """From `at` on these plans promise no packs. Again is nothing."""
    require_transaction()
    for version_id in version_ids:
        _giver("end")(plan=version_id, at=at, now=now)


def _invitation(version: PlanVersion, plan: Plan) -> Any:
    pack = plan.terms.welcome_pack
    if pack is None or not (pack.referrer or pack.referee):
        return None
    return _giver("Invitation")(
        plan=version.pk, name=version.plan.name, referrer=pack.referrer, referee=pack.referee,
        most_per_referrer=pack.cap_per_referrer, hold_days=plan.terms.confirm_after_days or 0)


def _giver(name: str) -> Any:
    return import_string(f"{settings.LIUKE_INVITATIONS}.{name}")
