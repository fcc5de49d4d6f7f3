"""Two plans side by side: begun with a notice, ended by name or by the next plan."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.referral.models import PlanVersion, Trial
from liuke.referral.services import promising
from liuke.referral.services.plans import NAME_CHARACTERS, NOTICE_CHARACTERS, check_release

MIN_SHARE_BP, MAX_SHARE_BP = 500, 9_500


class TrialRuns(Refused):
    """There is one trial at a time, or nobody could tell what changed anything."""

    code = "referral_trial_runs"


def start(
    *, name: str, version_id: int, share_bp: int, starts_at: datetime, notice: str, now: datetime,
    by_id: int | None = None,
) -> Trial:
    """From `starts_at` on, this share of the inviters lives under the draft, the others under the plan in force.

    The draft passes everything that `plans.activate` asks: the guard, a look at the simulation, names under warnings.
    Raises TrialRuns, BadInput (name, share outside 5 to 95 %, no notice), and whatever `check_release` raises.
    """
    require_transaction()
    advisory_lock("referral:plans")
    if not 0 < len(name.strip()) <= NAME_CHARACTERS or not 0 < len(notice.strip()) <= NOTICE_CHARACTERS:
        raise BadInput(_("请填写试验名称和给推广者的公告"))
    if not MIN_SHARE_BP <= share_bp <= MAX_SHARE_BP:
        raise BadInput(_("参加试验的比例须在 5% 到 95% 之间"))
    version = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan").get(pk=version_id)
    check_release(version, starts_at=starts_at, replaces=True, notice=notice, now=now)
    try:
        with transaction.atomic():
            row = Trial.objects.create(
                name=name.strip(), candidate=version, share_bp=share_bp, salt=secrets.token_hex(16),
                notice=notice.strip(), starts_at=starts_at, made_at=now, made_by_id=by_id)
    except IntegrityError as error:
        raise TrialRuns(_("同一时间只能有一个试验，请先结束正在进行的")) from error
    promising.begin(version, starts_at=starts_at, now=now)
    return row


def end(*, trial_id: int, now: datetime) -> None:
    """All inviters live under the plan in force again; orders paid before keep theirs. Again is nothing."""
    require_transaction()
    for row in Trial.objects.select_for_update().filter(pk=trial_id, ends_at=None):
        row.ends_at = max(row.starts_at, now)
        row.save(update_fields=["ends_at"])
        promising.end([row.candidate_id], at=row.ends_at, now=now)
