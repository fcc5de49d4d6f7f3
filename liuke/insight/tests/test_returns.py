"""Every state an order can be in, and returns that stand alone, from the rows to the figures."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from liuke.insight import models, queries
from liuke.insight.rules.calendar import month_number
from liuke.insight.services.refresh import refresh
from liuke.insight.tests.builders import customer, order
from liuke.mall.models import Order
from liuke.mall.queries.orders import Sales, sales
from liuke.mall.rules import State

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
JULY, AUGUST, SEPTEMBER = (month_number(date(2026, month, 1)) for month in (7, 8, 9))
LOG = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID
536371,22086,PAPER CHAIN KIT,80,2026-07-01 09:00,2.50,13748
536374,21258,SEWING BOX,32,2026-07-01 09:09,10.00,15100
536380,22961,JAM MAKING SET,24,2026-08-01 09:41,1.45,13748
C536391,22556,PLASTERS IN TIN,-12,2026-08-03 10:24,1.65,13748
C536383,35004,SET OF 3 DUCKS,-1,2026-07-02 09:49,4.65,17548
C536506,22960,JAM MAKING SET,-6,2026-08-05 12:38,4.25,17897
536500,22086,PAPER CHAIN KIT,10,2026-08-05 12:00,2.50,17897
C536548,22244,HAND WARMER,-4,2026-09-01 14:33,10.00,15100
536552,20950,T-LIGHT HOLDER,1,2026-09-01 14:34,1.25,13748
"""


def bring(log, folder):
    file = folder / "orders.csv"
    file.write_text(log)
    call_command("import_orders", str(file), stdout=StringIO(), stderr=StringIO())


def months():
    return {row.month: (row.new_customers, row.new_orders, row.new_fen, row.returning_customers, row.returning_orders,
                        row.returning_fen) for row in queries.revenue().months}


def test_every_state_counts_as_the_rule_says():
    for day, state in enumerate(State, 1):
        order(placed_at=datetime(2026, 7, day, 4, tzinfo=UTC), total_fen=1000, state=state,
              refunded_fen=1000 if state == State.REFUNDED else 0)
    kept = Order.objects.get(state=State.RECEIVED)
    Order.objects.filter(pk=kept.pk).update(refunded_fen=400)

    refresh(now=NOW)

    assert months() == {JULY: (4, 4, 3600, 0, 0, 0)}
    assert (queries.overview().orders, queries.overview().net_fen) == (4, 3600)


def test_a_refund_is_seen_by_the_next_refresh_and_a_whole_one_ends_the_purchase():
    buyer = customer()
    first = order(buyer=buyer, placed_at=datetime(2026, 7, 1, 4, tzinfo=UTC), total_fen=1000)
    order(buyer=buyer, placed_at=datetime(2026, 8, 1, 4, tzinfo=UTC), total_fen=500, state="received")
    refresh(now=NOW)
    assert months() == {JULY: (1, 1, 1000, 0, 0, 0), AUGUST: (0, 0, 0, 1, 1, 500)}

    Order.objects.filter(pk=first.pk).update(refunded_fen=300)
    refresh(now=NOW)
    assert months() == {JULY: (1, 1, 700, 0, 0, 0), AUGUST: (0, 0, 0, 1, 1, 500)}

    Order.objects.filter(pk=first.pk).update(refunded_fen=1000, state="refunded")
    refresh(now=NOW)
    assert months() == {AUGUST: (1, 1, 500, 0, 0, 0)}
    assert queries.score_for(buyer.pk).orders == 1


def test_cancellation_lines_of_a_file_lower_revenue_and_are_no_orders(tmp_path):
    """The shape of the public online retail log: 13748 and 15100 bring something back, 17548 and 17897 bring back
    what they bought before the file begins, and 17897 then buys for the first time on the same day."""
    bring(LOG, tmp_path)

    refresh(now=NOW)

    assert months() == {
        JULY: (2, 2, 20000 + 32000, 0, 0, -465),
        AUGUST: (1, 1, 2500 - 2550, 1, 1, 3480 - 1980),
        SEPTEMBER: (0, 0, 0, 1, 1, 125 - 4000),
    }
    found = queries.overview()
    lines = [line.split(",") for line in LOG.splitlines()[1:]]
    assert found.net_fen == sum(round(int(line[3]) * float(line[5]) * 100) for line in lines)
    assert (found.orders, found.customers, found.repeat.part) == (5, 3, 1)
    assert sorted(models.CustomerScore.objects.values_list("orders", "net_fen")) == [
        (1, -50), (1, 28000), (3, 20000 + 3480 + 125 - 1980)]
    assert [cohort.customers for cohort in queries.retention().cohorts] == [2, 1]


def test_the_numbers_of_a_day_do_not_count_a_return_as_an_order(tmp_path):
    bring(LOG, tmp_path)

    found = sales(since=datetime(2026, 8, 4, 16, tzinfo=UTC), until=datetime(2026, 8, 5, 16, tzinfo=UTC))

    assert found == Sales(orders=1, net_fen=2500 - 2550)
