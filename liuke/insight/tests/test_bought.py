"""What is a purchase, a return, and money: for every state that an order can be in."""

import pytest

from liuke.insight.rules.bought import BOUGHT, NOT_BOUGHT, is_purchase, is_return, money_fen
from liuke.mall.rules import MOVES, State


def test_every_state_of_the_mall_is_one_or_the_other():
    assert set(BOUGHT) | set(NOT_BOUGHT) == set(State)
    assert set(BOUGHT) & set(NOT_BOUGHT) == set()


@pytest.mark.parametrize(("state", "net_fen", "purchase", "returned", "money"), [
    ("placed", 900, False, False, 0),            # not paid yet
    ("cancelled", 900, False, False, 0),         # never paid
    ("paid", 900, True, False, 900),
    ("shipped", 900, True, False, 900),
    ("delivered", 900, True, False, 900),
    ("received", 900, True, False, 900),
    ("received", 600, True, False, 600),         # a third went back
    ("received", 0, True, False, 0),             # a gift, or everything but the order went back
    ("paid", -100, True, False, -100),           # an imported order with more coming back on it than was bought
    ("refunded", 0, False, False, 0),            # all of it went back
    ("refunded", -900, False, True, -900),       # an imported return that names no order
])  # fmt: skip
def test_what_a_row_counts_as(state, net_fen, purchase, returned, money):
    assert (is_purchase(state), is_return(state, net_fen), money_fen(state, net_fen)) == (purchase, returned, money)


def test_what_is_paid_stays_bought_until_all_of_it_goes_back():
    """Along every way that an order can take."""
    for (move, state), to in MOVES.items():
        assert is_purchase(to) == (move in ("pay", "revive", "ship", "deliver", "receive")), (move, state)


def test_a_state_that_nobody_has_thought_of_is_a_mistake():
    with pytest.raises(ValueError, match="teleported"):
        is_purchase("teleported")
