"""The JSON doors of staff."""

from datetime import UTC, datetime

import pytest

from liuke.insight import queries
from liuke.insight.rules.calendar import month_on
from liuke.insight.services.refresh import refresh
from liuke.insight.tests.builders import customer, history
from liuke.org.rules import Role
from liuke.org.tests.builders import shop, staff

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PATHS = ("overview", "retention", "revenue", "rhythm", "rfm", "customers")


@pytest.fixture
def brand():
    history(120, first=datetime(2026, 6, 3, 16, 30, tzinfo=UTC), days=140, seed=2)
    return refresh(now=NOW)


@pytest.fixture
def ask(client):
    client.force_login(staff("ana", role=Role.ANALYST))
    return lambda path, **query: client.get(f"/api/v1/insight/{path}", query)


def test_the_cohorts_come_with_their_intervals(brand, ask):
    answer = ask("retention", months=3).json()

    found = queries.retention(months=3)
    assert answer["until_on"] == f"{brand.until_on}"
    assert [c["month"] for c in answer["cohorts"]] == [f"{month_on(c.month):%Y-%m}" for c in found.cohorts]
    share = found.cohorts[0].cells[1].share
    assert answer["cohorts"][0]["cells"][1]["share"] == {
        "part": share.part, "whole": share.whole, "rate": share.rate, "low": share.low, "high": share.high}
    assert len(ask("retention").json()["cohorts"]) == len(queries.retention().cohorts)


def test_months_rhythm_and_grid_add_up_to_the_overview(brand, ask):
    overview, revenue, rhythm, rfm = (ask(path).json() for path in ("overview", "revenue", "rhythm", "rfm"))

    assert overview["customers"] == 120
    assert sum(m["new_fen"] + m["returning_fen"] for m in revenue["months"]) == overview["net_fen"]
    assert [sum(g["customers"] for g in rfm[part]) for part in ("grid", "segments", "tiers")] == [120] * 3
    assert rhythm["churn_days"] == overview["churn_days"]
    assert overview["month"] == [m for m in revenue["months"] if m["over"]][-1]


def test_the_customers_behind_a_number_come_page_by_page_each_once(brand, ask):
    seen, after = [], ""
    for _ in range(-(-brand.customers_twice // 50)):
        answer = ask("customers", twice="true", after=after).json()
        seen += [row["customer_id"] for row in answer["rows"]]
        after = answer["next"]

    assert brand.customers_twice > 50
    assert (len(seen), after) == (brand.customers_twice, "")
    assert len(set(seen)) == len(seen)
    assert ask("customers", cohort="2026-06", month="2026-07").json()["rows"][0]["number"].startswith("M")
    assert ask("customers", after="nowhere").json() == ask("customers").json()


def test_a_month_segment_or_level_that_is_none_is_refused(brand, ask):
    for query in ({"cohort": "2026-13"}, {"segment": "rich"}, {"recency": 6}, {"within": 0}):
        answer = ask("customers", **query)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


def test_a_customer_has_a_score_or_none_yet(brand, ask):
    row = queries.behind(queries.Behind(), at=brand).first()

    answer = ask(f"customers/{row.pk}/score").json()

    assert (answer["alive"], answer["last_on"], answer["value_tier"]) == (row.alive, f"{row.last_on}", row.value_tier)
    missing = ask(f"customers/{customer().pk}/score")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_refreshed")


def test_before_the_first_refresh_every_door_says_so(ask):
    answers = [ask(path) for path in PATHS]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_refreshed")] * 6


def test_strangers_and_staff_without_the_right_see_nothing(brand, client):
    assert {client.get(f"/api/v1/insight/{path}").status_code for path in PATHS} == {401}

    client.force_login(staff("kai", role=Role.AGENT))

    assert {client.get(f"/api/v1/insight/{path}").status_code for path in PATHS[:-1]} == {403}
    assert client.get("/api/v1/insight/customers").status_code == 200
    client.force_login(staff("fay", role=Role.FINANCE))
    assert client.get("/api/v1/insight/customers").status_code == 403


def test_figures_of_all_shops_are_refused_to_who_sees_one(brand, client):
    client.force_login(staff("lin", role=Role.SHOP_MANAGER, at=shop()))
    buyer = queries.behind(queries.Behind(), at=brand).first().customer_id

    for path in (*PATHS, f"customers/{buyer}/score"):
        answer = client.get(f"/api/v1/insight/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "whole_brand_only")
