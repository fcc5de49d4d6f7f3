"""A refresh stores what the orders say, the same whenever it is asked, and only that."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import models as django_models

from liuke.insight import models
from liuke.insight.rules import limits
from liuke.insight.rules.calendar import month_number
from liuke.insight.rules.outlook import alive, expected_orders, will_buy
from liuke.insight.rules.purchase import Kind, fit
from liuke.insight.rules.rows import group
from liuke.insight.services.refresh import refresh
from liuke.insight.tests.builders import customer, order
from liuke.mall.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FIRST = datetime(2026, 7, 1, 4, tzinfo=UTC)
DAYS = {"A": (0, 31, 62), "B": (5,), "C": (40, 47), "D": (90,)}        # days after 1 July; the last is 29 September
COPIED = [models.CohortCell, models.SecondOrder, models.ChurnMonth, models.GapBin, models.ScoreCell]


@pytest.fixture
def four():
    people = {name: customer() for name in DAYS}
    for name, days in DAYS.items():
        for day in days:
            order(buyer=people[name], placed_at=FIRST + timedelta(days=day), total_fen=1000 + day)
    return people


def rows(model, **where):
    """Every row of a table without its own id, its snapshot and when it was computed."""
    names = [f.attname for f in model._meta.fields if f.attname not in ("id", "snapshot_id", "computed_at", "cuts_id")]
    return sorted(model.objects.filter(**where).values_list(*names), key=str)


def test_the_snapshot_and_its_figures_are_those_of_the_orders(four):
    snapshot = refresh(now=NOW)

    assert (snapshot.until_on, snapshot.zone, snapshot.orders) == (date(2026, 9, 29), "Asia/Shanghai", 7)
    assert (snapshot.customers, snapshot.customers_twice, snapshot.orders_ahead) == (4, 2, 0)
    assert snapshot.net_fen == sum(1000 + day for days in DAYS.values() for day in days)
    assert snapshot.gap_quarters == [7, 31, 31]
    july = month_number(date(2026, 7, 1))
    assert rows(models.CohortCell) == [
        (july, july, 2, 2, 2005), (july, july + 1, 1, 1, 1031), (july, july + 2, 1, 1, 1062),
        (july + 1, july + 1, 1, 2, 2087), (july + 2, july + 2, 1, 1, 1090)]
    assert rows(models.SecondOrder) == sorted([
        (july, 30, 2, 0), (july, 60, 2, 1), (july, 90, 1, 1), (july + 1, 30, 1, 1)], key=str)
    assert Counter({r[0]: r[2] for r in rows(models.GapBin)}) == Counter({1: 1, 31: 2, 8: 0})


def test_every_customer_gets_the_score_of_their_own_orders(four):
    refresh(now=NOW)

    score = models.CustomerScore.objects.get(customer=four["A"])
    grouped = group([2, 0, 1, 0], [62, 0, 7, 0], [90, 85, 50, 0])
    model = fit(grouped, kind=Kind.MBGNBD)
    assert (score.first_on, score.last_on, score.orders, score.buying_days) == (
        date(2026, 7, 1), date(2026, 9, 1), 3, 3)
    assert (score.net_fen, score.computed_at) == (3093, NOW)
    assert score.alive == pytest.approx(alive(model, grouped)[0])
    assert score.orders_90 == pytest.approx(expected_orders(model, grouped, horizon=90)[0])
    assert score.buys_30 == pytest.approx(will_buy(model, grouped, horizon=30)[0])
    assert score.value_fen == round(expected_orders(model, grouped, horizon=365)[0] * 3093 / 3)
    assert (score.frequency, score.money) == (4, 4)           # of four, the best is not yet above four fifths
    assert models.CustomerScore.objects.get(customer=four["D"]).recency == 5


def test_the_cells_of_the_grid_add_up_to_the_customers(four):
    snapshot = refresh(now=NOW)

    sums = snapshot.score_cells.aggregate(*(django_models.Sum(name) for name in ("customers", "net_fen", "value_fen")))
    scores = models.CustomerScore.objects.aggregate(django_models.Sum("net_fen"), django_models.Sum("value_fen"))
    assert sums == {"customers__sum": 4, **scores}


def test_a_second_run_at_any_later_time_finds_the_same(four):
    first = refresh(now=NOW)
    before = [rows(model) for model in COPIED], rows(models.CustomerScore)

    second = refresh(now=NOW + timedelta(days=40))

    assert ([rows(model, snapshot=second) for model in COPIED], rows(models.CustomerScore)) == before
    own = ("_state", "id", "computed_at")
    ours = [{k: v for k, v in vars(each).items() if k not in own} for each in (first, second)]
    assert ours[0] == ours[1]
    assert models.Cuts.objects.count() == 1


def test_refunds_merges_and_forgotten_customers_show_at_the_next_run(four):
    refresh(now=NOW)

    Order.objects.filter(customer=four["B"]).update(state="refunded")
    Order.objects.filter(customer=four["C"]).update(customer=four["D"])
    snapshot = refresh(now=NOW)

    assert set(models.CustomerScore.objects.values_list("customer", flat=True)) == {four["A"].pk, four["D"].pk}
    assert (snapshot.customers, snapshot.orders) == (2, 6)
    assert models.CustomerScore.objects.get(customer=four["D"]).buying_days == 3


def test_orders_dated_ahead_of_today_are_left_out_and_counted(four):
    order(buyer=four["A"], placed_at=NOW + timedelta(days=300))

    snapshot = refresh(now=NOW)

    assert (snapshot.until_on, snapshot.orders, snapshot.orders_ahead) == (date(2026, 9, 29), 7, 1)


def test_equal_customers_get_equal_tiers_and_cuts_stand_until_there_are_twice_as_many(four):
    first = refresh(now=NOW)
    for _ in range(3):
        order(placed_at=FIRST + timedelta(days=5), total_fen=1005)           # like B
    second = refresh(now=NOW)
    order(placed_at=FIRST + timedelta(days=5), total_fen=1005)
    third = refresh(now=NOW)

    assert first.cuts_id == second.cuts_id != third.cuts_id
    assert (third.cuts.customers, third.cuts.made_by_id) == (8, None)
    like_b = models.CustomerScore.objects.filter(net_fen=1005)
    assert like_b.count() == 5
    assert len(set(like_b.values_list("recency", "frequency", "money", "value_tier", "value_fen", "alive"))) == 1


def test_a_brand_without_orders_has_no_snapshot(settings):
    assert refresh(now=NOW) is None

    order(placed_at=NOW, state="cancelled")

    assert refresh(now=NOW) is None
    assert models.Snapshot.objects.count() == 0


def test_before_anyone_came_back_there_are_figures_but_no_chances():
    order(placed_at=FIRST)
    order(placed_at=FIRST + timedelta(days=3))

    snapshot = refresh(now=NOW)

    assert (snapshot.model, snapshot.model_refused, snapshot.gap_quarters) == ("", "no_repeats", None)
    assert set(models.CustomerScore.objects.values_list("alive", "orders_90", "buys_30", "value_fen")) == {
        (None, None, None, 0)}


def test_the_first_model_cuts_the_tiers_anew(four):
    Order.objects.exclude(customer__in=[four["B"], four["D"]]).delete()
    refresh(now=NOW)
    order(buyer=four["B"], placed_at=FIRST + timedelta(days=20))

    snapshot = refresh(now=NOW)

    assert models.Cuts.objects.count() == 2
    assert any(snapshot.cuts.value_fen)


def test_old_snapshots_go(four, monkeypatch):
    monkeypatch.setattr(limits, "SNAPSHOTS_KEPT", 2)

    pks = [refresh(now=NOW).pk for _ in range(4)]

    assert list(models.Snapshot.objects.order_by("pk").values_list("pk", flat=True)) == pks[2:]


def test_sixty_random_customers_are_scored_as_the_model_scores_them():
    random = np.random.default_rng(4)
    people = [customer() for _ in range(60)]
    for person in people:
        for day in {int(d) for d in random.integers(0, 120, random.integers(1, 9))}:
            order(buyer=person, placed_at=FIRST + timedelta(days=day))

    refresh(now=NOW)

    scores = list(models.CustomerScore.objects.order_by("pk"))
    until = max(s.last_on for s in scores)
    grouped = group(*zip(*((s.buying_days - 1, (s.last_on - s.first_on).days, (until - s.first_on).days)
                           for s in scores), strict=True))
    model = fit(grouped, kind=Kind.MBGNBD)
    assert [s.alive for s in scores] == pytest.approx(alive(model, grouped).tolist())
    assert [s.buys_30 for s in scores] == pytest.approx(will_buy(model, grouped, horizon=30).tolist())
