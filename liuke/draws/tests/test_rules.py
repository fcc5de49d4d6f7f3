"""Odds, results, proofs and looks, against plain arithmetic."""

import hashlib
import hmac
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.draws.rules import looks, odds, results
from liuke.draws.rules.proof import Entry, faults
from liuke.draws.rules.results import Stretch

SEED = bytes(range(32))
SUMS = st.lists(st.integers(1, 50), min_size=1, max_size=6)


@pytest.mark.parametrize(("text", "value"), [
    ("1/1000", Fraction(1, 1000)), ("0.1%", Fraction(1, 1000)), ("0.001", Fraction(1, 1000)),
    (" 25 ％", Fraction(1, 4)), ("1/3", Fraction(1, 3)), ("1", Fraction(1)), ("0", Fraction(0)),
])
def test_odds_are_read_exactly(text, value):
    assert odds.read(text) == value
    assert odds.read(odds.told(value)) == value


@pytest.mark.parametrize("text", ["", "1/0", "-1/2", "3/2", "101%", "a", "1/2/3", "0.1e1", "2"])
def test_what_is_no_odds_is_refused(text):
    with pytest.raises(odds.BadOdds):
        odds.read(text)


def test_thirds_sum_to_one_and_decimals_of_them_do_not():
    odds.check_sum([Fraction(1, 3)] * 3)
    with pytest.raises(odds.OddsDiffer) as differ:
        odds.check_sum([odds.read("0.333")] * 3)
    assert differ.value.rest == Fraction(1, 1000)


def test_a_result_is_what_anybody_can_compute_with_a_few_lines():
    found = hmac.new(SEED, b"D261102001|17|my-nonce", hashlib.sha256).hexdigest()

    assert results.digest(SEED, draw="D261102001", ticket=17, nonce="my-nonce") == found
    assert results.hash_of(SEED) == hashlib.sha256(SEED).hexdigest()
    assert results.link("a" * 64, place=3, ticket=17, nonce="n", position=2) == hashlib.sha256(
        b"a" * 64 + b"|3|17|n|2").hexdigest()


@pytest.mark.parametrize(("x", "position"), [(0, 1), ((1 << 254) - 1, 1), (1 << 254, 2), ((1 << 256) - 1, 3)])
def test_the_borders_of_the_stretches_are_exact(x, position):
    order = [Stretch(1, Fraction(1, 4), 5, 3), Stretch(2, Fraction(1, 4), 5, 3), Stretch(3, Fraction(1, 2), None, None)]

    assert results.result(f"{x:064x}", order) == position


def test_results_come_as_often_as_their_odds():
    order = [Stretch(1, Fraction(1, 10), None, None), Stretch(2, Fraction(9, 10), None, None)]

    found = Counter(results.result(results.digest(SEED, draw="D", ticket=at, nonce=""), order) for at in range(20_000))

    assert 1_880 <= found[1] <= 2_120            # 2,000 and three times the deviation


def drawn(stock, tickets, seed=SEED):
    """A draw played by a plain loop: the oracle."""
    terms = {"number": "D1", "prizes": [
        {"position": 1, "odds": "1/3", "count": stock, "fallback": 2},
        {"position": 2, "odds": "1/6", "count": 2 * stock, "fallback": 3},
        {"position": 3, "odds": "1/2", "count": None, "fallback": None}]}
    left, entries, before = {1: stock, 2: 2 * stock, 3: 10**9}, [], results.terms_hash(terms)
    for place, (ticket, nonce) in enumerate(tickets, start=1):
        x = int(hmac.new(seed, f"D1|{ticket}|{nonce}".encode(), hashlib.sha256).hexdigest(), 16)
        position = 1 if 3 * x < 1 << 256 else 2 if 2 * x < 1 << 256 else 3
        while not left[position]:
            position += 1
        left[position] -= 1
        before = hashlib.sha256(f"{before}|{place}|{ticket}|{nonce}|{position}".encode()).hexdigest()
        entries.append(Entry(place, ticket, nonce, position, before))
    return terms, entries


def wrong(terms, entries, seed=SEED, **more):
    said = {"terms_hash": results.terms_hash(terms), "seed_hash": results.hash_of(SEED), **more}
    return [(fault.word, fault.ticket) for fault in faults(terms=terms, seed=seed, entries=entries, **said)]


TICKETS = st.lists(st.tuples(st.integers(1, 500), st.sampled_from(["", "a", "b-1"])), max_size=40,
                   unique_by=lambda each: each[0])


@settings(max_examples=60)
@given(stock=st.integers(0, 5), tickets=TICKETS)
def test_what_a_plain_loop_draws_is_found_sound(stock, tickets):
    assert wrong(*drawn(stock, tickets)) == []


@settings(max_examples=60)
@given(stock=st.integers(0, 5), tickets=TICKETS.filter(len), at=st.integers(0, 39), how=st.integers(0, 3))
def test_whatever_is_changed_is_found_and_named(stock, tickets, at, how):
    terms, entries = drawn(stock, tickets)
    at %= len(entries)
    old = entries[at]
    if how == 0:
        entries[at] = Entry(old.place, old.ticket, old.nonce, old.position % 3 + 1, old.link)
    elif how == 1:
        entries[at] = Entry(old.place, old.ticket, old.nonce + "x", old.position, old.link)
    elif how == 2:
        entries[at] = Entry(old.place, 900, old.nonce, old.position, old.link)
    else:
        entries[at] = Entry(old.place, old.ticket, old.nonce, old.position, "0" * 64)

    assert entries[at].ticket in {ticket for _word, ticket in wrong(terms, entries)}


def test_left_out_put_in_swapped_and_exchanged_tickets_are_found():
    terms, entries = drawn(3, [(at, "") for at in range(1, 30)])

    assert wrong(terms, entries[:10] + entries[11:])[0] == ("order", 12)
    assert ("link", 12) in wrong(terms, [*entries[:10], entries[11], entries[10], *entries[12:]])
    assert ("number", 5) in wrong(terms, [*entries, entries[4]])
    assert wrong(terms, entries, seed=bytes(32)) == [("seed", 0)]
    other = {**terms, "prizes": [{**terms["prizes"][0], "odds": "1/2"}, *terms["prizes"][1:]]}
    assert wrong(other, entries, terms_hash=results.terms_hash(terms))[0] == ("terms", 0)


def test_a_wheel_stops_inside_the_segment_of_its_prize():
    positions = [1, 2, 3, 4]
    assert looks.segments(positions)[1] == (2, 90.0, 180.0)

    for at in range(200):
        found = results.digest(SEED, draw="D", ticket=at, nonce="")
        angle = looks.stop_angle(3, positions, found)
        assert 180 + 13 < angle < 270 - 13


@pytest.mark.parametrize("won", [True, False])
def test_a_scratch_card_shows_three_alike_only_when_something_was_won(won):
    for at in range(200):
        cells = looks.scratch(2, [1, 2, 3, 4], results.digest(SEED, draw="D", ticket=at, nonce=""), won=won)
        alike = [position for position, times in Counter(cells).items() if position and times >= 3]
        assert (len(cells), alike) == (9, [2] if won else [])
