"""Figures as pages get them, and the customers behind each number."""

from datetime import UTC, date, datetime, timedelta

import pytest

from liuke.insight import queries
from liuke.insight.queries import Behind, behind
from liuke.insight.rules.calendar import month_number, month_on
from liuke.insight.rules.retention import SECOND_WITHIN
from liuke.insight.rules.shares import Share
from liuke.insight.rules.tiers import RfmSegment, ValueTier
from liuke.insight.tests.builders import customer, order

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
JULY = date(2026, 7, 1)


def test_before_the_first_refresh_there_is_nothing_to_show():
    customer()

    assert [ask() for ask in (queries.overview, queries.retention, queries.revenue, queries.rhythm, queries.rfm)] == [
        None] * 5
    assert queries.score_for(1) is None


def test_a_page_of_figures_is_a_handful_of_queries(brand, django_assert_max_num_queries):
    for ask in (queries.overview, queries.retention, queries.revenue, queries.rhythm, queries.rfm):
        with django_assert_max_num_queries(4):
            ask()


def test_every_cell_of_the_heat_map_has_its_customers_behind_it(brand):
    for cohort in queries.retention().cohorts:
        for cell in cohort.cells:
            which = Behind(cohort=month_on(cohort.month), month=month_on(cohort.month + cell.offset))
            assert behind(which, at=brand).count() == cell.share.part


def test_every_month_of_the_revenue_has_its_customers_behind_it(brand):
    for month in queries.revenue().months:
        found = [behind(Behind(month=month_on(month.month), new=new), at=brand).count() for new in (True, False)]
        assert found == [month.new_customers, month.returning_customers]


def test_every_second_order_and_every_lost_customer_is_found(brand):
    rhythm = queries.rhythm()

    for row in rhythm.second:
        which = Behind(cohort=month_on(row.month), within=row.within)
        assert behind(which, at=brand).count() == row.share.part
    assert {row.within for row in rhythm.second} == set(SECOND_WITHIN)
    for row in rhythm.churn:
        away = behind(Behind(away=month_on(row.month)), at=brand).count()
        assert away == row.lost.part - row.came_back
    assert sum(row.lost.part for row in rhythm.churn) > 0


def test_every_rfm_cell_segment_and_tier_has_its_customers_behind_it(brand):
    rfm = queries.rfm()

    for (recency, frequency), group in rfm.grid.items():
        assert behind(Behind(recency=recency, frequency=frequency), at=brand).count() == group.customers
    for name, group in rfm.segments.items():
        assert behind(Behind(segment=name), at=brand).count() == group.customers
    for tier, group in rfm.tiers.items():
        scores = behind(Behind(value_tier=tier), at=brand)
        assert (scores.count(), sum(s.value_fen for s in scores)) == (group.customers, group.value_fen)
    assert [sum(g.customers for g in part.values()) for part in (rfm.grid, rfm.segments, rfm.tiers)] == [
        brand.customers] * 3


def test_the_list_has_the_most_valuable_first_and_twice_means_a_second_day(brand):
    everybody = list(behind(Behind(), at=brand))

    assert [s.pk for s in everybody] == [s.pk for s in sorted(everybody, key=lambda s: (-s.value_fen, s.pk))]
    assert behind(Behind(twice=True), at=brand).count() == brand.customers_twice
    assert not Behind().anything
    assert Behind(twice=False).anything


def test_orders_placed_after_the_refresh_do_not_lengthen_the_list(brand):
    person = behind(Behind(month=date(2026, 6, 1)), at=brand).first()
    before = behind(Behind(month=month_on(month_number(brand.until_on))), at=brand).count()
    order(buyer=person.customer, placed_at=datetime.combine(
        brand.until_on + timedelta(days=1), datetime.min.time(), UTC))

    assert behind(Behind(month=month_on(month_number(brand.until_on))), at=brand).count() == before


def test_the_overview_compares_the_last_two_months_that_are_over(brand):
    seen, months = queries.overview(), queries.revenue().months

    over = [month for month in months if month.over]
    assert (seen.month, seen.month_before) == (over[-1], over[-2])
    assert seen.repeat == Share(brand.customers_twice, brand.customers)
    assert 0 < seen.alive < seen.customers
    assert (seen.model, seen.model_refused) == ("mbgnbd", "")
    assert sum(month.new_fen + month.returning_fen for month in months) == seen.net_fen


def test_averages_leave_out_months_that_still_run(brand):
    found = queries.retention()

    assert found.averages[0].part == found.averages[0].whole
    over = [c.cells[1] for c in found.cohorts if len(c.cells) > 1 and c.cells[1].over]
    assert found.averages[1] == Share(sum(c.share.part for c in over), sum(c.share.whole for c in over))
    assert queries.retention(months=2).cohorts == found.cohorts[-2:]


def test_a_score_says_everything_of_one_customer(brand):
    row = behind(Behind(), at=brand).first()

    score = queries.score_for(row.pk)

    assert (score.value_fen, score.net_fen, score.alive) == (row.value_fen, row.net_fen, row.alive)
    assert score.value_tier in ValueTier
    assert score.segment in RfmSegment
    assert queries.score_for(customer().pk) is None
