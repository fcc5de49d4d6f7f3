"""BG/NBD and MBG/NBD: how often a customer buys while alive, and how soon the brand loses them.

Sources: Fader, Hardie & Lee, "Counting your customers the easy way", Marketing Science 24 (2005), equation 6;
Batislam, Denizel & Filiztekin, International Journal of Research in Marketing 24 (2007), for the modified model, in
which a customer may also be lost right after the first order. The two differ in one number only: the chances to be lost
so far are x (BG) or x + 1 (MBG), called k here. With k,

    L = (gamma(r+x) / gamma(r)) alpha^r (B(a, b+k) / B(a, b)) (alpha+T)^-(r+x)
        (1 + [k > 0] a / (b+k-1) ((alpha+T) / (alpha+t_x))^(r+x))

x is a whole number, so every gamma and beta term is a running sum in a table and its derivative another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import minimize

from liuke.insight.rules.rows import Floats, Grouped, Ints
from liuke.kit.errors import BadInput

NAMES = ("r", "alpha", "a", "b")
BOUND = 9.0                        # of every log-parameter; alpha is measured in mean ages
SMALL_SEGMENT = 1_000              # below it a fit is penalised unless told otherwise: it would run away
PENALTY = 1e-4                     # per customer, on the squares of the log-parameters
MAX_ITERATIONS = 200


class Kind(StrEnum):
    BGNBD = "bgnbd"
    MBGNBD = "mbgnbd"

    def chances(self, repeats: Ints) -> Ints:
        """How often each customer could have been lost so far."""
        return repeats if self is Kind.BGNBD else repeats + 1


class NoRepeats(BadInput):
    """No customer has bought on a second day: nothing says how often customers come back."""

    code = "no_repeats"


class BadPenalty(BadInput):
    """The penalty must be a number from 0 to 1."""

    code = "bad_penalty"


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model; alpha in the unit of the rows. `at_bound` names parameters the data did not hold back."""

    kind: Kind
    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int
    penalty: float
    evaluations: int
    at_bound: tuple[str, ...]

    @property
    def parameters(self) -> Floats:
        return np.array([self.r, self.alpha, self.a, self.b])


def fit(rows: Grouped, *, kind: Kind = Kind.BGNBD, penalty: float | None = None) -> Fit:
    """The likeliest parameters. The same rows give the same fit, and days or weeks the same customers.

    `penalty` None means PENALTY below SMALL_SEGMENT customers and none above. Raises NoRepeats, BadPenalty.
    """
    if penalty is None:
        penalty = PENALTY if rows.customers < SMALL_SEGMENT else 0.0
    if not 0 <= penalty <= 1:
        raise BadPenalty
    if not rows.repeats.any():
        raise NoRepeats
    scale = float(rows.age @ rows.count) / rows.customers
    value = log_likelihood(rows, kind, scale=scale)

    def loss(logs: Floats) -> tuple[float, Floats]:
        total, gradient = value(np.exp(logs))
        return (penalty * float(logs @ logs) - total / rows.customers,
                2 * penalty * logs - gradient * np.exp(logs) / rows.customers)

    found = minimize(loss, np.log([0.5, 0.5, 0.8, 2.0]), jac=True, method="L-BFGS-B", bounds=[(-BOUND, BOUND)] * 4,
                     options={"maxiter": MAX_ITERATIONS, "ftol": 1e-11, "gtol": 1e-7})
    r, alpha, a, b = (float(p) for p in np.exp(found.x) * [1, scale, 1, 1])
    repeats = float(rows.repeats @ rows.count)
    return Fit(kind=kind, r=r, alpha=alpha, a=a, b=b, customers=rows.customers, penalty=penalty,
               log_likelihood=value(np.exp(found.x))[0] - repeats * float(np.log(scale)), evaluations=int(found.nfev),
               at_bound=tuple(n for n, p in zip(NAMES, found.x, strict=True) if abs(p) >= BOUND - 1e-6))


def log_likelihood(rows: Grouped, kind: Kind, *, scale: float = 1.0) -> Callable[[Floats], tuple[float, Floats]]:
    """The log-likelihood of (r, alpha, a, b) and its gradient, with times divided by `scale`, as one function.

    What does not depend on the parameters is worked out once, here.
    """
    x, k = rows.repeats, kind.chances(rows.repeats)
    weight = rows.count.astype(np.float64)
    per_repeat = np.bincount(x, weights=weight)
    customers_past = per_repeat[::-1].cumsum()[::-1][1:]           # how many have more than i repeats, i = 0, 1, ...
    chances_past = np.concatenate([[weight.sum()], customers_past]) if kind is Kind.MBGNBD else customers_past
    i, j = np.arange(len(customers_past)), np.arange(len(chances_past))
    age, recency = rows.age / scale, rows.recency / scale
    lowest = int(np.searchsorted(k, 1))                            # rows are sorted; who comes before cannot be lost
    total = float(weight.sum())

    def value(parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = (float(p) for p in parameters)
        end, last = alpha + age, alpha + recency[lowest:]
        log_end = np.log(end)
        power, stay = r + x, b + k[lowest:] - 1
        odds = np.log(a / stay) + power[lowest:] * (log_end[lowest:] - np.log(last))      # lost : alive
        small = np.exp(-np.abs(odds))
        lost = np.where(odds > 0, 1, small) / (1 + small) * weight[lowest:]
        soft = np.maximum(odds, 0) + np.log1p(small)
        alive_end = weight.copy()
        alive_end[lowest:] -= lost
        ll = (customers_past @ np.log(r + i) + total * r * np.log(alpha)
              + chances_past @ (np.log(b + j) - np.log(a + b + j))
              - (weight * power) @ log_end + soft @ weight[lowest:])
        d_power = alive_end @ log_end + lost @ np.log(last)
        d_alpha = (alive_end * power) @ (1 / end) + (lost * power[lowest:]) @ (1 / last)
        both = chances_past @ (1 / (a + b + j))
        return float(ll), np.array([
            customers_past @ (1 / (r + i)) + total * np.log(alpha) - d_power,
            total * r / alpha - d_alpha,
            lost.sum() / a - both,
            chances_past @ (1 / (b + j)) - both - lost @ (1 / stay),
        ])

    return value
