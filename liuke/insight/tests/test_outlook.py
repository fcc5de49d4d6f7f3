import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, hyp2f1

from liuke.insight.rules.outlook import BadHorizon, alive, beta_nodes, expected_orders, will_buy
from liuke.insight.rules.purchase import Fit, Kind, fit
from liuke.insight.rules.rows import group
from liuke.insight.tests.builders import cdnow
from liuke.insight.tests.simulated import lives


def model(kind, r=0.2426, alpha=4.4135, a=0.7929, b=2.4258):
    return Fit(kind=kind, r=r, alpha=alpha, a=a, b=b, log_likelihood=0, customers=1, penalty=0, evaluations=1,
               at_bound=())


def integrated(found, x, age, horizon):
    """Orders to come given alive, by adaptive integration over the chance to be lost, p = u ** (1 / a)."""
    b = found.b + int(found.kind.chances(np.array(x)))
    scale, power = horizon / (found.alpha + age), found.r + x

    def part(u):
        p = u ** (1 / found.a)
        weight = np.exp((b - 1) * np.log1p(-p) - betaln(found.a, b)) / found.a
        return -np.expm1(-power * np.log1p(p * scale)) / p * weight

    typical = (found.a / (found.a + b)) ** found.a
    cuts = [typical * factor for factor in (0.01, 0.1, 0.5, 1, 2, 5, 20) if typical * factor < 1]
    return quad(part, 0, 1, points=cuts, limit=2000, epsabs=0, epsrel=1e-11)[0]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("horizon", [1, 39, 390])
def test_expected_orders_agree_with_slow_integration_for_idle_and_very_busy_customers(kind, horizon):
    found, repeats = model(kind), [0, 1, 2, 5, 40, 400, 5000]
    rows = group(repeats, [0, 10, 30, 30, 38, 38, 38], [39] * 7)

    orders = expected_orders(found, rows, horizon=horizon)

    slow = [integrated(found, x, 39, horizon) for x in repeats]
    assert orders == pytest.approx(alive(found, rows) * slow, rel=1e-8)


@pytest.mark.parametrize("kind", Kind)
def test_expected_orders_agree_with_the_closed_form_of_the_paper(kind):
    found, rows = model(kind), cdnow()
    k, power, end = kind.chances(rows.repeats), found.r + rows.repeats, found.alpha + rows.age

    orders = expected_orders(found, rows, horizon=39)

    tail = hyp2f1(power, found.b + k, found.a + found.b + k - 1, 39 / (end + 39)) * (end / (end + 39)) ** power
    closed = (found.a + found.b + k - 1) / (found.a - 1) * (1 - tail)
    assert orders == pytest.approx(alive(found, rows) * closed[rows.place], rel=1e-9)


def test_nothing_happens_where_the_closed_form_divides_by_zero():
    rows = group([3], [20], [39])

    below, at, above = (expected_orders(model(Kind.BGNBD, a=a), rows, horizon=39)[0] for a in (1 - 1e-6, 1, 1 + 1e-6))

    assert at == pytest.approx((below + above) / 2, rel=1e-9)


@pytest.mark.parametrize("kind", Kind)
def test_the_outlook_agrees_with_what_simulated_customers_then_do(kind):
    true = {"r": 0.8, "alpha": 20.0, "a": 0.9, "b": 2.5}
    people = lives(200_000, **true, seed=11, age=(50, 400), kind=kind, after=100)
    found, rows = model(kind, **true), group(*people.known)

    orders, buys = (f(found, rows, horizon=100) for f in (expected_orders, will_buy))

    for tenth in np.array_split(np.argsort(buys), 10):
        assert buys[tenth].mean() == pytest.approx((people.later[tenth] > 0).mean(), abs=0.008)
        assert orders[tenth].mean() == pytest.approx(people.later[tenth].mean(), rel=0.04, abs=0.01)


@pytest.mark.parametrize("kind", Kind)
def test_the_chance_to_be_alive_is_the_share_of_both_stories(kind):
    found, rows = model(kind), group([0, 2], [0, 30.43], [38.86, 38.86])

    k = kind.chances(np.array([0, 2]))
    odds = found.a / (found.b + k - 1) * ((found.alpha + 38.86) / (found.alpha + np.array([0, 30.43]))) ** (
        found.r + np.array([0, 2]))
    expected = 1 / (1 + odds * (k > 0))

    assert alive(found, rows) == pytest.approx(expected, rel=1e-12)
    assert (alive(found, rows)[0] == 1) == (kind is Kind.BGNBD)


@pytest.mark.parametrize("kind", Kind)
@given(row=st.tuples(st.integers(0, 3000), st.floats(0, 1), st.floats(0, 3000)), horizon=st.floats(0, 400),
       logs=st.lists(st.floats(-6, 6), min_size=4, max_size=4))
def test_every_outlook_is_finite_and_in_its_range(kind, row, horizon, logs):
    x, recency, age = row
    found = model(kind, *(float(p) for p in np.exp(logs)))
    rows = group([x], [recency * age if x else 0], [age])

    living, buys = alive(found, rows)[0], will_buy(found, rows, horizon=horizon)[0]
    orders = expected_orders(found, rows, horizon=horizon)[0]

    assert 0 <= buys <= living <= 1
    assert buys * (1 - 1e-6) <= orders + 1e-12                    # a mean is at least the chance of one
    assert orders <= (found.r + x) / (found.alpha + age) * horizon * (1 + 1e-6) + 1e-12      # and at most never leaving


def test_each_customer_gets_the_outlook_of_their_own_row():
    found = fit(cdnow())
    rows = [(2, 9, 30), (0, 0, 30), (2, 9, 30)]
    alone = [will_buy(found, group([x], [t_x], [t]), horizon=13)[0] for x, t_x, t in rows]

    together = will_buy(found, group([2, 0, 2], [9, 0, 9], [30, 30, 30]), horizon=13)

    assert list(together) == alone


def test_beta_nodes_are_exact_for_polynomials():
    points, weights = beta_nodes(0.8, np.array([0.5, 2.0, 1.2, 5000.0]))

    for power in range(1, 20):
        moment = [np.exp(betaln(0.8 + power, b) - betaln(0.8, b)) for b in (0.5, 2.0, 1.2, 5000.0)]
        assert (weights * points ** power).sum(axis=1) == pytest.approx(moment, rel=1e-6, abs=1e-15)


@pytest.mark.parametrize("horizon", [-1, float("nan"), float("inf")])
def test_a_horizon_that_is_no_length_is_refused(horizon):
    with pytest.raises(BadHorizon):
        expected_orders(model(Kind.BGNBD), cdnow(), horizon=horizon)
    with pytest.raises(BadHorizon):
        will_buy(model(Kind.BGNBD), cdnow(), horizon=horizon)
