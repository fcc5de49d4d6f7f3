"""Member numbers never meet, and a mistyped one is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.customers.rules import numbers

TURNS = st.integers(0, numbers.HOW_MANY - 1)


@given(TURNS)
def test_a_number_has_ten_digits_and_leads_back_to_its_turn(turn):
    number = numbers.number_of(turn)

    assert (len(number), number.isdigit(), number[0] != "0") == (10, True, True)
    assert numbers.turn_of(number) == turn


@given(TURNS, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(turn, at, more):
    number = numbers.number_of(turn)
    wrong = number[:at] + str((int(number[at]) + more) % 10) + number[at + 1 :]

    assert numbers.turn_of(wrong) is None


def test_neighbours_do_not_look_alike():
    assert [numbers.number_of(turn) for turn in range(3)] == ["1000000008", "7180339892", "4360679783"]


@pytest.mark.parametrize("number", ["", "VIP-0007", "13800138000", "４３６０６７９７８３", "0000000000"])
def test_other_numbers_are_not_ours(number):
    assert not numbers.is_ours(number)
