"""What customers did after something was given to them, or kept from them: one expression for DuckDB and for Spark.

`events` has a row for each time: customer_id, at (microseconds since 1970), treated (false: held out) and cost_fen.
A customer belongs to the group of their first event, and is looked at for some days from that moment on.
"""

from collections.abc import Sequence
from typing import Any

import ibis
from ibis import Table, _

from liuke.insight.rules.bought import NOT_BOUGHT, RETURNED

DAY = 86_400 * 1_000_000
MOMENTS = ("count", "again", "net", "net_squares", "worth", "worth_squares", "cost")


def first_events(events: Table, *, since: int) -> Table:
    """Each customer's first event, of those whose first one was not before `since`."""
    first = events.group_by("customer_id").aggregate(began=_.at.min(), treated=_.treated.argmin(_.at))
    return first.filter(first.began >= since)


def arms(orders: Table, events: Table, *, since: int, until: int, days: Sequence[int], margin_bp: int) -> Table:
    """For each group the sums of MOMENTS, by window: of who was watched for so many days by `until`.

    again: bought within the window. net: what they paid in it less what went back of it since, in fen. cost: what the
    events of the window cost. worth: net at this margin, less the cost. Columns are net_30 and so on.
    """
    first = first_events(events, since=since)
    each = first.left_join(_bought(orders, first, since, days), "customer_id").drop("customer_id_right")
    each = each.left_join(_cost(events, first, days), "customer_id").drop("customer_id_right")
    sums: dict[str, Any] = {}
    for width in days:
        seen = each.began + width * DAY <= until
        again = each[f"orders_{width}"].fill_null(0) > 0
        net = each[f"net_{width}"].fill_null(0).cast("float64")
        cost = each[f"cost_{width}"].fill_null(0).cast("float64")
        worth = net * (margin_bp / 10_000) - cost
        sums |= {
            f"count_{width}": seen.sum().cast("int64"), f"again_{width}": (seen & again).sum().cast("int64"),
            f"net_{width}": net.sum(where=seen), f"net_squares_{width}": (net * net).sum(where=seen),
            f"worth_{width}": worth.sum(where=seen), f"worth_squares_{width}": (worth * worth).sum(where=seen),
            f"cost_{width}": cost.sum(where=seen),
        }
    return each.group_by("treated").aggregate(everybody=_.count().cast("int64"), **sums).order_by("treated")


def _bought(orders: Table, first: Table, since: int, days: Sequence[int]) -> Table:
    """Of each customer, purchases and money in each window; returns lower the money and are no purchase."""
    known = orders.mutate(placed=orders.placed_at.epoch_seconds().cast("int64") * 1_000_000)
    bought = known.state.notin(NOT_BOUGHT)
    kept = known.filter(bought | ((known.state == str(RETURNED)) & (known.net_fen < 0)), known.placed >= since)
    rows = kept.select("customer_id", "placed", "net_fen", purchase=kept.state.notin(NOT_BOUGHT))
    met = first.join(rows, "customer_id")
    met = met.filter(met.placed > met.began, met.placed <= met.began + max(days) * DAY)
    sums: dict[str, Any] = {}
    for width in days:
        inside = met.placed <= met.began + width * DAY
        sums[f"orders_{width}"] = (inside & met.purchase).sum().cast("int64")
        sums[f"net_{width}"] = ibis.ifelse(inside, met.net_fen, 0).sum().cast("int64")
    return met.group_by("customer_id").aggregate(**sums)


def _cost(events: Table, first: Table, days: Sequence[int]) -> Table:
    met = first.select("customer_id", "began").join(events.select("customer_id", "at", "cost_fen"), "customer_id")
    met = met.filter(met.at <= met.began + max(days) * DAY)
    return met.group_by("customer_id").aggregate(**{
        f"cost_{width}": ibis.ifelse(met.at <= met.began + width * DAY, met.cost_fen, 0).sum().cast("int64")
        for width in days
    })
