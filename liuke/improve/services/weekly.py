"""The weekly look at all causes, and at what has become of each improvement. Loads scipy: only its job imports it."""

from datetime import date, datetime

from liuke.improve import figures
from liuke.improve.models import Finding, Improvement, Week
from liuke.improve.queries import causes, counts
from liuke.improve.rules import (
    DONE,
    FALSE_SHARE,
    LEAST,
    WATCHED_AFTER,
    WEEK,
    WEEKS,
    Cause,
    Pair,
    monday,
    pairs,
    verdict,
)
from liuke.kit.db import advisory_lock, require_transaction


def look(*, today: date, now: datetime) -> Week:
    """Test every cause of the whole weeks before this one and keep what rose. The same week again is the same look."""
    require_transaction()
    advisory_lock("improve look")
    until = monday(today)
    if known := Week.objects.filter(until=until).first():
        return known
    counted = counts.read(until=until, weeks=WEEKS)
    asked = {cause: pair for cause, pair in sorted(pairs(counted.tickets, counted.exposure).items())
             if pair.total >= LEAST and pair.exposure > 0 and pair.other_exposure > 0}
    chances = [figures.p_rose(pair) for pair in asked.values()]
    week = Week.objects.create(until=until, causes=len(asked), ran_at=now)
    Finding.objects.bulk_create([
        _finding(week, cause, pair, p, q)
        for (cause, pair), p, q in zip(asked.items(), chances, figures.adjusted(chances), strict=True)
        if q <= FALSE_SHARE])
    return week


def _finding(week: Week, cause: Cause, pair: Pair, p: float, q: float) -> Finding:
    ratio, low, high = figures.ratio(pair)
    return Finding(week=week, product_id=cause.product_id, kind=cause.kind, batch=cause.batch, tickets=pair.tickets,
                   exposure=pair.exposure, other_tickets=pair.other_tickets, other_exposure=pair.other_exposure, p=p,
                   q=q, ratio=ratio, low=low, high=high)


def measure(*, today: date) -> int:
    """Hold the rate since each improvement was done against the one before it; returns how many. Again is the same."""
    require_transaction()
    until = monday(today)
    rows = list(Improvement.objects.select_for_update(of=("self",)).filter(
        state=DONE, done_on__gte=until - WATCHED_AFTER * WEEK).order_by("pk"))
    for row in rows:
        weeks = max(0, (until - first_week_after(row)).days // 7)
        said, units = causes.whole(causes.weekly(Cause(row.product_id, row.kind), until=until, weeks=weeks))
        pair = Pair(said, units, row.before_tickets, row.before_exposure)
        row.after_tickets, row.after_exposure, row.after_weeks = said, units, weeks
        row.ratio, row.low, row.high = figures.ratio(pair)
        row.verdict = verdict(weeks=weeks, total=pair.total, low=row.low, high=_top(row, pair))
        row.save(update_fields=["after_tickets", "after_exposure", "after_weeks", "ratio", "low", "high", "verdict"])
    return len(rows)


def _top(row: Improvement, pair: Pair) -> float | None:
    """An interval without an upper end, though both sides could be counted, ends nowhere."""
    return float("inf") if row.high is None and row.low is not None and pair.total else row.high


def first_week_after(row: Improvement) -> date:
    """The first Monday after it was done: the week in which it was done is neither before nor after."""
    assert row.done_on is not None
    return monday(row.done_on) + WEEK
