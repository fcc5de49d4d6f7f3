"""Customers made up, without a database."""

from dataclasses import dataclass

import numpy as np

from liuke.insight.rules.purchase import Kind
from liuke.insight.rules.rows import Floats, Ints


@dataclass(frozen=True)
class Lives:
    """Customers who live exactly as a model says: what is known of them now, and what they do in the time after."""

    repeats: Ints
    recency: Floats
    age: Floats
    later: Ints

    @property
    def known(self) -> tuple[Ints, Floats, Floats]:
        return self.repeats, self.recency, self.age


def lives(
    count: int, *, r: float, alpha: float, a: float, b: float, seed: int, age: tuple[int, int], kind: Kind = Kind.BGNBD,
    after: float = 0.0,
) -> Lives:
    random = np.random.default_rng(seed)
    rate, leave = random.gamma(r, 1 / alpha, count), random.beta(a, b, count)
    ages = random.integers(age[0], age[1] + 1, count).astype(float)
    repeats, last, later = np.zeros(count, np.int64), np.zeros(count), np.zeros(count, np.int64)
    here, now = np.arange(count), np.zeros(count)
    if kind is Kind.MBGNBD:
        here = here[random.random(count) > leave]
    while len(here):
        now[here] += random.exponential(1 / rate[here])
        here = here[now[here] <= ages[here] + after]
        past = here[now[here] <= ages[here]]
        repeats[past] += 1
        last[past] = now[past]
        later[here[now[here] > ages[here]]] += 1
        here = here[random.random(len(here)) > leave[here]]
    return Lives(repeats, last, ages, later)
