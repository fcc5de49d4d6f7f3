"""The cohort table."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from liuke.insight import queries
from liuke.insight.management.commands._figures import FigureCommand
from liuke.insight.rules.calendar import month_on
from liuke.insight.rules.shares import Share
from liuke.insight.shapes import RetentionOut


class Command(FigureCommand):
    help = "Monthly cohorts: how many percent of the customers of each first month bought again so many months later."
    shape = RetentionOut

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--months", type=int, default=0, help="only the last so many cohorts")

    def ask(self, **options: Any) -> queries.Retention | None:
        return queries.retention(months=options["months"])

    def lines(self, answer: queries.Retention) -> Iterable[str]:
        yield "first    customers  " + " ".join(f"{f'+{at}':>5}" for at in range(len(answer.averages)))
        for cohort in answer.cohorts:
            cells = (cell_text(cell.share, over=cell.over) for cell in cohort.cells)
            yield f"{month_on(cohort.month):%Y-%m}  {cohort.customers:>9,}  " + " ".join(cells)
        yield "all cohorts         " + " ".join(cell_text(share, over=True) for share in answer.averages)
        yield f"percent; ~ the month still runs; until {answer.until_on}"


def cell_text(share: Share, *, over: bool) -> str:
    return f"{'-' if share.rate is None else f'{share.rate * 100:.1f}'}{'' if over else '~'}".rjust(5)
