"""Which policy applies, and the table of clocks."""

import pytest

from liuke.desk.rules import CLOCKS, NoDefaultPolicy, PolicyBook, PolicyRule, UnknownClock, clock_of

SAFETY = PolicyRule("safety", kinds=frozenset({"safety"}))
VIP = PolicyRule("vip", tiers=frozenset({"gold", "diamond"}))
VIP_RETURN = PolicyRule("vip return", kinds=frozenset({"return"}), tiers=frozenset({"diamond"}))


def test_the_first_match_wins_and_the_default_is_for_the_rest():
    book = PolicyBook([SAFETY, VIP_RETURN, VIP], default="plain")

    assert book.policy_for(kind="safety", tier="gold") == "safety"
    assert book.policy_for(kind="return", tier="diamond") == "vip return"
    assert book.policy_for(kind="return", tier="gold") == "vip"
    assert book.policy_for(kind="return", tier="silver") == "plain"


def test_a_rule_that_asks_nothing_matches_nothing_not_even_a_demoted_default():
    book = PolicyBook([PolicyRule("former default"), VIP], default="plain")

    assert book.policy_for(kind="usage", tier="gold") == "vip"
    assert book.policy_for(kind="usage", tier="") == "plain"


def test_a_book_without_a_default_is_refused():
    with pytest.raises(NoDefaultPolicy):
        PolicyBook([VIP], default="")


def test_clocks_have_names_of_their_own_and_an_unknown_one_is_refused():
    assert [clock_of(clock.name) for clock in CLOCKS] == list(CLOCKS)
    with pytest.raises(UnknownClock, match="no clock 'lunch'"):
        clock_of("lunch")
