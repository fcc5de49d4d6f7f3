"""Who is on duty: the final roster agrees with a person who asks minute by minute, and gaps are never silent."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.desk.calendars import Span, instant_of, windows_of, zone_of
from liuke.desk.roster import (
    BadRotation,
    Duty,
    Leave,
    Override,
    Plan,
    Rotation,
    Swap,
    ViewTooLong,
    duties,
    gaps,
    on_duty,
    quality,
)
from liuke.desk.tests.builders import EVERY_DAY, calendar, utc

ANN, BEN, CAI, DAN = 1, 2, 3, 4
SHANGHAI = zone_of("Asia/Shanghai")
NIGHT = calendar("21:00-09:00", days=EVERY_DAY)
WEEK = {"start": utc("2026-06-08T00:00"), "end": utc("2026-06-15T00:00")}


def rotation(*turns, hours="21:00-09:00", **more):
    """Nightly from Monday, 8 June 2026 on; each turn one date unless `days` says more."""
    fields = {"name": "night", "zone": SHANGHAI, "starts_on": date(2026, 6, 8), "days": 1} | more
    return Rotation(turns=turns, windows=(windows_of([hours.split("-")]),) * 7, **fields)


def span(start, end):
    return Span(utc(start), utc(end))


def test_turns_go_round_by_the_date_on_which_a_shift_starts():
    plan = Plan((rotation((ANN,), (BEN,)),))

    assert [(duty.span, duty.staff) for duty in duties(plan, start=utc("13:00"), end=utc("2026-06-10T01:00"))] == [
        (span("13:00", "2026-06-09T01:00"), (ANN,)),
        (span("2026-06-09T01:00", "2026-06-09T13:00"), ()),
        (span("2026-06-09T13:00", "2026-06-10T01:00"), (BEN,)),
    ]


def test_a_weekly_turn_lasts_seven_shifts():
    plan = Plan((rotation((ANN,), (BEN,), days=7),))

    assert [on_duty(plan, at=utc(f"2026-06-{day:02}T15:00")) for day in (8, 14, 15, 21, 22)] == [
        (ANN,), (ANN,), (BEN,), (BEN,), (ANN,)]  # fmt: skip


def test_overrides_win_over_the_highest_priority_and_that_over_the_rest():
    plan = Plan(
        (rotation((ANN,)), rotation((BEN,), name="seniors", priority=5), rotation((CAI,), name="seniors", priority=5)),
        overrides=(Override(span("14:00", "15:00"), (DAN,)),),
    )

    assert on_duty(plan, at=utc("13:30")) == (BEN, CAI)
    assert on_duty(plan, at=utc("14:00")) == (DAN,)
    assert on_duty(plan, at=utc("15:00")) == (BEN, CAI)


def test_a_swap_gives_the_shifts_of_that_stretch_and_two_make_an_exchange():
    away = span("00:00", "2026-06-09T12:00")
    plan = Plan((rotation((ANN, BEN)),), swaps=(Swap(away, ANN, CAI), Swap(away, CAI, DAN)))

    assert on_duty(plan, at=utc("14:00")) == (CAI, BEN)
    assert on_duty(plan, at=utc("2026-06-09T14:00")) == (ANN, BEN)


def test_who_is_on_leave_is_never_called_and_the_next_layer_steps_in():
    plan = Plan(
        (rotation((ANN,), priority=1), rotation((BEN,), name="stand-by")),
        leaves=(Leave(span("14:00", "16:00"), ANN),),
        overrides=(Override(span("15:00", "16:00"), (ANN,)),),
    )

    found = duties(plan, start=utc("13:30"), end=utc("16:30"))

    assert [(duty.staff, duty.source, duty.unfilled) for duty in found] == [
        ((ANN,), "night", ()),
        ((BEN,), "stand-by", ("night",)),
        ((BEN,), "stand-by", ("override", "night")),
        ((ANN,), "night", ()),
    ]


def test_a_gap_says_whether_nothing_was_planned_or_nobody_was_left():
    plan = Plan((rotation((ANN,), (), ends_on=date(2026, 6, 9)),), leaves=(Leave(span("15:00", "16:00"), ANN),))

    found = gaps(plan, NIGHT, start=utc("12:00"), end=utc("2026-06-10T14:00"))

    assert found == [
        Duty(span("15:00", "16:00"), (), "", ("night",)),
        Duty(span("2026-06-09T13:00", "2026-06-10T01:00"), (), "", ("night",)),
        Duty(span("2026-06-10T13:00", "2026-06-10T14:00"), (), ""),
    ]


def test_a_round_the_clock_rotation_has_no_gap_where_clocks_change():
    berlin = zone_of("Europe/Berlin")
    always = calendar()
    for start in (date(2026, 3, 23), date(2026, 10, 19)):
        plan = Plan((rotation((ANN,), (BEN,), hours="00:00-24:00", zone=berlin, starts_on=start, days=7),))
        begin, end = (instant_of(berlin, start + timedelta(days=days), timedelta()) for days in (0, 14))

        assert gaps(plan, always, start=begin, end=end) == []
        assert [duty.staff for duty in duties(plan, start=begin, end=end)] == [(ANN,), (BEN,)]


def test_a_shift_that_starts_in_a_skipped_hour_starts_when_the_hour_is_over():
    berlin = zone_of("Europe/Berlin")

    assert instant_of(berlin, date(2026, 3, 29), timedelta(hours=2, minutes=30)) == utc("2026-03-29T01:00")
    assert instant_of(berlin, date(2026, 10, 25), timedelta(hours=2, minutes=30)) == utc("2026-10-25T00:30")
    plan = Plan((rotation((ANN,), hours="02:00-02:30", zone=berlin, starts_on=date(2026, 3, 29)),))
    assert duties(plan, start=utc("2026-03-29T00:00"), end=utc("2026-03-29T03:00"))[0].staff == ()


def test_a_perfect_plan_has_a_hundred_points():
    report = quality(Plan((rotation((ANN,), (BEN,), days=1),)), NIGHT, start=utc("13:00"), end=utc("2026-06-10T13:00"))

    assert (report.covered, report.balance, report.score) == (1.0, 1.0, 100)
    assert report.load == {ANN: timedelta(hours=12), BEN: timedelta(hours=12)}
    assert (report.overloaded, report.gaps) == ((), ())


def test_a_plan_with_holes_and_one_who_does_it_all_has_few():
    plan = Plan((rotation((ANN,), (ANN,), (), (BEN,), ends_on=date(2026, 6, 11)), rotation((CAI,), hours="21:00-21:01",
                 name="idle", ends_on=date(2026, 6, 7))))  # fmt: skip

    report = quality(plan, NIGHT, start=utc("13:00"), end=utc("2026-06-12T13:00"))

    assert report.covered == 0.75
    assert report.load == {ANN: timedelta(hours=24), BEN: timedelta(hours=12), CAI: timedelta()}
    assert report.balance == pytest.approx((1 / 2 + 0 + 0) / 3)
    assert report.overloaded == (ANN,)
    assert report.score == 46
    assert len(report.gaps) == 1


def test_an_empty_plan_is_one_gap_and_no_needed_hours_are_covered():
    never = calendar("09:00-10:00", days=["sun"])

    assert quality(Plan(), NIGHT, **WEEK).covered == 0
    assert quality(Plan(), never, start=utc("00:00"), end=utc("12:00")).covered == 1


def test_a_rotation_without_turns_and_an_endless_view_are_refused():
    with pytest.raises(BadRotation):
        rotation()
    with pytest.raises(BadRotation):
        rotation((ANN,), days=0)
    for end in (utc("00:00"), utc("00:00") + timedelta(days=401)):
        with pytest.raises(ViewTooLong):
            duties(Plan(), start=utc("00:00"), end=end)


PEOPLE = st.lists(st.integers(1, 5), max_size=2, unique=True).map(tuple)
SPANS = st.tuples(st.integers(0, 4 * 24), st.integers(1, 30)).map(
    lambda pair: Span(WEEK["start"] + timedelta(hours=pair[0]), WEEK["start"] + timedelta(hours=sum(pair)))
)
HOURS = st.tuples(st.integers(0, 23), st.integers(0, 23)).map(lambda pair: f"{pair[0]:02}:00-{pair[1]:02}:00")
ROTATIONS = st.builds(
    lambda turns, hours, days, priority, first: rotation(
        *turns, hours=hours, days=days, priority=priority, name=f"r{priority}", starts_on=date(2026, 6, 6 + first)
    ),
    st.lists(PEOPLE, min_size=1, max_size=3), HOURS, st.integers(1, 3), st.integers(0, 2), st.integers(0, 3),
)  # fmt: skip
PLANS = st.builds(
    Plan,
    rotations=st.lists(ROTATIONS, max_size=3).map(tuple),
    overrides=st.lists(st.builds(Override, SPANS, PEOPLE), max_size=2).map(tuple),
    swaps=st.lists(st.builds(Swap, SPANS, st.integers(1, 5), st.integers(1, 5)), max_size=2).map(tuple),
    leaves=st.lists(st.builds(Leave, SPANS, st.integers(1, 5)), max_size=3).map(tuple),
)


def asked(plan, at):
    """Who answers, by asking every line of the plan at this instant and looking at the wall clock."""
    local = at.astimezone(SHANGHAI).replace(tzinfo=None)
    on = [override for override in plan.overrides if override.span.opens <= at < override.span.closes]
    away = {leave.staff for leave in plan.leaves if leave.span.opens <= at < leave.span.closes}
    takers = {swap.giver: swap.taker for swap in plan.swaps if swap.span.opens <= at < swap.span.closes}
    layers = {100: {person for override in on for person in override.staff}}
    for line in plan.rotations:
        for back in (0, 1):
            day = local.date() - timedelta(days=back)
            [window] = line.windows[0]
            since = local - (local.replace(hour=0, minute=0) - timedelta(days=back))
            if window.opens <= since < window.closes and line.starts_on <= day:
                people = line.turns[(day - line.starts_on).days // line.days % len(line.turns)]
                layers.setdefault(line.priority, set()).update(takers.get(person, person) for person in people)
    for priority in sorted(layers, reverse=True):
        if left := layers[priority] - away:
            return left
    return set()


@settings(max_examples=100)
@given(PLANS)
def test_the_roster_is_what_asking_every_half_hour_finds(plan):
    found = duties(plan, **WEEK)

    assert found[0].span.opens == WEEK["start"]
    assert found[-1].span.closes == WEEK["end"]
    assert all(before.span.closes == after.span.opens for before, after in pairwise(found))
    for number in range(7 * 48):
        at = WEEK["start"] + timedelta(minutes=30 * number)
        [duty] = [duty for duty in found if duty.span.opens <= at < duty.span.closes]
        assert set(duty.staff) == asked(plan, at)
        if number % 16 == 0:
            assert on_duty(plan, at=at) == duty.staff


@settings(max_examples=50)
@given(PLANS)
def test_what_is_covered_and_what_is_missing_is_all_that_is_needed(plan):
    report = quality(plan, NIGHT, **WEEK)
    missing = sum((gap.span.closes - gap.span.opens for gap in report.gaps), timedelta())

    assert 0 <= report.covered <= 1
    assert 0 <= report.balance <= 1
    assert report.covered == pytest.approx(1 - missing / timedelta(hours=7 * 12))
