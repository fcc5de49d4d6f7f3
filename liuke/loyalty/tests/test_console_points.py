"""The page of the terms of points."""

import pytest
from django.urls import reverse

from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.points import queries as points
from liuke.points.rules import Terms
from liuke.points.tests.builders import rich

pytestmark = pytest.mark.django_db
PAGE = reverse("loyalty:points")
SAID = {"enabled": "on", "points_per_yuan": "50", "order_cap": "12.5", "step": "10", "least": "100"}


def test_finance_sets_what_points_are_worth(inside):
    assert inside(Role.FINANCE).post(PAGE, SAID).status_code == 302

    assert points.terms() == Terms(points_per_yuan=50, order_cap_bp=1_250, step=10, least=100)
    assert AuditEntry.objects.get(action="loyalty.console.points.terms_page").detail["points_per_yuan"] == 50


def test_the_page_says_what_all_open_points_are_worth(inside):
    rich(700, 300)

    shown = inside().get(PAGE)

    assert (shown.context["open"], shown.context["open_fen"], shown.context["example_fen"]) == (1_000, 1_000, 1_000)


@pytest.mark.parametrize(("changes", "field"), [
    ({"points_per_yuan": "0"}, "points_per_yuan"), ({"order_cap": "100.01"}, "order_cap"), ({"step": "0"}, "step"),
    ({"least": "-1"}, "least"), ({"points_per_yuan": ""}, "points_per_yuan"),
], ids=["free", "more than all", "no step", "below", "empty"])
def test_what_is_wrong_stands_beside_its_field_and_changes_nothing(inside, changes, field):
    answer = inside().post(PAGE, {**SAID, **changes})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert points.terms() == Terms()


def test_who_may_only_look_changes_nothing(inside):
    client = inside(Role.OPERATOR)

    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, SAID).status_code == 403
