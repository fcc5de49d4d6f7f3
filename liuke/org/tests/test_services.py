"""What the owner may do to staff, and what is refused."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from liuke.kit.errors import BadInput
from liuke.org import services
from liuke.org.models import Brand, Staff, StaffRole
from liuke.org.rules import Role
from liuke.org.tests import builders

pytestmark = pytest.mark.django_db


def test_a_new_member_of_staff_gets_a_first_password_that_works_once_changed():
    staff, password = services.open_staff(username="lan", name="兰", phone="138 0013 8001", email="Lan@Example.com")

    assert staff.check_password(password)
    assert (staff.phone, staff.email, staff.password_changed_at) == ("+8613800138001", "lan@example.com", None)


@pytest.mark.parametrize("taken", [
    {"username": "MEI"}, {"username": "x", "phone": "13800138000"}, {"username": "x", "email": "mei@EXAMPLE.com"},
])
def test_a_login_belongs_to_one_person(taken):
    builders.staff("mei", phone="+8613800138000", email="mei@example.com")

    with pytest.raises(services.LoginTaken):
        services.open_staff(**{"name": "另一位", **taken})


@pytest.mark.parametrize("wrong", [
    {"username": "", "name": "x"}, {"username": "a@b", "name": "x"}, {"username": "a", "name": " "},
    {"username": "a", "name": "x", "phone": "12345"}, {"username": "a", "name": "x", "email": "nowhere"},
])
def test_what_cannot_be_a_login_is_refused_where_it_is_typed(wrong):
    with pytest.raises(BadInput):
        services.open_staff(**wrong)


def test_the_last_owner_stays():
    owner = builders.staff()

    for change in (
        lambda: services.mark_active(staff_id=owner.pk, active=False),
        lambda: services.change_roles(staff_id=owner.pk, roles=[(Role.AGENT, None)]),
    ):
        with pytest.raises(services.LastOwner), transaction.atomic():
            change()

    assert list(StaffRole.objects.values_list("role", flat=True)) == [Role.OWNER]


def test_roles_are_replaced_as_a_whole_and_twice_is_once():
    builders.staff()
    shop, lan = builders.shop(), builders.staff("lan", role=Role.AGENT)

    for _ in range(2):
        services.change_roles(staff_id=lan.pk, roles=[(Role.SHOP_MANAGER, shop.pk), (Role.ANALYST, None)])

    assert set(lan.roles.values_list("role", "shop_id")) == {(Role.SHOP_MANAGER, shop.pk), (Role.ANALYST, None)}


def test_a_new_password_ends_the_sessions(client):
    lan = builders.staff("lan")
    client.force_login(lan)
    assert client.get("/console/staff/").status_code == 200

    services.new_password(staff_id=lan.pk)

    assert client.get("/console/staff/").url.startswith("/console/login/")


def test_there_is_one_brand_however_often_it_is_opened():
    services.open_brand(name="小满家")
    services.open_brand(name="小满")

    assert list(Brand.objects.values_list("name", "zone")) == [("小满", "Asia/Shanghai")]


def test_a_shop_code_is_used_once():
    services.open_shop(code="SH01", name="静安店")

    with pytest.raises(services.ShopCodeTaken):
        services.open_shop(code="SH01", name="徐汇店")


def test_a_brand_of_ones_own_is_opened_with_its_first_owner_once():
    out = StringIO()
    call_command("open_brand", "山野", "--owner", "lan", stdout=out)

    owner = Staff.objects.get(username="lan")
    assert owner.check_password(out.getvalue().split(" with ")[1].split()[0])
    assert owner.has_perm("staff.edit")
    assert owner.password_changed_at is None
    with pytest.raises(CommandError, match="there is a brand already"):
        call_command("open_brand", "另一个")
