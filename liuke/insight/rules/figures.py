"""Expressions over the order export: one text for DuckDB and for Spark, whole numbers only, so results are equal.

`orders` has a row for each order: order_id, customer_id, day (days since 1970-01-01 in the brand's zone), month (months
since year 0), net_fen (paid, less what went back) and state. No engine is asked about dates or time zones.
"""

from ibis import Table, _, cases, window

from liuke.insight.rules.bought import NOT_BOUGHT, RETURNED
from liuke.insight.rules.retention import BEFORE


def bought(orders: Table, *, until: int) -> Table:
    """The purchases, up to and including the day `until`."""
    return orders.filter(orders.state.notin(NOT_BOUGHT), orders.day <= until)


def returned(orders: Table, *, until: int) -> Table:
    """The returns, which lower money and are no orders, up to and including the day `until`."""
    return orders.filter(orders.state == str(RETURNED), orders.net_fen < 0, orders.day <= until)


def customers(orders: Table, returns: Table) -> Table:
    """One row for each customer: what RFM, tiers and the purchase models need. Who only brought back has none."""
    each = _with_next(orders).group_by("customer_id").aggregate(
        first_day=_.day.min(),
        last_day=_.day.max(),
        buying_days=(_.next_day.isnull() | (_.next_day > _.day)).sum().cast("int64"),
        orders=_.count().cast("int64"),
        bought_fen=_.net_fen.sum().cast("int64"),
    )
    back = returns.group_by("customer_id").aggregate(back_fen=_.net_fen.sum().cast("int64"))
    both = each.left_join(back, "customer_id").mutate(net_fen=_.bought_fen + _.back_fen.fill_null(0))
    kept = ("customer_id", "first_day", "last_day", "buying_days", "orders", "net_fen")
    return both.select(*kept).order_by("customer_id")


def cohorts(orders: Table, returns: Table) -> Table:
    """Customers, orders and money by the month of their first order and the month they bought in.

    A return adds its money to the month it came in. Of a customer who had not bought until then, it belongs to the
    cohort BEFORE: they bought before the history begins.
    """
    each = orders.group_by("customer_id", "month").aggregate(
        orders=_.count().cast("int64"), net_fen=_.net_fen.sum().cast("int64")
    )
    first = each.group_by("customer_id").aggregate(cohort=_.month.min())
    cells = each.join(first, "customer_id").group_by("cohort", "month")
    bought_in = cells.aggregate(
        customers=_.count().cast("int64"), orders=_.orders.sum().cast("int64"), net_fen=_.net_fen.sum().cast("int64")
    )
    totals = bought_in.union(_brought_back(returns, first)).group_by("cohort", "month").aggregate(
        customers=_.customers.sum().cast("int64"), orders=_.orders.sum().cast("int64"),
        net_fen=_.net_fen.sum().cast("int64"),
    )
    return totals.order_by("cohort", "month")


def _brought_back(returns: Table, first: Table) -> Table:
    """The same columns of returns: money without customers and orders."""
    known = first.mutate(cohort=_.cohort.cast("int32"))
    each = returns.group_by("customer_id", "month").aggregate(net_fen=_.net_fen.sum().cast("int64"))
    each = each.left_join(known, "customer_id").select("month", "net_fen", "cohort")
    each = each.mutate(cohort=cases((_.cohort <= _.month, _.cohort), else_=BEFORE).cast("int32"))
    sums = each.group_by("cohort", "month").aggregate(net_fen=_.net_fen.sum().cast("int64"))
    return sums.mutate(customers=(_.net_fen * 0).cast("int64"), orders=(_.net_fen * 0).cast("int64")).select(
        "cohort", "month", "customers", "orders", "net_fen")


def steps(orders: Table) -> Table:
    """Each buying day of a customer with the next one; the last one's is null."""
    each = _with_next(orders)
    return each.filter(each.next_day.isnull() | (each.next_day > each.day))


def gaps(each: Table) -> Table:
    """How often each number of days lay between two buying days of a customer."""
    seen = each.filter(each.next_day.notnull()).mutate(gap=_.next_day - _.day)
    return seen.group_by("gap").aggregate(count=_.count().cast("int64")).order_by("gap")


def second_orders(each: Table) -> Table:
    """Customers by the day of their first order and the days until the second one (null: none so far)."""
    ones = each.group_by("customer_id").aggregate(first_day=_.day.min(), second_day=_.next_day.min())
    waits = ones.mutate(wait=_.second_day - _.first_day).group_by("first_day", "wait")
    return waits.aggregate(customers=_.count().cast("int64")).order_by("first_day", "wait")


def silences(each: Table, *, churn_days: int, until: int) -> Table:
    """Buying days by their month, the day they stop to count as active, and whether that day ended in silence.

    A customer is active from a buying day until the next one, but no longer than `churn_days`; who is silent longer is
    lost on that day, and came back if a next one exists. What has not ended by `until` ends on the day after it.
    """
    silent = each.next_day.isnull() | (each.next_day - each.day > churn_days)
    end = cases(
        (silent & (each.day + churn_days <= until), each.day + churn_days),
        (silent, until + 1),
        else_=each.next_day,
    )
    lost = silent & (each.day + churn_days <= until)
    rows = each.mutate(end_day=end.cast("int64"), lost=lost, came_back=lost & each.next_day.notnull())
    kinds = rows.group_by("month", "end_day", "lost", "came_back")
    return kinds.aggregate(customers=_.count().cast("int64")).order_by("month", "end_day", "lost", "came_back")


def _with_next(orders: Table) -> Table:
    """Each order with the day of the customer's next one, the same day for all but the last of a day.

    A window is sorted, and sorting costs engines half the time and memory of counting distinct days in a hash table.
    """
    return orders.mutate(next_day=orders.day.lead().over(window(group_by="customer_id", order_by="day")))
