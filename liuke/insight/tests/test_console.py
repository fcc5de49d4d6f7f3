"""The pages of figures: what they say, where their numbers lead, and who may see them."""

import re
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse

from liuke.insight import tasks
from liuke.insight.models import CustomerScore, Cuts
from liuke.insight.queries import Behind, behind, retention, revenue, rfm, rhythm
from liuke.insight.words import month_text
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests.builders import shop, staff

pytestmark = pytest.mark.django_db(transaction=True)
FIGURES = [reverse(f"insight:{name}") for name in ("retention", "revenue", "rhythm", "tiers")]
CUSTOMERS = reverse("insight:customers")


@pytest.fixture
def look(client):
    client.force_login(staff("ana", role=Role.ANALYST))

    def at(path, **asked):
        response = client.get(path, asked)
        assert response.status_code == 200
        return unescape(response.content.decode())

    return at


def links(page):
    """Every way to the customers behind a number, with the number."""
    return re.findall(r'<a href="(/console/insight/customers/\?[^"]+)">([\d,.]+%?)</a>', page)


def test_every_cell_of_the_heat_map_leads_to_as_many_customers(brand, look, client):
    found = dict(links(look(FIGURES[0], months=0)))

    for cohort in retention().cohorts:
        for cell in cohort.cells[1:]:
            href = f"{CUSTOMERS}?cohort={month_text(cohort.month)}&month={month_text(cohort.month + cell.offset)}"
            assert (href in found) == (cell.share.part > 0)
            if cell.share.part:
                assert client.get(href).context["count"] == cell.share.part
    assert len(found) > 10


def test_the_heat_map_can_show_money_and_fewer_cohorts(brand, look):
    page = look(FIGURES[0], by="money", months=12)

    first = retention().cohorts[0]
    assert f"¥{first.cells[0].net_fen / 100 / first.customers:,.0f}" in page
    assert "第 1 月" in page
    assert "当月" in page


def test_the_revenue_page_has_both_kinds_of_customers_for_every_month(brand, look):
    found = dict(links(look(FIGURES[1])))

    for month in revenue().months:
        assert found[f"{CUSTOMERS}?month={month_text(month.month)}&new=True"] == f"{month.new_customers}"
        assert found[f"{CUSTOMERS}?month={month_text(month.month)}&new=False"] == f"{month.returning_customers}"


def test_the_rhythm_page_has_second_orders_and_who_is_still_away(brand, look, client):
    found = dict(links(look(FIGURES[2])))

    for row in rhythm().second:
        href = f"{CUSTOMERS}?cohort={month_text(row.month)}&within={row.within}"
        assert found[href] == f"{row.share.rate * 100:.1f}%"
        assert client.get(href).context["count"] == row.share.part
    away = {f"{CUSTOMERS}?away={month_text(row.month)}": f"{row.lost.part - row.came_back}" for row in rhythm().churn
            if row.lost.part > row.came_back}
    assert {href: count for href, count in found.items() if "away" in href} == away
    assert away


def test_the_tiers_page_shows_grid_segments_and_the_cuts(brand, look):
    page = look(FIGURES[3])

    found = dict(links(page))
    for (recency, frequency), group in rfm().grid.items():
        if group.customers:
            assert found[f"{CUSTOMERS}?recency={recency}&frequency={frequency}"] == f"{group.customers}"
    assert "核心" in page
    assert "重要挽留" in page
    assert " · ".join(map(str, rfm().recency_days)) in page


def test_the_list_says_its_conditions_and_goes_on_behind_the_first_page(brand, look, client, monkeypatch):
    monkeypatch.setattr("liuke.insight.console.PAGE_ROWS", 15)

    page = look(CUSTOMERS, cohort="2026-06", twice="true")
    first = client.get(CUSTOMERS)
    second = client.get(CUSTOMERS + first.context["next"])

    assert "2026-06 首次购买" in page
    assert "买过不止一天" in page
    everybody = list(behind(Behind(), at=brand))
    assert [row[0].pk for row in (*first.context["rows"], *second.context["rows"])] == [s.pk for s in everybody[:30]]


@pytest.mark.parametrize("asked", [{"cohort": "x"}, {"recency": "9"}, {"segment": "rich"}, {"after": "1~"}])
def test_a_filter_that_cannot_be_read_is_left_out(brand, look, client, asked):
    look(CUSTOMERS, **asked)

    assert client.get(CUSTOMERS, asked).context["count"] == 40


def test_before_the_first_refresh_every_page_says_what_it_is_for_and_how_to_begin(look):
    for path in (*FIGURES, CUSTOMERS):
        page = look(path)

        assert "还没有可看的数字" in page
        assert reverse("console:imports") in page
        assert "现在计算" in page


def test_who_may_cut_asks_for_new_cuts_and_leaves_a_trace(brand, look, client):
    response = client.post(reverse("insight:cut"))

    assert response["Location"] == FIGURES[3]
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'staff_id' FROM procrastinate_jobs WHERE task_name = 'insight.cut'")
        (staff_id,), = cursor.fetchall()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target, str(entry.staff_id)) == ("insight.console.cut", "insight:cuts", staff_id)
    tasks.cut(staff_id=int(staff_id))
    assert [cuts.made_by_id for cuts in Cuts.objects.order_by("pk")] == [None, int(staff_id)]


def test_a_refresh_can_be_asked_for_once(brand, look, client):
    for _ in range(2):
        assert client.post(reverse("insight:refresh"))["Location"] == FIGURES[0]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'insight.refresh'")
        assert cursor.fetchone() == (1,)


def test_only_those_who_may_see_figures_and_customers(brand, client):
    assert {client.get(path).status_code for path in FIGURES} == {302}

    client.force_login(staff("kai", role=Role.AGENT))
    assert {client.get(path).status_code for path in FIGURES} == {403}
    assert client.get(CUSTOMERS).status_code == 200
    client.force_login(staff("fay", role=Role.FINANCE))
    assert {client.get(path).status_code for path in FIGURES} == {200}
    assert client.get(CUSTOMERS).status_code == 403
    assert {client.post(reverse(f"insight:{name}")).status_code for name in ("cut", "refresh")} == {403}


def test_a_page_costs_few_queries(brand, client, django_assert_max_num_queries):
    client.force_login(staff("ana", role=Role.ANALYST))

    for path in (*FIGURES, CUSTOMERS):
        with django_assert_max_num_queries(24):
            client.get(path)


def test_a_manager_of_one_shop_is_told_why_the_figures_of_all_shops_stay_closed(brand, client):
    client.force_login(staff("lin", role=Role.SHOP_MANAGER, at=shop()))

    for path in (*FIGURES, CUSTOMERS):
        answer = client.get(path)
        assert answer.status_code == 403
        page = unescape(answer.content.decode())
        assert "你的权限只含部分门店" in page
        assert not re.search(r"¥|\d+(\.\d+)?%", page.partition("<main")[2])
    home = client.get(reverse("console:home")).content.decode()
    assert not any(path in home for path in FIGURES)


def test_a_manager_of_one_shop_sees_no_expectations_of_a_customer_that_rest_on_all_shops(brand, client):
    known = CustomerScore.objects.order_by("pk").first().customer_id
    page = reverse("console:customer", args=[known])

    client.force_login(staff("lin", role=Role.SHOP_MANAGER, at=shop()))
    assert client.get(page).context["outlook"] is None
    client.force_login(staff("wei", role=Role.SHOP_MANAGER))
    assert client.get(page).context["outlook"] is not None
