"""What a fitted purchase model expects of a customer: still alive, orders to come, an order within some days.

Given alive, a customer's rate is gamma(r+x, alpha+T) and the chance to be lost after an order beta(a, b+k), and the two
are independent (Fader, Hardie & Lee 2005, the step before equation 10). So the chance to buy has a closed form, and the
expected orders are one smooth mean over the beta distribution. We take that mean by Gauss-Jacobi quadrature: the closed
form with 2F1 divides by a-1 and cancels or overflows for busy customers, the mean does neither.
"""

import numpy as np
from scipy.special import expit

from liuke.insight.rules.purchase import Fit
from liuke.insight.rules.rows import Floats, Grouped, Ints
from liuke.kit.errors import BadInput

NODES = 48                        # enough for 10 digits up to a horizon of ten ages
CHUNK = 16_384                    # customers in one piece of the quadrature: bounds its memory to some MB


class BadHorizon(BadInput):
    """The horizon must be a number of zero or more, in the unit of the model."""

    code = "bad_horizon"


def alive(fit: Fit, rows: Grouped) -> Floats:
    """The chance that each customer still buys at all. BG/NBD says 1 for every customer without a repeat."""
    return _alive(fit, rows)[rows.place]


def will_buy(fit: Fit, rows: Grouped, *, horizon: float) -> Floats:
    """The chance of at least one order within the horizon."""
    _check(horizon)
    stays_away = -(fit.r + rows.repeats) * np.log1p(horizon / (fit.alpha + rows.age))
    chance: Floats = _alive(fit, rows) * -np.expm1(stays_away)
    return chance[rows.place]


def expected_orders(fit: Fit, rows: Grouped, *, horizon: float) -> Floats:
    """How many further orders to expect within the horizon."""
    _check(horizon)
    kinds, kind_of = np.unique(fit.kind.chances(rows.repeats), return_inverse=True)
    ratio = horizon / (fit.alpha + rows.age)
    power = fit.r + rows.repeats
    orders = np.empty(len(ratio))
    for start in range(0, len(ratio), CHUNK):
        part = slice(start, start + CHUNK)
        here, local = np.unique(kind_of[part], return_inverse=True)
        points, weights = beta_nodes(fit.a, (fit.b + kinds[here]).astype(np.float64))
        points, weights = points[local], weights[local]
        given_lost_chance = -np.expm1(-power[part, None] * np.log1p(points * ratio[part, None])) / points
        orders[part] = np.einsum("ij,ij->i", given_lost_chance, weights)
    return (_alive(fit, rows) * orders)[rows.place]


def beta_nodes(a: float, b: Floats, count: int = NODES) -> tuple[Floats, Floats]:
    """Points in (0, 1) and weights whose sum is a mean over beta(a, b), one row for each b.

    Golub & Welsch, "Calculation of Gauss quadrature rules" (1969), on the Jacobi recurrence moved to [0, 1].
    """
    n = np.arange(count)
    up, down = a - 1, np.asarray(b)[:, None] - 1         # weight p^up (1-p)^down
    both = up + down
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (1 + (up - down) * both / ((2 * n + both) * (2 * n + both + 2))) / 2
        beside = n * (n + up) * (n + down) * (n + both) / ((2 * n + both) ** 2 * ((2 * n + both) ** 2 - 1))
    middle[:, 0] = a / (a + np.asarray(b))
    beside[:, 1] = (up + 1) * (down[:, 0] + 1) / ((both[:, 0] + 2) ** 2 * (both[:, 0] + 3))
    matrix = np.zeros((len(down), count, count))
    matrix[:, n, n] = middle
    matrix[:, n[1:], n[:-1]] = np.sqrt(beside[:, 1:])     # eigh reads the lower half
    points, vectors = np.linalg.eigh(matrix)
    return np.clip(points, np.finfo(float).tiny, 1.0), vectors[:, 0, :] ** 2


def _alive(fit: Fit, rows: Grouped) -> Floats:
    k: Ints = fit.kind.chances(rows.repeats)
    odds = (np.log(fit.a / np.maximum(fit.b + k - 1, np.finfo(float).tiny))
            + (fit.r + rows.repeats) * (np.log(fit.alpha + rows.age) - np.log(fit.alpha + rows.recency)))
    return np.where(k > 0, expit(-odds), 1.0)


def _check(horizon: float) -> None:
    if not (np.isfinite(horizon) and horizon >= 0):
        raise BadHorizon
