from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from liuke.referral.attribution import How, Seen, Why, resolve

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def seen(touch, referrer=1, days_ago=1.0, refused=None):
    return Seen(touch, referrer, NOW - days_ago * DAY, refused)


def test_the_last_valid_touch_wins_and_each_other_keeps_its_reason():
    touches = [seen(1, 7, 3), seen(2, 8, 2), seen(3, 9, 1, Why.BLOCKED), seen(4, None, 0.5), seen(5, 6, 200)]

    found = resolve(touches, now=NOW, window_days=90)

    assert (found.referrer, found.how, found.touch) == (8, How.TOUCH, 2)
    assert found.passed_over == {1: Why.NEWER, 3: Why.BLOCKED, 4: Why.NOBODY, 5: Why.TOO_OLD}


def test_a_code_goes_before_who_is_bound_and_who_is_bound_before_every_touch():
    touches = [seen(1, 7)]

    assert resolve(touches, now=NOW, window_days=90, code_of=3, bound_to=4).referrer == 3
    assert resolve(touches, now=NOW, window_days=90, code_of=3).passed_over == {1: Why.CODE}
    assert resolve(touches, now=NOW, window_days=90, bound_to=4).referrer == 4
    assert resolve(touches, now=NOW, window_days=90, bound_to=4).passed_over == {1: Why.BOUND}


def test_nobody_touched_is_nobody():
    assert resolve([], now=NOW, window_days=90).referrer is None


@given(st.lists(st.builds(seen, st.integers(1, 1000), st.one_of(st.none(), st.integers(1, 5)), st.floats(0, 200),
                          st.one_of(st.none(), st.sampled_from(list(Why)))), unique_by=lambda each: each.touch),
       st.randoms())
def test_every_touch_is_accounted_for_once_in_whatever_order_they_come(touches, random):
    found = resolve(touches, now=NOW, window_days=90)
    random.shuffle(touches)

    assert resolve(touches, now=NOW, window_days=90) == found
    assert set(found.passed_over) | {found.touch} - {None} == {each.touch for each in touches}
    assert found.touch not in found.passed_over
