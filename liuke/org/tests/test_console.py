"""The pages for staff and brand: what they do, who may, and what they say when they refuse."""

import pytest

from liuke.org.models import AuditEntry, Brand, Shop, Staff
from liuke.org.rules import Role
from liuke.org.tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    person = builders.staff()
    client.force_login(person)
    return person


def test_a_new_member_of_staff_is_shown_the_first_password_once(client, owner):
    answer = client.post("/console/staff/new/", {"username": "lan", "name": "兰", "phone": "13800138001", "email": ""})

    lan = Staff.objects.get(username="lan")
    assert lan.check_password(answer.context["password"])
    assert answer["Cache-Control"] == "no-store"
    assert AuditEntry.objects.get().target == f"staff:{lan.pk}"


def test_a_mistake_keeps_what_was_typed_and_says_why(client, owner):
    answer = client.post("/console/staff/new/", {"username": "mei", "name": "另一位梅"})

    assert answer.status_code == 409
    assert "mei 已被另一位员工使用" in answer.content.decode()
    assert "另一位梅" in answer.content.decode()


def test_roles_are_given_and_taken_one_at_a_time(client, owner):
    shop, lan = builders.shop(), builders.staff("lan", role=None)
    door = f"/console/staff/{lan.pk}/roles/"

    client.post(door, {"role": Role.SHOP_MANAGER, "shop": shop.pk})
    client.post(door, {"role": Role.AGENT, "shop": ""})
    client.post(door, {"role": Role.SHOP_MANAGER, "shop": shop.pk, "take": "yes"})

    assert list(lan.roles.values_list("role", "shop")) == [(Role.AGENT, None)]
    assert AuditEntry.objects.count() == 3


def test_the_last_owner_is_told_why_not(client, owner):
    answer = client.post(f"/console/staff/{owner.pk}/active/", {"active": "no"})

    assert answer.status_code == 409
    assert "至少要保留一位在职的品牌负责人" in answer.content.decode()
    assert Staff.objects.get().is_active
    assert not AuditEntry.objects.exists()


def test_brand_and_shops_are_kept_on_one_page(client, owner):
    client.post("/console/brand/", {"name": "小满", "zone": "Asia/Shanghai"})
    client.post("/console/brand/shops/", {"code": "SH01", "name": "静安店"})
    again = client.post("/console/brand/shops/", {"code": "SH01", "name": "徐汇店"})
    client.post(f"/console/brand/shops/{Shop.objects.get().pk}/active/", {"active": "no"})

    assert "门店编号 SH01 已被使用" in again.content.decode()
    assert (Brand.objects.get().name, Shop.objects.get().active) == ("小满", False)
    assert client.post("/console/brand/", {"name": "小满", "zone": "Mars/North"}).status_code == 422


@pytest.mark.parametrize("page", ["staff/new/", "brand/"])
def test_who_may_not_edit_gets_403(client, page):
    client.force_login(builders.staff("lan", role=Role.SHOP_MANAGER))

    assert client.get("/console/staff/").status_code == 200
    assert client.get(f"/console/{page}").status_code == 403


def test_nobody_is_404(client, owner):
    assert client.get("/console/staff/999/").status_code == 404
    assert client.post("/console/staff/999/password/").status_code == 404


def test_the_list_of_staff_takes_few_queries(client, owner, django_assert_max_num_queries):
    for number in range(10):
        builders.staff(f"lan{number}", role=Role.AGENT)

    with django_assert_max_num_queries(8):
        client.get("/console/staff/")
