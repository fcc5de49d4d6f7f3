"""Pages of tiers: the plan, a new version of it, a tier granted."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.tiers import models
from liuke.tiers.queries.plans import newest
from liuke.tiers.tests.builders import customer, grown, plan, tier_of

pytestmark = pytest.mark.django_db
PLAN, CHANGE = reverse("tiers:plan"), reverse("tiers:change")


def typed(**changes):
    return {"period": "year", "grace_days": "30", "starts_on": timezone.localdate().isoformat(), "notice": "",
            "t0-code": "member", "t0-name": "会员", "t0-threshold": "0",
            "t1-code": "gold", "t1-name": "金卡", "t1-threshold": "3000", "t1-early_hours": "24",
            "t1-free_freight": "on", "t2-code": "", "t2-name": "", **changes}


def test_without_a_plan_the_page_offers_the_first_step(inside):
    assert reverse("tiers:change") in inside().get(PLAN).content.decode()


def test_an_operator_writes_a_plan_and_a_change_of_it_with_a_notice(inside):
    client = inside(Role.OPERATOR)

    assert client.post(CHANGE, typed()).status_code == 302
    silent = client.post(CHANGE, typed(**{"t1-threshold": "2000"}))
    assert silent.status_code == 422
    assert silent.context["filled"].terms.errors["notice"]
    assert client.post(CHANGE, typed(**{"t1-threshold": "2000"}, notice="门槛降低")).status_code == 302

    found = newest()
    assert [(level.code, level.threshold, level.early_hours, level.free_freight) for level in found.levels] == [
        ("member", 0, 0, False), ("gold", 2_000, 24, True)]
    assert (found.number, found.grace_days, found.notice) == (2, 30, "门槛降低")
    assert AuditEntry.objects.filter(action="tiers.console.plan.plan_change").count() == 2
    assert "金卡" in client.get(PLAN).content.decode()


@pytest.mark.parametrize(("changes", "field"), [
    ({"t1-threshold": "0"}, "threshold"), ({"t1-code": "金"}, "code"), ({"t1-name": "会员"}, "name"),
], ids=["threshold", "code", "name"])
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_written(inside, changes, field):
    answer = inside().post(CHANGE, typed(**changes))

    assert answer.status_code == 422
    assert any(field in row.errors for row in answer.context["filled"].rows)
    assert newest() is None


def test_trying_says_how_many_would_reach_each_tier_and_writes_nothing(inside):
    plan(starts_on=timezone.localdate(), now=timezone.now())
    for amount in (500, 1_500, 1_500, 4_000):
        grown(customer(), amount, now=timezone.now())

    answer = inside().post(CHANGE, typed(do="try", **{"t1-threshold": "1500"}))

    assert [(level.code, count, held) for level, count, held in answer.context["found"]] == [("gold", 3, 1)]
    assert models.Plan.objects.count() == 1


def test_staff_grant_a_tier_and_take_it_back_by_undo(inside):
    plan(starts_on=timezone.localdate(), now=timezone.now())
    ann, client = customer(), inside(Role.OPERATOR)
    until = (timezone.localdate() + timedelta(days=90)).isoformat()

    client.post(reverse("tiers:grant", args=[ann.pk]), {"code": "gold", "until": until})
    assert tier_of(ann) == "gold"
    page = client.get(reverse("console:customer", args=[ann.pk]), {"view": "points"}).content.decode()
    assert "金卡" in page
    assert until in page
    client.post(reverse("tiers:withdraw", args=[ann.pk]))

    assert tier_of(ann) == "member"


@pytest.mark.parametrize("until", ["", "gestern", "2020-01-01"], ids=["none", "no date", "over"])
def test_a_grant_that_makes_no_sense_changes_nothing(inside, until):
    plan(starts_on=timezone.localdate(), now=timezone.now())
    ann = customer()

    inside().post(reverse("tiers:grant", args=[ann.pk]), {"code": "gold", "until": until})

    assert tier_of(ann) == ""


def test_who_may_only_look_changes_nothing(inside):
    ann, client = customer(), inside(Role.FINANCE)

    assert client.get(PLAN).status_code == 200
    assert client.post(CHANGE, typed()).status_code == 403
    assert client.post(reverse("tiers:grant", args=[ann.pk]), {}).status_code == 403


def test_a_plan_is_opened_as_it_was_saved(inside):
    client = inside()
    client.post(CHANGE, typed(**{"t1-priority": "on"}))

    page = client.get(CHANGE).content.decode()

    boxes = re.findall(r'<input type="checkbox" name="(t\d-priority)"([^>]*)>', page)
    assert len(boxes) > 2
    assert [name for name, rest in boxes if "checked" in rest] == ["t1-priority"]
    assert [level.priority for level in newest().levels][:2] == [0, 1]
