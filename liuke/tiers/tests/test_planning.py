"""The plan and its versions."""

from dataclasses import replace
from datetime import date

import pytest

from liuke.tiers import models
from liuke.tiers.queries.plans import in_force, newest
from liuke.tiers.rules import BadPlan, Level, NoNotice
from liuke.tiers.tests.builders import DAY, GOLD, MEMBER, SILVER, TODAY, plan, terms

pytestmark = pytest.mark.django_db


def spans():
    return list(models.Plan.objects.order_by("number").values_list("number", "starts_on", "ends_on"))


def test_a_plan_is_read_back_as_it_was_written():
    row = plan(period="months", months=6, grace_days=30)

    found = in_force(TODAY)

    assert found == replace(terms(period="months", months=6, grace_days=30), number=1, pk=row.pk)
    assert in_force(TODAY - DAY) is None


def test_a_change_is_a_version_from_its_day_on():
    plan()

    plan(MEMBER, SILVER, starts_on=TODAY + 30 * DAY, notice="下月起不再设金卡")

    assert spans() == [(1, TODAY, TODAY + 30 * DAY), (2, TODAY + 30 * DAY, None)]
    assert [in_force(day).number for day in (TODAY, TODAY + 29 * DAY, TODAY + 30 * DAY)] == [1, 1, 2]


def test_a_version_that_has_not_begun_is_replaced():
    plan()
    plan(MEMBER, SILVER, starts_on=TODAY + 30 * DAY, notice="一")

    plan(MEMBER, GOLD, starts_on=TODAY + 20 * DAY, notice="二")

    assert spans() == [(1, TODAY, TODAY + 20 * DAY), (2, TODAY + 30 * DAY, TODAY + 30 * DAY),
                       (3, TODAY + 20 * DAY, None)]
    assert in_force(TODAY + 40 * DAY).number == 3


def test_the_same_plan_again_is_the_same_version():
    first = plan()

    assert plan(notice="没有变化") == first
    assert models.Plan.objects.count() == 1


@pytest.mark.parametrize(("levels", "changes", "about", "row"), [
    ((), {"levels": ()}, "tiers", None),
    ((replace(MEMBER, threshold=1),), {}, "threshold", 0),
    ((MEMBER, SILVER, replace(GOLD, threshold=1_000)), {}, "threshold", 2),
    ((MEMBER, replace(SILVER, threshold=10**12 + 1)), {}, "threshold", 1),
    ((MEMBER, replace(SILVER, code="member")), {}, "code", 1),
    ((replace(MEMBER, code="会员"),), {}, "code", 0),
    ((MEMBER, replace(SILVER, name="会员")), {}, "name", 1),
    ((MEMBER, replace(SILVER, name=" ")), {}, "name", 1),
    ((MEMBER, replace(SILVER, early_hours=-1)), {}, "early_hours", 1),
    ((MEMBER, replace(SILVER, priority=4)), {}, "priority", 1),
    ((MEMBER, replace(SILVER, return_days=181)), {}, "return_days", 1),
    ((), {"period": "weeks"}, "period", None),
    ((), {"period": "months", "months": 0}, "months", None),
    ((), {"grace_days": 181}, "grace_days", None),
    ((), {"notice": "长" * 301}, "notice", None),
    (tuple(Level(code=f"t{at}", name=f"级{at}", threshold=at) for at in range(13)), {}, "tiers", None),
], ids=range(16))
def test_what_does_not_hold_together_is_refused_with_its_part(levels, changes, about, row):
    with pytest.raises(BadPlan) as refused:
        plan(*levels, **changes)

    assert (refused.value.code, refused.value.about, refused.value.row) == ("tiers_plan", about, row)
    assert newest() is None


@pytest.mark.parametrize(("changes", "about"), [
    ({"notice": " "}, "notice"), ({"notice": "从昨天起", "starts_on": date(2026, 11, 1)}, "starts_on"),
], ids=["silent", "backwards"])
def test_no_change_backwards_or_in_silence(changes, about):
    plan()

    with pytest.raises(NoNotice) as refused:
        plan(MEMBER, SILVER, **changes)

    assert (refused.value.code, refused.value.about) == ("tiers_notice", about)


def test_the_lowest_tier_stays_the_lowest():
    plan()

    with pytest.raises(BadPlan) as refused:
        plan(Level(code="guest", name="访客"), SILVER, notice="改名")

    assert (refused.value.about, refused.value.row) == ("code", 0)


def test_a_first_plan_is_mended_without_a_notice_until_it_begins():
    plan(starts_on=TODAY + 10 * DAY)

    plan(MEMBER, GOLD, starts_on=TODAY + 9 * DAY)

    assert newest().levels == (MEMBER, GOLD)
