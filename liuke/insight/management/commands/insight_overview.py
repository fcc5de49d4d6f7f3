"""The brand in a few numbers."""

from collections.abc import Iterable
from typing import Any

from liuke.insight import queries
from liuke.insight.management.commands._figures import FigureCommand, percent
from liuke.insight.rules.calendar import month_on
from liuke.insight.shapes import OverviewOut
from liuke.kit.money import yuan


class Command(FigureCommand):
    help = "Customers, orders, repurchase, churn and what the model expects, as of the last refresh."
    shape = OverviewOut

    def ask(self, **options: Any) -> queries.Overview | None:
        return queries.overview()

    def lines(self, answer: queries.Overview) -> Iterable[str]:
        yield f"until {answer.until_on}, computed {answer.computed_at:%Y-%m-%d %H:%M}Z"
        yield f"{answer.customers:,} customers, {answer.orders:,} orders, {yuan(answer.net_fen)} yuan"
        yield f"bought on a second day: {percent(answer.repeat)}; within 90 days: {percent(answer.second_within)}"
        if answer.month:
            yield f"{month_on(answer.month.month):%Y-%m}: bought before that month: {percent(answer.month.repurchase)}"
        if answer.churn:
            yield (f"{month_on(answer.churn.month):%Y-%m}: fell silent for more than {answer.churn_days} days: "
                   f"{percent(answer.churn.lost)}")
        if answer.alive is not None and answer.orders_90 is not None:
            yield f"expected: {answer.alive:,.0f} customers still buy, {answer.orders_90:,.0f} orders in 90 days"
        else:
            yield f"no model fits yet ({answer.model_refused})"
        if answer.orders_ahead:
            yield f"{answer.orders_ahead:,} orders are dated ahead of that day and were left out"
