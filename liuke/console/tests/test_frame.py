"""The frame around every page."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.console.tests import builders
from liuke.customers.services import identities
from liuke.intake.models import Run
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_log_in(client):
    response = client.get("/console/")

    assert response.status_code == 302
    assert response["Location"] == "/console/login/?next=/console/"


def test_the_login_page_speaks_chinese_and_english(client):
    assert "登录工作台" in client.get("/console/login/").content.decode()

    client.post(reverse("set_language"), {"language": "en", "next": "/console/login/"})

    assert '<html lang="en"' in client.get("/console/login/").content.decode()


def test_home_greets_the_person_by_name(client, owner):
    page = client.get("/console/").content.decode()

    assert f"{owner.name}，您好" in page
    assert 'lang="zh-Hans"' in page


def test_the_chosen_theme_is_on_the_page_before_any_script_runs(client, owner):
    response = client.post(reverse("console:set_theme"), {"theme": "dark", "next": "/console/"})

    assert response["Location"] == "/console/"
    assert 'data-theme="dark"' in client.get("/console/").content.decode()


def test_an_unknown_theme_or_a_foreign_address_is_ignored(client, owner):
    response = client.post(reverse("console:set_theme"), {"theme": "<b>", "next": "https://elsewhere.example/"})

    assert response["Location"] == "/console/"
    assert 'data-theme="auto"' in client.get("/console/").content.decode()


def test_navigation_shows_only_what_the_person_may_open(client, agent):
    page = client.get("/console/").content.decode()

    assert reverse("console:reactions") not in page
    assert client.get(reverse("console:reactions")).status_code == 403


def test_search_finds_pages_by_their_words(client, owner):
    page = client.get("/console/search/", {"q": "员工", "palette": "1"}).content.decode()

    assert 'href="/console/staff/"' in page
    assert 'href="/console/audit/"' not in page


def test_nothing_found_says_what_to_try(client, owner):
    assert "没有找到“zzzz”" in client.get("/console/search/", {"q": "zzzz"}).content.decode()


def test_an_empty_installation_says_what_to_do_first(client, owner):
    page = client.get("/console/").content.decode()

    assert "从导入订单历史开始" in page
    assert reverse("console:imports") in page


def test_the_board_shows_a_file_that_left_rows_behind(client, owner):
    run = Run.objects.create(
        kind="orders", file_name="orders.csv", path="", sha256="", zone="Asia/Shanghai", state="done", rejected=3,
        created_at=timezone.now(),
    )

    page = client.get("/console/").content.decode()

    assert "3 行没有导入：orders.csv" in page
    assert reverse("console:imports_run", args=[run.pk]) in page
    assert "1 件事等您处理" in page


def test_the_board_leads_to_two_records_that_may_be_one(client, owner):
    one, other = builders.known(), builders.known("李思琪", "13900005678")
    with transaction.atomic():
        identities.note_twins(customer_id=one.pk, other_id=other.pk, reason="phone", now=builders.MORNING)

    assert f"{reverse('console:merge', args=[one.pk])}?other={other.pk}" in client.get("/console/").content.decode()


def test_home_sets_yesterday_beside_the_same_weekday_before(client, owner):
    customer = builders.known()
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    builders.order(customer, "D1", placed_at=noon - timedelta(days=1))
    builders.order(customer, "D2", placed_at=noon - timedelta(days=1), state="placed")
    builders.order(customer, "D3", placed_at=noon - timedelta(days=8), refunded_fen=800)

    tiles = client.get("/console/").context["tiles"]

    assert [(tile.now, tile.before) for tile in tiles] == [(1, 1), (12_800, 12_000), (0, 0)]
    behind = client.get(tiles[0].href).content.decode()
    assert "D1" in behind
    assert "D2" not in behind
    assert "D3" not in behind
    assert customer.number not in behind
    assert "王小满" in behind


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_no_page(client, owner, day):
    assert client.get(f"/console/days/{day}/").status_code == 404


def test_the_orders_of_a_day_are_those_of_ones_own_shops(client):
    here, there = org.shop("S1"), org.shop("S2")
    client.force_login(org.staff("dian", role=Role.SHOP_MANAGER, at=here))
    builders.order(builders.known(), "D1", shop=here)
    builders.order(builders.known("李思琪", "13900005678"), "D2", shop=there)

    page = client.get(f"/console/days/{timezone.localtime(builders.MORNING):%Y-%m-%d}/").content.decode()

    assert "D1" in page
    assert "D2" not in page
