"""Fair comparison and what a bonus is made of."""

from collections import Counter

import pytest
from scipy.stats import chi2

from liuke.performance import rules
from liuke.performance.rules import BadTerms, Terms


def kinds(**figures):
    return {kind: Counter(counted) for kind, counted in figures.items()}


def test_who_takes_the_hard_kind_is_not_worse_for_it():
    everyone = kinds(hard={"firsts": 100, "firsts_late": 50}, easy={"firsts": 100, "firsts_late": 2})
    only_hard, only_easy = (kinds(**{kind: {"firsts": 40, "firsts_late": late}}) for kind, late in (
        ("hard", 20), ("easy", 6)))

    hard = rules.rate(only_hard, everyone, events="firsts_late", of="firsts")
    easy = rules.rate(only_easy, everyone, events="firsts_late", of="firsts")

    assert (hard.value, hard.expected, hard.verdict) == (0.5, 0.5, "usual")
    assert (easy.value, easy.expected, easy.verdict) == (0.15, 0.02, "worse")


@pytest.mark.parametrize("observed", [0, 1, 3, 12, 80], ids=str)
def test_the_limits_are_those_of_the_poisson_count(observed):
    low, high = rules.byar(observed, 10.0)

    exact_low = chi2.ppf(0.025, 2 * observed) / 20 if observed else 0.0
    assert low == pytest.approx(exact_low, rel=0.06, abs=0.01)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * observed + 2) / 20, rel=0.02)


def test_few_things_are_no_verdict():
    everyone = kinds(quality={"solved": 500, "reopened": 5})
    one = kinds(quality={"solved": 7, "reopened": 7})

    assert rules.rate(one, everyone, events="reopened", of="solved").verdict == "few"
    assert rules.rate(kinds(quality={}), everyone, events="reopened", of="solved") is None


def test_ratings_are_judged_by_the_spread_of_their_kind():
    spread = Counter(rated=100, scores=400, score_squares=1700)            # mean 4, variance 1
    one = kinds(usage={"rated": 25, "scores": 112, "score_squares": 510})

    told = rules.points(one, {"usage": spread})

    assert (told.value, told.expected, told.verdict) == (4.48, 4.0, "better")
    assert told.low == pytest.approx(0.48 - 1.959964 / 5)


def test_each_reason_of_a_bonus_stands_for_itself_and_the_sum_is_capped():
    one = kinds(quality={"firsts": 40, "firsts_late": 2, "solved": 40, "reopened": 3, "rated": 20, "scores": 91,
                         "timed": 37, "solve_seconds": 37 * 7200})
    everyone = kinds(quality={"timed": 100, "solve_seconds": 100 * 7200})

    told = rules.suggested(one, everyone, Terms())

    assert [(part.reason, part.hundredths, part.fen) for part in told.parts] == [
        ("on_time", 9500, 100_00), ("satisfied", 455, 100_00), ("pieces", 3700, 37 * 50)]
    assert told.fen == 218_50
    assert rules.suggested(one, everyone, Terms(most_fen=150_00)).fen == 150_00
    assert rules.suggested(one, everyone, Terms(least=41)).parts[0].reason == "pieces"


def test_a_kind_that_takes_longer_weighs_more_within_limits():
    everyone = kinds(fast={"timed": 50, "solve_seconds": 50 * 60}, slow={"timed": 50, "solve_seconds": 50 * 6000})

    assert [rules.weight(everyone, kind) for kind in ("fast", "unknown")] == [0.5, 1.0]
    assert rules.weight(everyone, "slow") == pytest.approx(6000 / 3030)


@pytest.mark.parametrize("wrong", [{"piece_fen": -1}, {"most_fen": 10**9}, {"on_time": 10_001}, {"satisfied": 501},
                                   {"least": 0}], ids=str)
def test_terms_that_cannot_be_are_refused(wrong):
    with pytest.raises(BadTerms):
        Terms(**wrong)
