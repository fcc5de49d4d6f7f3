"""Who stands where: reckoned for many at once whenever growth came or went, a period is over, or the plan changes.

Each call locks the standings of its customers, in order, so that two never reckon for one customer at once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.tiers import models
from liuke.tiers.queries import standings
from liuke.tiers.queries.plans import in_force
from liuke.tiers.queries.standings import Row
from liuke.tiers.rules import (
    MAX_BATCH,
    MAX_RENEWALS,
    MONTHS,
    Plan,
    Reached,
    Reason,
    Span,
    Standing,
    newly_reached,
    renewed,
    span,
    standing,
)
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many


@dataclass(frozen=True)
class _Changed:
    """A customer whose standing is another one than before."""

    before: models.Standing
    now: Standing


def settle(*, customer_ids: Collection[int], reason: Reason, now: datetime) -> int:
    """Bring where these customers stand up to date; returns how many tiers changed. Again is nothing.

    `reason` is what brought us to look; a fall in the course of time is told as such, whatever it was. Each change is
    recorded as TierChanged. Without a plan everybody is noted and nothing else happens.
    """
    require_transaction()
    assert len(customer_ids) <= MAX_BATCH, f"more than {MAX_BATCH} customers at once"
    before, on = _locked(sorted(set(customer_ids))), timezone.localdate(now)
    plan = in_force(on) if before else None
    if plan is None:
        return 0
    late = [pk for pk, row in before.items() if row.look_on is not None and row.look_on <= on]
    if late and reason != Reason.PERIOD:
        _settle({pk: before[pk] for pk in late}, plan, Reason.PERIOD, on, now)
        before = _locked(sorted(before))
    return _settle(before, plan, reason, on, now)


def settle_due(*, now: datetime, limit: int = MAX_BATCH) -> int:
    """Look at those whose period or grace is over; returns how many customers. The clock repeats it until 0."""
    ids = standings.due(on=timezone.localdate(now), limit=limit)
    if ids:
        settle(customer_ids=ids, reason=Reason.PERIOD, now=now)
    return len(ids)


def settle_plan(*, now: datetime, limit: int = MAX_BATCH) -> int:
    """After a version began, look at everybody once, a batch at a time; returns how many. The clock repeats it."""
    require_transaction()
    plan = in_force(timezone.localdate(now))
    row = models.Plan.objects.select_for_update().filter(pk=plan.pk, settled__isnull=False).first() if plan else None
    if row is None or row.settled is None:
        return 0
    ids = standings.standing_after(row.settled, limit=limit)
    settle(customer_ids=ids, reason=Reason.PLAN, now=now)
    row.settled = ids[-1] if len(ids) == limit else None
    row.save(update_fields=["settled"])
    return len(ids)


def _locked(ids: Sequence[int]) -> dict[int, models.Standing]:
    """Their rows, made where there are none, and locked until the transaction ends."""
    find = "customer_id = ANY(%s::bigint[]) ORDER BY customer_id FOR NO KEY UPDATE"
    found = {row.pk: row for row in rows.select(models.Standing, find, [list(ids)])}
    if len(found) == len(ids):
        return found
    rows.run("INSERT INTO tiers_standing (customer_id, code, graced, changes)"
             " SELECT id, '', false, 0 FROM unnest(%s::bigint[]) AS new (id) ORDER BY id ON CONFLICT DO NOTHING",
             [[pk for pk in ids if pk not in found]])
    return {row.pk: row for row in rows.select(models.Standing, find, [list(ids)])}


def _settle(before: Mapping[int, models.Standing], plan: Plan, reason: Reason, on: date, now: datetime) -> int:
    known = standings.reached_by(before, plan, on=on)
    made = _renew(known, plan, on, now) if plan.period == MONTHS else []
    made += _reach(known, plan, on, now)
    rows.insert(made)
    changed = []
    for customer_id, row in before.items():
        found = standing(plan, [each.reached for each in known[customer_id]], on)
        if (found.code, found.until, found.graced, found.look_on) != (row.code, row.until, row.graced, row.look_on):
            changed.append(_Changed(row, found))
    return _write(changed, plan, reason, on, now)


def _renew(known: Mapping[int, list[Row]], plan: Plan, on: date, now: datetime) -> list[models.Reach]:
    """Where the months of a reach are over, what came in them decides what follows, as often as it is late."""
    made: list[models.Reach] = []
    looked: list[int] = []
    for _late in range(MAX_RENEWALS):
        over = [(customer_id, row) for customer_id, mine in known.items() for row in mine if _is_over(row, on)]
        if not over:
            break
        growth = _in_their_months(over)
        for (customer_id, row), counted in zip(over, growth, strict=True):
            mine = known[customer_id]
            at = mine.index(row)
            mine[at] = Row(row.pk, row.reached, looked=True)
            looked.append(row.pk)
            fresh = renewed(plan, [each.reached for each in mine], row.reached, counted=counted)
            if fresh:
                made.append(_reach_row(customer_id, plan, fresh, now))
                mine.append(Row(0, fresh, looked=False))
    if looked:
        rows.run("UPDATE tiers_reach SET looked = true WHERE id = ANY(%s::bigint[])", [[pk for pk in looked if pk]])
    return made


def _is_over(row: Row, on: date) -> bool:
    mine = row.reached
    return not row.looked and not mine.granted and mine.last is not None and mine.until is not None and mine.until < on


def _in_their_months(over: Sequence[tuple[int, Row]]) -> list[int]:
    """For each of these the growth that came after it was reached and until its end; one statement."""
    found = rows.fetch(_MONTHS, [[customer_id for customer_id, _row in over],
                                 [row.reached.last for _customer_id, row in over],
                                 [row.reached.until for _customer_id, row in over]])
    return [growth for (growth,) in found]


_MONTHS = """
SELECT COALESCE((SELECT SUM(growth.amount - growth.taken) FROM tiers_growth growth
                 WHERE growth.customer_id = over.customer AND growth.counts_on > over.after
                       AND growth.counts_on <= over.until), 0)::bigint
