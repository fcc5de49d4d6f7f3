"""Codes of shops and staff, sheets for print, mini-program codes, and the newcomer's offers."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from liuke.channels.fakes.mini_program import PNG, FakeMiniProgram
from liuke.coupons import services as coupons
from liuke.coupons.tests import builders as coupon_builders
from liuke.customers.services.tokens import issue_token
from liuke.kit import fonts
from liuke.org.rules import Role
from liuke.org.tests.builders import shop, staff
from liuke.referral import pictures
from liuke.referral.models import ReferralLink
from liuke.referral.tests.live import customer, link
from liuke.referral.tests.test_groups import invited

CODES = "/console/referral/results/codes/"


@pytest.fixture
def inside(client):
    client.force_login(staff(username="owner", role=Role.OWNER))
    return client


@pytest.mark.django_db
def test_shops_and_staff_have_codes_that_are_printed_to_a_sheet_and_ended(inside):
    place, group = shop(name="静安店"), invited(timezone.now())
    for form in ({"shop": place.pk, "landing": "home", "name": "收银台"},
                 {"landing": f"group:{group.pk}", "name": "我的群"}):
        assert inside.post(f"{CODES}make/", form).status_code == 302
    assert inside.post(f"{CODES}make/", {"landing": "product", "product": "nothing"}).status_code == 422
    rows = list(ReferralLink.objects.order_by("pk"))
    assert [(row.shop, row.staff_id is not None, row.landing) for row in rows] == [
        (place, False, "home"), (None, True, "group")]

    page = inside.get(CODES).content.decode()
    assert "收银台" in page
    assert inside.get(f"{CODES}{rows[0].pk}/")["Content-Type"] == "image/svg+xml"
    if fonts.chinese_font():
        many = inside.post(f"{CODES}sheet/", {"pick": [row.pk for row in rows]})
        assert (many["Content-Type"], many.content[:5]) == ("application/pdf", b"%PDF-")
    assert inside.post(f"{CODES}sheet/", {}).status_code == 302
    inside.post(f"{CODES}{rows[0].pk}/end/")

    assert ReferralLink.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db
def test_nobody_sees_or_ends_the_codes_of_another_member_of_staff(client):
    other = staff(username="other")
    client.force_login(other)
    client.post(f"{CODES}make/", {"landing": "home", "name": "我的"})
    row = ReferralLink.objects.get()
    client.force_login(staff(username="owner", role=Role.OWNER))

    assert client.get(f"{CODES}{row.pk}/").status_code == 404
    assert client.post(f"{CODES}{row.pk}/end/").status_code == 404


@pytest.mark.django_db
def test_a_mini_program_code_opens_the_welcome_page_with_the_links_token(client, monkeypatch):
    owner = customer()
    token = link(owner).token
    headers = {"Authorization": f"Bearer {issue_token(customer_id=owner.pk, now=timezone.now())}"}
    door = f"/api/v1/referral/links/{token}/mini-code"
    assert client.get(door, headers=headers).json()["code"] == "referral_no_mini_program"

    wechat = FakeMiniProgram()
    line = wechat.line()
    monkeypatch.setattr(pictures, "mini_program", lambda: line)
    said = client.get(door, headers=headers)
    assert (said["Content-Type"], said.content[: len(PNG)]) == ("image/png", PNG)
    assert wechat.pictures == [(f"t={token}", pictures.MINI_PAGE)]
    wechat.down = True
    assert client.get(door, headers=headers).json()["code"] == "referral_mini_code"


@pytest.mark.django_db
def test_the_welcome_page_and_its_door_show_what_a_newcomer_may_take(client):
    now = timezone.now()
    made = coupon_builders.batch(coupon_builders.template(now=now), now=now, kind="open", total=1)
    coupon_builders.batch(coupon_builders.template(now=now, audiences=("tier:gold",)), now=now, kind="open", total=5)
    token = link(customer(name="林小雨")).token

    page = client.get(f"/r/{token}").content.decode()
    door = client.get(f"/api/v1/referral/welcome/{token}").json()
    assert "新客可领" in page
    assert (door["sharer"], [each["batch_id"] for each in door["offers"]]) == ("林**", [made.pk])
    coupons.claim_open(batch_id=made.pk, customer_id=customer().pk, now=now, audiences=frozenset())

    assert "新客可领" not in client.get(f"/r/{token}").content.decode()
    assert client.get("/api/v1/referral/welcome/nothing").status_code == 404


def test_the_page_that_a_mini_program_code_opens_is_one_of_the_clients():
    known = json.loads((Path(__file__).parents[3] / "clients/shop/src/pages.json").read_text())

    assert pictures.MINI_PAGE in {each["path"] for each in known["pages"]}
