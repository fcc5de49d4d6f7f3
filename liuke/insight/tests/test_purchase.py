from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, gammaln
from scipy.stats import beta, chi2

from liuke.insight.rules.purchase import PENALTY, SMALL_SEGMENT, BadPenalty, Kind, NoRepeats, fit, log_likelihood
from liuke.insight.rules.rows import group
from liuke.insight.tests.builders import cdnow
from liuke.insight.tests.simulated import lives

TRUE = {"r": 0.2426, "alpha": 30.9, "a": 0.7929, "b": 2.426}


def test_the_cdnow_sample_gives_the_parameters_of_the_paper():
    found = fit(cdnow())

    assert (found.customers, found.penalty, found.at_bound) == (2357, 0.0, ())
    assert found.log_likelihood == pytest.approx(-9582.43, abs=0.05)
    assert found.parameters == pytest.approx([0.2426, 4.4135, 0.7929, 2.4258], abs=5e-5)


def test_the_modified_model_finds_a_likelier_story_for_the_cdnow_sample():
    found = fit(cdnow(), kind=Kind.MBGNBD)

    assert found.log_likelihood == pytest.approx(-9582.13, abs=0.05)
    assert found.parameters == pytest.approx([0.5248, 6.1830, 0.8914, 1.6140], abs=5e-4)


@pytest.mark.parametrize("kind", Kind)
def test_simulated_customers_give_their_own_parameters_back(kind):
    rows = group(*lives(60_000, **TRUE, seed=7, age=(200, 900), kind=kind).known)

    found = fit(rows, kind=kind)

    truth, _ = log_likelihood(rows, kind)(np.array(list(TRUE.values())))
    assert 0 <= 2 * (found.log_likelihood - truth) < chi2(4).ppf(0.999)
    assert found.parameters == pytest.approx(list(TRUE.values()), rel=0.15)


@pytest.mark.parametrize("kind", Kind)
def test_days_and_weeks_describe_the_same_customers(kind):
    rows = cdnow()
    days = group(rows.repeats, rows.recency * 7, rows.age * 7)
    weeks = group(rows.repeats, rows.recency, rows.age)

    in_days, in_weeks = fit(days, kind=kind, penalty=1e-3), fit(weeks, kind=kind, penalty=1e-3)

    assert in_days.parameters == pytest.approx(in_weeks.parameters * [1, 7, 1, 1], rel=1e-9)


def by_definition(kind, parameters, row):
    """The likelihood of one customer, integrated over the chance to be lost: slow, and free of the tables."""
    (r, alpha, a, b), (x, t_x, t) = parameters, row
    chances = x if kind is Kind.BGNBD else x + 1
    rate_part = gammaln(r + x) - gammaln(r) + r * log(alpha)
    stayed = rate_part - (r + x) * log(alpha + t)
    left = rate_part - (r + x) * log(alpha + t_x)
    density = beta(a, b).pdf

    def given_leave(p):
        still_here = (1 - p) ** chances * exp(stayed)
        just_lost = p * (1 - p) ** (chances - 1) * exp(left) if chances else 0.0
        return (still_here + just_lost) * density(p)

    return log(sum(quad(given_leave, *part, epsabs=0, epsrel=1e-10)[0] for part in ((0, 0.5), (0.5, 1))))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(("x", "t_x", "t"), [(0, 0, 0), (0, 0, 39), (1, 3, 39), (4, 30, 31), (12, 8, 60)])
def test_the_likelihood_agrees_with_its_definition(kind, x, t_x, t):
    parameters = (0.6, 5.0, 1.3, 2.2)

    value, _ = log_likelihood(group([x], [t_x], [t]), kind)(np.array(parameters))

    assert value == pytest.approx(by_definition(kind, parameters, (x, t_x, t)), rel=1e-8)


def test_tables_agree_with_gamma_functions_for_a_very_busy_customer():
    r, alpha, a, b, x, t_x, t = 0.7, 3.0, 0.9, 2.0, 90_000, 700.0, 701.0

    value, _ = log_likelihood(group([x], [t_x], [t]), Kind.BGNBD)(np.array([r, alpha, a, b]))

    here = betaln(a, b + x) - betaln(a, b) - (r + x) * log(alpha + t)
    lost = betaln(a + 1, b + x - 1) - betaln(a, b) - (r + x) * log(alpha + t_x)
    assert value == pytest.approx(gammaln(r + x) - gammaln(r) + r * log(alpha) + np.logaddexp(here, lost), rel=1e-10)


@pytest.mark.parametrize("kind", Kind)
@given(logs=st.lists(st.floats(-4, 4), min_size=4, max_size=4))
def test_the_gradient_is_the_slope(kind, logs):
    value = log_likelihood(group([0, 0, 1, 3, 40], [0, 0, 9, 21, 60], [0, 30, 9, 50, 61]), kind)
    at = np.exp(logs)

    gradient = value(at)[1]

    for i in range(4):
        step = np.zeros(4)
        step[i] = at[i] * 1e-5
        slope = (value(at + step)[0] - value(at - step)[0]) / (2 * step[i])
        assert gradient[i] == pytest.approx(slope, rel=1e-4, abs=1e-4 * abs(value(at)[0]) / at[i])


@pytest.mark.parametrize("kind", Kind)
def test_the_same_customers_give_the_same_fit_in_any_order(kind):
    columns = np.array(lives(500, **TRUE, seed=3, age=(30, 700)).known)

    found = {fit(group(*columns[:, np.random.default_rng(seed).permutation(500)]), kind=kind) for seed in range(3)}

    assert len(found) == 1


@pytest.mark.parametrize("kind", Kind)
def test_a_small_segment_is_penalised_and_stays_sane(kind):
    one = fit(group([3], [20], [30]), kind=kind)
    loyal = fit(group([5] * 20, [30] * 20, [30] * 20), kind=kind)

    for found in (one, loyal):
        assert found.penalty == PENALTY
        assert np.isfinite(found.parameters).all()
        assert found.at_bound == ()


def test_without_penalty_a_segment_that_runs_away_is_stopped_and_says_so():
    found = fit(group([5] * 20, [30] * 20, [30] * 20), penalty=0)

    assert found.at_bound
    assert np.isfinite(found.log_likelihood)


def test_the_penalty_ends_at_the_size_where_it_is_not_needed():
    columns = lives(SMALL_SEGMENT, **TRUE, seed=1, age=(30, 700)).known

    assert fit(group(*columns)).penalty == 0.0
    assert fit(group(*(column[1:] for column in columns))).penalty == PENALTY


@pytest.mark.parametrize("kind", Kind)
def test_one_time_buyers_alone_are_refused(kind):
    with pytest.raises(NoRepeats):
        fit(group([0, 0, 0], [0, 0, 0], [10, 20, 0]), kind=kind)


@pytest.mark.parametrize("penalty", [-1, 1.1, float("nan")])
def test_a_penalty_out_of_range_is_refused(penalty):
    with pytest.raises(BadPenalty):
        fit(cdnow(), penalty=penalty)
