"""What somebody is likely to buy next: neighbours agree with a plain count, chances with the model."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from liuke.insight.queries.margins import margin, margins
from liuke.insight.rules.neighbours import LEAST_TOGETHER, neighbours, widen
from liuke.insight.rules.outlook import will_buy
from liuke.insight.rules.purchase import PENALTY, Kind, fit
from liuke.insight.rules.rows import group
from liuke.insight.services.affinity import tastes
from liuke.insight.tests.builders import customer, order
from liuke.mall.models import OrderLine

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BASKETS = st.lists(st.sets(st.integers(0, 4), max_size=5), min_size=1, max_size=40)


def matrix(baskets, items=5):
    table = np.zeros((len(baskets), items))
    for row, basket in enumerate(baskets):
        table[row, list(basket)] = 3
    return csr_matrix(table)


@given(BASKETS)
def test_neighbours_are_those_of_a_plain_count(baskets):
    found = neighbours(matrix(baskets))

    for one in range(5):
        for other in range(5):
            both = sum({one, other} <= basket for basket in baskets)
            has_one, has_other = (sum(each in basket for basket in baskets) for each in (one, other))
            known = one != other and both >= LEAST_TOGETHER
            assert found.alike[one, other] == pytest.approx(both / (has_one * has_other) ** 0.5 if known else 0)
            assert found.also[one, other] == pytest.approx(both / has_one if known else 0)


@given(BASKETS)
def test_the_next_item_is_one_that_the_person_has_not_and_because_is_one_that_they_have(baskets):
    rows = matrix(baskets)
    near = neighbours(rows)

    found = widen(rows, near)

    for place, basket in enumerate(baskets):
        pull = {item: sum(near.alike[own, item] for own in basket) for item in range(5) if item not in basket}
        best = max(pull.values(), default=0)
        if best <= 0:
            assert found.item[place] == -1
            continue
        assert pull[found.item[place]] == pytest.approx(best)
        assert found.because[place] in basket
        assert found.also[place] == near.also[found.because[place], found.item[place]]


def bought(buyer, day, category, fen=1_000, supply=0, **fields):
    row = order(buyer=buyer, placed_at=NOW - timedelta(days=day), total_fen=fen, **fields)
    OrderLine.objects.create(order=row, key="1", sku="K", category=category, quantity=1, price_fen=fen,
                             supply_fen=supply, amount_fen=fen)


@pytest.mark.django_db(transaction=True)
def test_chances_are_those_of_the_model_of_each_category_alone():
    people = [customer() for _ in range(6)]
    days = [(100, 60, 20), (90, 30), (80,), (70, 69), (50,), (40, 10)]
    for buyer, when in zip(people, days, strict=True):
        for day in when:
            bought(buyer, day, "茶叶", fen=2_000)
    bought(people[0], 5, "零食", fen=900)
    bought(people[0], 5, "茶叶", state="cancelled")
    bought(people[0], 900, "茶叶")                                    # longer ago than anybody's taste

    found = {taste.customer_id: taste for taste in tastes(now=NOW)}

    rows = group([len(when) - 1 for when in days], [max(when) - min(when) for when in days],
                 [max(when) for when in days])
    expected = will_buy(fit(rows, kind=Kind.BGNBD, penalty=PENALTY), rows, horizon=30)
    assert sorted(found) == [each.pk for each in people]
    for buyer, chance in zip(people, expected, strict=True):
        first = found[buyer.pk].likings[0]
        assert (first.category, first.chance, first.each_fen) == ("茶叶", pytest.approx(chance), 2_000)
    assert [(each.category, each.chance) for each in found[people[0].pk].likings[1:]] == [("零食", 0.0)]


@pytest.mark.django_db(transaction=True)
def test_who_buys_alike_is_led_to_what_the_others_buy():
    for _ in range(LEAST_TOGETHER):
        both = customer()
        bought(both, 20, "茶叶")
        bought(both, 10, "茶具", fen=5_000)
    one = customer()
    bought(one, 15, "茶叶")

    found = {taste.customer_id: taste.next for taste in tastes(now=NOW)}

    next_one = found.pop(one.pk)
    assert (next_one.category, next_one.because, next_one.each_fen) == ("茶具", "茶叶", 5_000)
    assert next_one.also == pytest.approx(LEAST_TOGETHER / (LEAST_TOGETHER + 1))
    assert set(found.values()) == {None}


@pytest.mark.django_db(transaction=True)
def test_without_orders_nobody_has_a_taste():
    assert list(tastes(now=NOW)) == []


@pytest.mark.django_db
def test_margins_are_what_is_left_after_the_supplier_and_unknown_without_supply_prices():
    assert (margin(now=NOW), margins(now=NOW)) == (None, {})
    bought(customer(), 10, "茶叶", fen=1_000, supply=600)
    bought(customer(), 10, "茶具", fen=3_000, supply=600)
    bought(customer(), 10, "零食", fen=900)
    bought(customer(), 10, "茶具", fen=3_000, supply=100, state="cancelled")
    bought(customer(), 200, "茶叶", fen=1_000, supply=100)

    assert margin(now=NOW) == 7_000
    assert margins(now=NOW) == {"茶叶": 4_000, "茶具": 8_000}
