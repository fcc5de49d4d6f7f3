"""Many prices changed at once, and the table of SKUs made anew: pure rules, held against slow oracles."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.mall.rules.catalogue import MAX_FEN
from liuke.mall.rules.matrix import fresh_codes, listed, matched
from liuke.mall.rules.repricing import BadMove, Ending, Move, Priced, Which, ended, moved, plan

FEN = st.integers(0, MAX_FEN)
SHARE = st.integers(-10_000, 100_000)


@given(FEN, SHARE)
def test_a_share_is_rounded_like_money(fen, share_bp):
    exact = Fraction(fen * (10_000 + share_bp), 10_000)

    assert abs(moved(fen, Move(share_bp=share_bp)) - exact) <= Fraction(1, 2)


@given(st.integers(1, MAX_FEN))
def test_an_ending_is_the_nearest_price_that_has_it(fen):
    assert ended(fen, Ending.EXACT) == fen
    assert ended(fen, Ending.WHOLE) % 100 == 0
    assert abs(ended(fen, Ending.WHOLE) - fen) <= 50
    assert ended(fen, Ending.NINETY) % 100 == 90
    assert abs(ended(fen, Ending.NINETY) - fen) <= 50 or fen < 40


@given(FEN, FEN, FEN, st.none() | FEN, SHARE.filter(bool))
def test_what_a_plan_changes_stays_between_floor_and_ceiling(supply, ask, floor, ceiling, share_bp):
    sku = Priced(1, supply, ask, floor, ceiling)

    (planned,) = plan([sku], Move(share_bp=share_bp))

    allowed = floor <= planned.after_fen <= (MAX_FEN if ceiling is None else ceiling)
    assert (planned.problem == "") == (allowed and planned.after_fen != ask and 0 <= planned.after_fen <= MAX_FEN)


def test_a_supply_price_knows_no_floor():
    sku = Priced(1, 1000, 2000, 1900, None)

    (planned,) = plan([sku], Move(which=Which.SUPPLY, amount_fen=-500))

    assert (planned.after_fen, planned.problem) == (500, "")


@pytest.mark.parametrize("move", [
    Move(), Move(share_bp=0), Move(amount_fen=0), Move(share_bp=1, amount_fen=1), Move(share_bp=-10_001),
    Move(share_bp=100_001), Move(amount_fen=MAX_FEN + 1),
], ids=["nothing", "no share", "no amount", "both", "below nothing", "too much", "too dear"])
def test_a_move_that_is_none_is_refused(move):
    with pytest.raises(BadMove):
        plan([], move)


@pytest.mark.parametrize(("text", "values"), [
    ("红，蓝", ["红", "蓝"]), ("红、蓝;黑/白", ["红", "蓝", "黑", "白"]), (" S , S ,M,", ["S", "M"]), ("", []),
])
def test_values_are_read_as_people_write_them(text, values):
    assert listed(text) == values


VALUES = st.lists(st.tuples(st.sampled_from("SML"), st.sampled_from("rgb")), unique=True, max_size=9)


@given(VALUES, VALUES)
def test_a_sku_goes_on_as_itself_and_never_twice(wanted, known):
    found = matched(wanted, known)

    assert [None if at is None else known[at] for at in found] == [
        each if each in known else None for each in wanted]


SIZES, COLOURS = (st.lists(st.sampled_from(signs), unique=True, min_size=1) for signs in ("SML", "rgb"))


@given(SIZES, COLOURS)
def test_a_further_specification_keeps_every_sku_once(sizes, colours):
    known = [(size,) for size in sizes]
    wanted = [(size, colour) for size in sizes for colour in colours]

    found = matched(wanted, known)

    assert sorted(at for at in found if at is not None) == list(range(len(known)))
    assert all(at is None or wanted[here][:1] == known[at] for here, at in enumerate(found))


def test_a_fresh_code_is_not_taken():
    codes = fresh_codes("A1", {"A1-1", "A1-3"})

    assert [next(codes) for _time in range(3)] == ["A1-2", "A1-4", "A1-5"]
