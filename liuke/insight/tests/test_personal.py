"""What a person is handed out of what was reckoned of them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from liuke.customers.tests.builders import make_customer
from liuke.insight import personal
from liuke.insight.models import CustomerScore

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 1, tzinfo=UTC)


def score(customer, **over):
    values = {
        "first_on": date(2026, 1, 5), "last_on": date(2026, 10, 1), "orders": 3, "buying_days": 3, "net_fen": 12_345,
        "recency": 5, "frequency": 3, "money": 2, "value_tier": 1, "value_fen": 45_600, "alive": 0.87654,
        "buys_30": None, "computed_at": AT,
    }
    return CustomerScore.objects.create(customer=customer, **values | over)


def test_a_person_is_told_their_own_figures_alone():
    mine, other = make_customer(), make_customer()
    score(mine)
    score(other)

    (sheet,) = personal.sheets([mine.pk])

    ((at, first, last, orders, net, _tier, value, alive, buys),) = list(sheet.rows)
    assert (at, first, last, orders) == (AT, date(2026, 1, 5), date(2026, 10, 1), 3)
    assert (net, value, alive, buys) == ("123.45", "456.00", Decimal("0.8765"), None)


def test_who_has_no_figures_gets_an_empty_sheet():
    (sheet,) = personal.sheets([make_customer().pk])

    assert list(sheet.rows) == []