FROM unnest(%s::bigint[], %s::date[], %s::date[]) WITH ORDINALITY AS over (customer, after, until, nth) ORDER BY nth
"""


def _reach(known: Mapping[int, list[Row]], plan: Plan, on: date, now: datetime) -> list[models.Reach]:
    """What the growth of these days newly reaches."""
    growth, made = standings.counted(known, _until_today(span(plan, on), on)), []
    for customer_id, mine in known.items():
        fresh = newly_reached(plan, [row.reached for row in mine], counted=growth.get(customer_id, 0), on=on)
        if fresh:
            made.append(_reach_row(customer_id, plan, fresh, now))
            mine.append(Row(0, fresh, looked=False))
    return made


def _until_today(days: Span, on: date) -> Span:
    return Span(days.after, on)


def _reach_row(customer_id: int, plan: Plan, fresh: Reached, now: datetime) -> models.Reach:
    return models.Reach(customer_id=customer_id, plan_id=plan.pk, after=fresh.after, last=fresh.last,
                        until=fresh.until, made_at=now)


def _write(changed: Iterable[_Changed], plan: Plan, reason: Reason, on: date, now: datetime) -> int:
    """Save the standings and record what is another tier; from nothing to the lowest is no change of tier."""
    told: list[NewFact] = []
    columns: list[tuple[int, str, date | None, date | None, bool, date | None, int]] = []
    for each in changed:
        row, found = each.before, each.now
        was = row.code or plan.base
        moved = found.code != was
        since = on if moved or row.since_on is None else row.since_on
        columns.append((row.pk, found.code, since, found.until, found.graced, found.look_on, row.changes + moved))
        if moved:
            key = f"tier_changed:{row.pk}:{row.changes + 1}"
            told.append(NewFact(_body(was, found, plan, reason), row.pk, key, now))
    if columns:
        rows.run(_SAVE, [list(column) for column in zip(*columns, strict=True)])
    record_many(told) if told else None
    return len(told)


_SAVE = """
UPDATE tiers_standing mine SET code = new.code, since_on = new.since_on, until = new.until, graced = new.graced,
       look_on = new.look_on, changes = new.changes
FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::date[], %s::boolean[], %s::date[], %s::integer[])
     AS new (id, code, since_on, until, graced, look_on, changes)
WHERE mine.customer_id = new.id
"""


def _body(was: str, found: Standing, plan: Plan, reason: Reason) -> facts.TierChanged:
    return facts.TierChanged(before=was, after=found.code, up=plan.rank(found.code) > plan.rank(was),
                             reason=str(reason), until=found.until.isoformat() if found.until else "")
