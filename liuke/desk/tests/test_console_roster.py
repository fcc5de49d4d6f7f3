"""The page of the roster: everybody may look, who manages the whole brand may arrange."""

import pytest
from django.urls import reverse

from liuke.desk.models import CallRule, DutyChange, DutyRotation
from liuke.desk.tests.rows import agent
from liuke.org.tests.builders import shop

pytestmark = pytest.mark.django_db
HOURS = {"starts_on": "2026-06-08", "days": "7", "begins": "21:00", "ends": "09:00", "weekdays": ["0", "5"],
         "priority": "0"}


def enter(client, **fields):
    person = agent("mei", **fields)
    client.force_login(person)
    return person


def test_a_rotation_is_added_with_its_people_in_order_and_removed(client):
    mei, lan = enter(client), agent("lan")

    added = client.post(reverse("desk:rotation_add"), {"name": "夜班", "turn": [lan.pk, "", mei.pk], **HOURS})

    assert added.status_code == 302
    row = DutyRotation.objects.get()
    assert (row.weekly[0], row.weekly[1], row.turns) == ([["21:00", "09:00"]], [], 2)
    assert list(row.people.order_by("turn").values_list("staff_id", flat=True)) == [lan.pk, mei.pk]
    assert "夜班" in client.get(reverse("desk:roster")).content.decode()
    client.post(reverse("desk:rotation_drop", args=[row.pk]))
    assert not DutyRotation.objects.exists()


def test_a_form_that_cannot_be_stays_open_with_the_reason(client):
    enter(client)

    answer = client.post(reverse("desk:rotation_add"), {"name": "夜班", **HOURS})

    assert answer.status_code == 422
    assert "请至少选择一个人" in answer.content.decode()
    assert "夜班" in answer.content.decode()


def test_leave_and_swap_are_noted_and_cancelled(client):
    mei, lan = enter(client), agent("lan")

    client.post(reverse("desk:change_add"), {"kind": "swap", "staff": mei.pk, "taker": lan.pk,
                                             "starts_at": "2090-06-08T09:00", "ends_at": "2090-06-08T18:00"})

    row = DutyChange.objects.get()
    assert (row.kind, row.staff, row.taker, row.made_by) == ("swap", mei, lan, mei)
    client.post(reverse("desk:change_drop", args=[row.pk]))
    assert not DutyChange.objects.exists()


def test_call_steps_are_saved_or_refused_with_the_reason(client):
    enter(client)
    steps = {"minutes": ["0", "5", ""], "way": ["in_app", "sms", "sms"], "target": ["on_duty", "managers", "next"]}

    assert client.post(reverse("desk:calls"), steps).status_code == 302
    assert list(CallRule.objects.order_by("position").values_list("after_minutes", "way", "target")) == [
        (0, "in_app", "on_duty"), (5, "sms", "managers")]
    assert client.post(reverse("desk:calls"), {**steps, "minutes": ["5", "0", ""]}).status_code == 422


def test_an_agent_looks_and_a_shops_manager_does_not_arrange_for_all(client):
    enter(client, role="agent")
    assert client.get(reverse("desk:roster")).status_code == 200
    assert client.post(reverse("desk:calls"), {}).status_code == 403

    client.force_login(agent("lan", role="shop_manager", at=shop()))
    assert client.post(reverse("desk:rotation_add"), {"name": "夜班", "turn": ["1"], **HOURS}).status_code == 422
    assert not DutyRotation.objects.exists()
