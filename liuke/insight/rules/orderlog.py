"""From an order log to the rows of a purchase model: who bought on which days, seen until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from liuke.insight.rules.rows import Floats, Ints

DAYS_IN = {"day": 1.0, "week": 7.0}
NOT_BOUGHT = frozenset({                     # spellings of a status under which nobody has bought
    "cancelled", "canceled", "refunded", "closed", "unpaid", "pending", "placed", "failed",
    "已取消", "取消", "交易关闭", "已关闭", "已退款",
    "退款成功", "待付款", "未付款", "等待买家付款",
})


class Aside(StrEnum):
    """Rows that are understood and do not count as buying."""

    RETURNED = "returned"                    # negative amount or quantity
    NOT_BOUGHT = "not_bought"                # cancelled, refunded, not paid
    AFTER_END = "after_end"                  # later than --until


@dataclass(frozen=True, slots=True)
class Summary:
    """One row for each customer, in the order in which they first appear."""

    repeats: Ints
    recency: Floats
    age: Floats


def summarise(days: Mapping[str, set[int]], *, until: int, unit: str) -> Summary:
    """Repeats, recency and age of customers by their buying days; all days are at most `until`.

    Several orders on one day are one buying day: the models count returns to the brand, not receipts.
    """
    first = np.array([min(each) for each in days.values()], dtype=np.int64)
    last = np.array([max(each) for each in days.values()], dtype=np.int64)
    count = np.array([len(each) for each in days.values()], dtype=np.int64)
    return Summary(count - 1, (last - first) / DAYS_IN[unit], (until - first) / DAYS_IN[unit])
