"""Packs are written and stopped; what was promised stays what it was."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.loyalty.models import Budget, Pack
from liuke.loyalty.rules import packs as rules
from liuke.loyalty.rules.packs import BadPack, Part
from liuke.loyalty.services import benefits


class PackNameTaken(Refused):
    """Another pack that is given has this name."""

    code = "loyalty_pack_name"


def write_pack(
    *, name: str, words: str = "", parts: Sequence[Part], now: datetime, by_id: int | None = None
) -> Pack:
    """A new pack. Raises BadPack, PackNameTaken, guard.Against, BenefitMissing and what a benefit's `check` raises."""
    require_transaction()
    advisory_lock("loyalty:packs")
    rules.check(name=name, words=words, parts=parts)
    if Pack.objects.filter(stopped_at=None).count() >= rules.MAX_PACKS:
        raise BadPack("parts")
    for at, part in enumerate(parts, start=1):
        _check(at, part)
    try:
        with transaction.atomic():
            return Pack.objects.create(name=name.strip(), words=words.strip(), made_at=now, made_by_id=by_id,
                                       parts=[asdict(part) for part in parts])
    except IntegrityError as error:
        raise PackNameTaken(_("已有同名的礼包")) from error


def _check(at: int, part: Part) -> None:
    kind = benefits.benefit_of(part.benefit)
    kind.check(part.details)
    budget = Budget.objects.filter(pk=part.budget_id, staff=None).first() if part.budget_id else None
    if (budget.unit if budget else "") != kind.unit:
        raise BadPack("budget_id", at)


def stop_pack(*, pack_id: int, now: datetime) -> Pack:
    """None of it is given any more; what customers have stays. Again is nothing. Raises NotYours."""
    require_transaction()
    row = Pack.objects.select_for_update().filter(pk=pack_id).first()
    if row is None:
        raise NotYours
    if row.stopped_at is None:
        row.stopped_at = now
        row.save(update_fields=["stopped_at"])
    return row
