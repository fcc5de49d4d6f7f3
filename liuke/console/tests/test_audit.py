"""The list of staff actions."""

import csv
import io

import pytest
from django.db import transaction
from django.urls import reverse

from liuke.org import services
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db


def entries(person, count, action="org.console.shop_new"):
    with transaction.atomic():
        for at in range(count):
            services.audit(staff_id=person.pk, action=action, target=f"shop:{at}", detail={"n": at})


def targets(response):
    return [row.target for row in response.context["page"].rows]


def test_pages_go_back_and_forth_without_losing_a_row(client, owner):
    entries(owner, 120)

    first = client.get(reverse("console:audit"))
    second = client.get(first.context["page"].older)
    third = client.get(second.context["page"].older)
    back = client.get(third.context["page"].newer)

    assert targets(first) + targets(second) + targets(third) == [f"shop:{at}" for at in reversed(range(120))]
    assert targets(back) == targets(second)
    assert (first.context["page"].newer, third.context["page"].older) == ("", "")


def test_filters_are_a_link_that_can_be_shared(client, owner):
    other = org.staff("hua", name="华")
    entries(owner, 3)
    entries(other, 2, action="org.console.staff_new")

    asked = {"who": other.pk, "what": "org.console.staff_new", "since": "2020-01-01"}
    response = client.get(reverse("console:audit"), asked)

    assert targets(response) == ["shop:1", "shop:0"]
    assert targets(client.get(reverse("console:audit"), {"until": "2020-01-01"})) == []


@pytest.mark.parametrize("wrong", [
    {"after": "x"}, {"after": "2026-01-01T00:00:00~99999999999999999999"}, {"since": "no"}, {"since": "2026-13-45"},
    {"who": "me"}, {"before": "~"},
])
def test_a_broken_address_shows_the_list(client, owner, wrong):
    entries(owner, 1)

    assert targets(client.get(reverse("console:audit"), wrong)) == ["shop:0"]


def test_the_file_holds_what_the_filters_show(client, owner):
    entries(owner, 2)
    entries(owner, 1, action="org.console.staff_new")

    response = client.get(reverse("console:audit_csv"), {"what": "org.console.shop_new"})

    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert rows[0][:3] == ["时间", "员工", "做了什么"]
    assert [row[2:4] for row in rows[1:]] == [["添加门店", "shop:1"], ["添加门店", "shop:0"]]


def test_a_list_costs_the_same_queries_however_long_it_is(client, owner, django_assert_num_queries):
    entries(owner, 60)
    client.get(reverse("console:audit"))

    with django_assert_num_queries(6):         # session, staff with own roles, rows, people and their roles, brand
        client.get(reverse("console:audit"))


def test_the_audit_is_not_for_agents(client, agent):
    assert client.get(reverse("console:audit")).status_code == 403
    assert client.get(reverse("console:audit_csv")).status_code == 403
