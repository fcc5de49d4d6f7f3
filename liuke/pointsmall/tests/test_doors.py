"""The points mall over HTTP: for the customer, and for staff."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.points import queries as points
from liuke.pointsmall.models import Exchange, Item
from liuke.pointsmall.tests.builders import had, item, offer, rich

pytestmark = pytest.mark.django_db
HOME = "/api/v1/points-mall"


@pytest.fixture
def ann():
    return rich(1_000)


@pytest.fixture
def ask(client, ann):
    token = tokens.issue_token(customer_id=ann.pk, now=timezone.now())

    def send(path, body=None, *, key="key-000001"):
        headers = {"authorization": f"Bearer {token}", "idempotency-key": key}
        if body is None:
            return client.get(HOME + path, headers=headers)
        return client.post(HOME + path, json.dumps(body), "application/json", headers=headers)

    return send


@pytest.fixture
def inside(client):
    def login(role=Role.OPERATOR):
        client.force_login(staff(username=str(role), role=role))
        return client

    return login


def test_a_customer_looks_has_it_once_and_takes_it_back(ask, ann):
    cup = item(per_customer=2)
    (shown,) = ask("/items").json()
    assert {name: shown[name] for name in ("name", "kind", "points", "left", "had", "why")} == {
        "name": "保温杯", "kind": "goods", "points": 300, "left": 10, "had": 0, "why": ""}
    wish = {"address_id": ann.addresses.get().pk, "expected_points": 300}

    first, again = (ask(f"/items/{cup.pk}/exchange", wish) for _ in range(2))

    assert first.status_code == 200
    assert first.json() == again.json()
    (mine,) = ask("/exchanges").json()
    assert (mine["item"], mine["points"], mine["state"]) == ("保温杯", 300, "done")
    assert ask(f"/items/{cup.pk}").json()["had"] == 1
    assert ask(f"/exchanges/{mine['id']}/cancel", {}).json()["state"] == "undone"
    assert points.balance(ann.pk, now=timezone.now()).available == 1_000


def test_refusals_have_their_codes(ask, ann):
    cup = item(stock=0)

    answer = ask(f"/items/{cup.pk}/exchange", {"address_id": ann.addresses.get().pk})

    assert (answer.status_code, answer.json()["code"]) == (409, "points_mall_sold_out")
    assert ask("/items/999999").status_code == 404
    assert ask(f"/items/{cup.pk}/exchange", {"quantity": 21}).status_code == 422


def test_nobody_undoes_what_another_had(ask):
    row = had(rich(), item())

    assert ask(f"/exchanges/{row.pk}/cancel", {}).status_code == 404


def test_without_a_login_nothing_is_shown(client):
    assert client.get(f"{HOME}/items").status_code == 401


def form(**changes):
    given = offer()
    return {"name": given.name, "about": "", "what": f"goods:{given.what}", "shop_id": given.shop_id, "points": "300",
            "stock": "10", "per_customer": "", "starts_at": "2026-11-02T09:00", "ends_at": "", **changes}


def test_an_operator_puts_something_on_the_shelf_changes_and_pauses_it(inside):
    client = inside()
    assert reverse("pointsmall:item_new") in client.get(reverse("pointsmall:items")).content.decode()

    assert client.post(reverse("pointsmall:item_new"), form()).status_code == 302
    row = Item.objects.get()
    changed = form(points="250", what=f"goods:{row.what}", shop_id=row.shop_id)
    assert client.post(reverse("pointsmall:item", args=[row.pk]), changed).status_code == 302
    client.post(reverse("pointsmall:pause", args=[row.pk]))

    row.refresh_from_db()
    assert (row.name, row.points, row.paused_at is not None) == ("保温杯", 250, True)
    assert "已暂停" in client.get(reverse("pointsmall:items")).content.decode()
    client.post(reverse("pointsmall:resume", args=[row.pk]))
    row.refresh_from_db()
    assert row.paused_at is None


@pytest.mark.parametrize(("changes", "field"), [
    ({"shop_id": ""}, "shop_id"), ({"ends_at": "2026-11-01T09:00"}, "ends_at"), ({"points": "0"}, "points"),
    ({"what": "goods:999999"}, "what"),
], ids=["shop", "times", "points", "nothing"])
def test_what_is_wrong_stands_beside_its_field(inside, changes, field):
    answer = inside().post(reverse("pointsmall:item_new"), form(**changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Item.objects.exists()


def test_staff_see_who_had_what_and_undo_it(inside, ann):
    row, client = had(ann, item()), inside()

    page = client.get(reverse("pointsmall:exchanges")).content.decode()
    assert row.reference in page
    client.post(reverse("pointsmall:undo", args=[row.pk]))

    assert Exchange.objects.get().state == "undone"
    assert points.balance(ann.pk, now=timezone.now()).available == 1_000


def test_who_may_only_look_changes_nothing(inside):
    row, client = item(), inside(Role.FINANCE)

    assert client.get(reverse("pointsmall:items")).status_code == 200
    assert client.post(reverse("pointsmall:pause", args=[row.pk])).status_code == 403
    assert client.get(reverse("pointsmall:item_new")).status_code == 403
