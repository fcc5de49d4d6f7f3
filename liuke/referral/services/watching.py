"""The nightly watch over the live network (G06): alarms, freezes pay-outs under a head, and the release by name."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.referral import guard
from liuke.referral.guard import Profile, Severity
from liuke.referral.models import FrozenMember, WatchedLine
from liuke.referral.network import Line, lines
from liuke.referral.queries.network import earners
from liuke.referral.queries.plans import live_version
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many

REASON_CHARACTERS = 200
BATCH = 5_000


class NotFrozen(Refused):
    """The line is not frozen, or has been released already."""

    code = "referral_line_not_frozen"


class BadRelease(BadInput):
    """A release says why, in at most 200 characters, and up to which sizes it holds: no less than the line has."""

    code = "referral_bad_release"


def watch(*, now: datetime) -> int:
    """Look at the whole live network once; returns how many lines are frozen now. Again finds the same.

    A line at the limits of G06 is alarmed or frozen. What staff have released is left alone up to the sizes they named.
    In a profile that counsel has signed for, the watch alarms and freezes nothing.
    """
    require_transaction()
    advisory_lock("referral:watch")
    found = _judged(lines(earners(now=now)), now)
    known = {row.head_id: row for row in WatchedLine.objects.select_for_update().filter(ended_at=None)}
    released = _released(found)
    fresh: list[WatchedLine] = []
    risen: list[WatchedLine] = []
    for head, (line, freezes) in found.items():
        row = known.get(head)
        if row is None and not _covered(released.get(head), line):
            fresh.append(WatchedLine(head_id=head, chain=line.chain, people=line.people, frozen=freezes,
                                     raised_at=now, seen_at=now))
        elif row is not None:
            if freezes and not row.frozen:
                risen.append(row)
            row.chain, row.people, row.seen_at, row.frozen = line.chain, line.people, now, row.frozen or freezes
    for head, row in known.items():
        if head not in found and not row.frozen:
            row.ended_at = now
    WatchedLine.objects.bulk_create(fresh, batch_size=BATCH)
    WatchedLine.objects.bulk_update(known.values(), ["chain", "people", "seen_at", "frozen", "ended_at"],
                                    batch_size=BATCH)
    FrozenMember.objects.bulk_create(        # members of earlier nights stay
        [FrozenMember(line=row, customer_id=who) for row in (*fresh, *known.values())
         if row.frozen and row.head_id in found for who in found[row.head_id][0].members],
        ignore_conflicts=True, batch_size=BATCH)
    _say([*fresh, *risen], now)
    return WatchedLine.objects.filter(ended_at=None, frozen=True).count()


def release(
    *, line_id: int, by_id: int, reason: str, until_chain: int, until_people: int, now: datetime
) -> WatchedLine:
    """Named staff have looked: pay-outs go on until the line is larger than these sizes. Raises NotFrozen, BadRelease.
    """
    require_transaction()
    row = WatchedLine.objects.select_for_update().get(pk=line_id)
    if row.ended_at is not None or not row.frozen:
        raise NotFrozen(_("这条推广线没有冻结，或已经解除"))
    if not 0 < len(reason.strip()) <= REASON_CHARACTERS or until_chain < row.chain or until_people < row.people:
        raise BadRelease(_("请写明复核结论，不超过200个字；上限不能低于目前的层数和人数"))
    row.ended_at, row.released_by_id, row.reason = now, by_id, reason.strip()
    row.until_chain, row.until_people = until_chain, until_people
    row.save(update_fields=["ended_at", "released_by", "reason", "until_chain", "until_people"])
    record_many([NewFact(facts.PayoutsReleased(chain=row.chain, people=row.people), row.head_id,
                         f"payouts_released:{row.pk}", now)])
    return row


def _judged(found: Iterable[Line], now: datetime) -> dict[int, tuple[Line, bool]]:
    """The lines that the guard speaks of, by their head, and whether it freezes them."""
    version = live_version(at=now)
    profile = Profile(version.profile) if version else Profile.CN
    judged = {}
    for line in found:
        said = guard.network_findings(longest_paid_chain=line.chain, people_under_head=line.people, profile=profile)
        if said:
            judged[line.head] = line, any(each.severity is Severity.FREEZE for each in said)
    return judged


def _released(heads: Iterable[int]) -> dict[int, WatchedLine]:
    rows = WatchedLine.objects.filter(head_id__in=list(heads), released_by__isnull=False).order_by("pk")
    return {row.head_id: row for row in rows}


def _covered(release: WatchedLine | None, line: Line) -> bool:
    return release is not None and line.chain <= (release.until_chain or 0) and line.people <= (
        release.until_people or 0)


def _say(raised: Sequence[WatchedLine], now: datetime) -> None:
    record_many([
        NewFact(facts.NetworkAlarmed(chain=row.chain, people=row.people, frozen=row.frozen), row.head_id,
                f"network_alarmed:{row.pk}:{'freeze' if row.frozen else 'alarm'}", now)
        for row in raised
    ])
