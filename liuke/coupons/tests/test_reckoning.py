"""What coupons give on goods, which go together, and which together save most: beside an oracle that tries them all."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.coupons.rules.combining import best, saved_fen
from liuke.coupons.rules.limits import MAX_TOGETHER
from liuke.coupons.rules.reckoning import Shopper, Why, apart, missing_fen, picked, reckon, unusable
from liuke.coupons.tests.builders import ANYBODY, goods, ticket


def gives(one, *lines):
    found, = reckon([one], lines)
    return found.amount_fen, found.parts


@pytest.mark.parametrize(("one", "lines", "expected"), [
    (ticket(off_fen=2_000), [goods(6_000), goods(3_000)], (2_000, (1_333, 667))),
    (ticket(off_fen=2_000), [goods(1_500)], (1_500, (1_500,))),
    (ticket(kind="percent", off_bp=2_000, ceiling_fen=10_000), [goods(9_999)], (2_000, (2_000,))),
    (ticket(kind="percent", off_bp=2_000, ceiling_fen=500), [goods(9_999)], (500, (500,))),
    (ticket(kind="percent", off_bp=10_000, ceiling_fen=10**6), [goods(9_999)], (9_999, (9_999,))),
    (ticket(kind="gift", sku_id=7, pieces=2, ceiling_fen=10_000), [goods(9_000, sku=7, quantity=3), goods()],
     (6_000, (6_000,))),
    (ticket(kind="gift", sku_id=7, pieces=1, ceiling_fen=2_500), [goods(3_000, sku=7), goods()], (2_500, (2_500,))),
    (ticket(off_fen=2_000, worth_fen=700), [goods()], (700, (700,))),
], ids=["fixed", "more than the goods", "percent", "ceiling", "all of it", "gift", "gift ceiling", "worth less"])
def test_what_one_coupon_gives(one, lines, expected):
    assert gives(one, *lines) == expected


def test_coupons_are_reckoned_by_priority_each_on_what_is_left():
    first = ticket("B", kind="percent", off_bp=5_000, ceiling_fen=10**6, priority=1)
    second = ticket("A", off_fen=3_000, priority=2)

    assert [(each.code, each.amount_fen) for each in reckon([second, first], [goods(10_000)])] == [
        ("B", 5_000), ("A", 3_000)]
    assert [(each.code, each.amount_fen) for each in reckon(
        [ticket("A", off_fen=3_000), ticket("B", kind="percent", off_bp=5_000, ceiling_fen=10**6)], [goods(10_000)],
    )] == [("A", 3_000), ("B", 3_500)]


@pytest.mark.parametrize(("changes", "expected"), [
    ({}, (0, 1, 2)), ({"products": (2,)}, (1,)), ({"categories": (9,)}, (2,)),
    ({"products": (2,), "categories": (9,)}, (1, 2)),
    ({"shops": (5,)}, (1,)), ({"not_products": (1,)}, (1, 2)), ({"full_price": True}, (0, 1)),
    ({"products": (1,), "shops": (5,)}, ()),
], ids=["all", "product", "category", "either", "shop", "not", "full price", "none"])
def test_the_scope_picks_lines(changes, expected):
    lines = [goods(product=1), goods(product=2, shop=5), goods(product=3, categories=(4, 9), on_sale=True)]

    assert picked(ticket(**changes).terms, lines) == expected


@pytest.mark.parametrize(("changes", "who", "expected"), [
    ({}, ANYBODY, None), ({"least_fen": 10_000}, ANYBODY, None), ({"least_fen": 10_001}, ANYBODY, Why.LEAST),
    ({"products": (8,)}, ANYBODY, Why.SCOPE), ({"first_order": True}, Shopper(), Why.FIRST),
    ({"first_order": True}, ANYBODY, None), ({"audiences": ("tier:gold", "tag:4")}, ANYBODY, Why.AUDIENCE),
    ({"audiences": ("tier:gold", "tag:4")}, Shopper(frozenset({"tag:4", "tag:9"})), None),
    ({"kind": "gift", "sku_id": 8, "pieces": 1, "ceiling_fen": 100}, ANYBODY, Why.SCOPE),
], ids=["fits", "enough", "too little", "scope", "not first", "first", "stranger", "member", "no gift"])
def test_why_a_coupon_does_not_fit(changes, who, expected):
    assert unusable(ticket(**changes), [goods(10_000)], who) == expected


def test_only_what_the_coupon_is_for_counts_towards_its_least_and_a_gift_does_not_count_itself():
    lines = [goods(6_000, product=1), goods(5_000, product=2, sku=7)]

    assert missing_fen(ticket(products=(1,), least_fen=10_000).terms, lines) == 4_000
    gift = ticket(kind="gift", sku_id=7, pieces=1, ceiling_fen=10_000, least_fen=10_000).terms
    assert missing_fen(gift, lines) == 4_000


@pytest.mark.parametrize(("changes", "together"), [
    (({}, {}), True), (({"exclusive": "全场"}, {"exclusive": "全场"}), False),
    (({"exclusive": "全场"}, {"exclusive": "品类"}), True), (({"alone": True}, {}), False),
    (({"kind": "freight", "ceiling_fen": 100}, {"kind": "freight", "ceiling_fen": 200}), False),
    (({"kind": "freight", "ceiling_fen": 100}, {}), True), (({},) * (MAX_TOGETHER + 1), False),
], ids=["plain", "one class", "two classes", "alone", "two freights", "freight", "too many"])
def test_which_coupons_go_together(changes, together):
    tickets = [ticket(f"C{at}", **each) for at, each in enumerate(changes)]

    assert (apart(tickets) is None) == together


CHANGES = st.one_of(
    st.builds(lambda off: {"off_fen": off}, st.integers(1, 9_000)),
    st.builds(lambda bp, most: {"kind": "percent", "off_bp": bp, "ceiling_fen": most}, st.integers(1, 10_000),
              st.integers(1, 9_000)),
    st.builds(lambda most: {"kind": "freight", "ceiling_fen": most}, st.integers(1, 3_000)),
    st.builds(lambda n: {"kind": "gift", "sku_id": 2, "pieces": n, "ceiling_fen": 5_000}, st.integers(1, 3)),
)
TICKETS = st.lists(st.builds(
    lambda own, shared, worth: {**own, **shared, "worth_fen": worth}, CHANGES,
    st.fixed_dictionaries({}, optional={
        "exclusive": st.sampled_from(["x", "y"]), "priority": st.integers(0, 3), "products": st.just((2,)),
    }), st.one_of(st.none(), st.integers(1, 4_000))), max_size=6)
LINES = st.lists(st.builds(lambda fen, pieces, which: goods(fen, quantity=pieces, sku=which, product=which),
                           st.integers(0, 9_000), st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=4)


@settings(deadline=None)
@given(TICKETS, LINES)
def test_no_line_goes_below_zero_and_every_fen_lies_on_a_line(changes, lines):
    tickets = [ticket(f"C{at}", **each) for at, each in enumerate(changes)]
    left = [each.amount_fen for each in lines]

    for found in reckon(tickets, lines):
        assert found.amount_fen == sum(found.parts)
        for at, part in zip(found.lines, found.parts, strict=True):
            left[at] -= part

    assert min(left) >= 0


@settings(deadline=None)
@given(TICKETS, LINES, st.integers(0, 3_000))
def test_the_best_choice_saves_what_the_best_of_all_choices_saves(changes, lines, freight_fen):
    tickets = [ticket(f"C{at}", **each) for at, each in enumerate(changes)]
    tickets = [each for each in tickets if unusable(each, lines, ANYBODY) is None]
    every = [list(some) for size in range(len(tickets) + 1) for some in combinations(tickets, size)]

    found = best(tickets, lines, freight_fen=freight_fen)

    assert apart(found) is None
    assert saved_fen(found, lines, freight_fen=freight_fen) == max(
        saved_fen(some, lines, freight_fen=freight_fen) for some in every if apart(some) is None)


def test_two_hundred_coupons_are_compared_in_a_moment():
    tickets = [ticket(f"C{at:03}", off_fen=100 + at % 40, exclusive=f"k{at % 7}", products=(at % 3 + 1,))
               for at in range(200)]

    found = best(tickets, [goods(9_000, product=each) for each in (1, 2, 3)])

    assert saved_fen(found, [goods(9_000, product=each) for each in (1, 2, 3)]) == 5 * 139
