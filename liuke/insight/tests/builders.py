"""Customers on record, and customers with orders."""

import csv
import gzip
from datetime import UTC, datetime, timedelta
from itertools import count as counting
from pathlib import Path
from typing import Any

import numpy as np

from liuke.customers.models import Customer
from liuke.insight.rules.rows import Grouped, group
from liuke.mall.models import Order

NUMBERS = counting(1)
CDNOW = Path(__file__).parent / "data" / "cdnow_sample_summary.csv.gz"


def cdnow() -> Grouped:
    with gzip.open(CDNOW, "rt") as lines:
        rows = list(csv.DictReader(lines))
    return group(*([float(row[name]) for row in rows] for name in ("frequency", "recency", "T")))


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
