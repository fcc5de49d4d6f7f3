"""Customers made up, and customers on record."""

import csv
import gzip
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count as counting
from pathlib import Path
from typing import Any

import numpy as np

from liuke.customers.models import Customer
from liuke.insight.rules.purchase import Kind
from liuke.insight.rules.rows import Floats, Grouped, Ints, group
from liuke.mall.models import Order

NUMBERS = counting(1)
CDNOW = Path(__file__).parent / "data" / "cdnow_sample_summary.csv.gz"


def cdnow() -> Grouped:
    with gzip.open(CDNOW, "rt") as lines:
        rows = list(csv.DictReader(lines))
    return group(*([float(row[name]) for row in rows] for name in ("frequency", "recency", "T")))


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


def customer(**fields: Any) -> Customer:
    number = f"M{next(NUMBERS):06}"
    return Customer.objects.create(**{"number": number, "joined_at": datetime(2026, 1, 1, tzinfo=UTC)} | fields)


def order(*, buyer: Customer | None = None, total_fen: int = 1000, **fields: Any) -> Order:
    """A paid order; give `placed_at`, and anything that should differ."""
    return Order.objects.create(**{
        "source": "import", "number": f"O{next(NUMBERS)}", "customer": buyer or customer(), "state": "paid",
        "goods_fen": total_fen, "total_fen": total_fen,
    } | fields)


def history(people: int, *, first: datetime, days: int, seed: int) -> None:
    """Orders at random moments of `days` days, from one to a dozen for each customer."""
    random = np.random.default_rng(seed)
    for _ in range(people):
        buyer, start = customer(), random.integers(0, days)
        for after in {0, *random.integers(0, max(days - start, 1), int(random.geometric(0.35)) - 1).tolist()}:
            minutes = (int(start) + after) * 1440 + int(random.integers(0, 1440))
            total_fen = int(random.integers(100, 90_000))
            order(buyer=buyer, placed_at=first + timedelta(minutes=minutes), total_fen=total_fen)
