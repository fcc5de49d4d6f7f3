"""A real log with all that is odd in it: every row is accounted for, and the money is what plain counting gives."""

import csv
import gzip
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from liuke.customers.models import Customer
from liuke.mall.models import Order, OrderLine
from liuke.mall.tests.order_files import bring, counts, rejected

pytestmark = pytest.mark.django_db
LOG = Path(__file__).parent / "data" / "online_retail_excerpt.csv.gz"


@pytest.fixture(scope="module")
def rows():
    with gzip.open(LOG, "rt") as file:
        return list(csv.DictReader(file))


def fen(row):
    return int(row["Quantity"]) * int(Decimal(row["UnitPrice"]) * 100)


def test_cancellations_free_goods_and_equal_rows_are_all_accounted_for(rows, tmp_path):
    alike = Counter(tuple(row.values()) for row in rows)
    once = [dict(zip(rows[0], values, strict=True)) for values in alike]

    run = bring(LOG, tmp_path, zone="Europe/London")

    assert counts(run) == (len(once), 0, len(rows) - len(once))
    assert Counter(row["原因代码"] for row in rejected(run)) == {"duplicated_line": len(rows) - len(once)}
    money: Counter[str] = Counter()
    for row in once:
        money[row["InvoiceNo"]] += fen(row)
    assert dict(Order.objects.values_list("number", "total_fen")) == money
    assert set(Order.objects.filter(state="refunded").values_list("number", flat=True)) == {
        number for number in money if number.startswith("C")}
    assert OrderLine.objects.filter(amount_fen=0).count() == sum(fen(row) == 0 for row in once) == 6
    assert Customer.objects.count() == len({row["CustomerID"] for row in rows})
    assert OrderLine.objects.count() == len(once)
    assert bring(LOG, tmp_path, zone="Europe/London").unchanged == len(once)
