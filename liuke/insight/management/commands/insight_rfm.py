"""RFM levels, segments and value tiers."""

from collections.abc import Iterable
from typing import Any

from ninja import Schema

from liuke.insight import queries
from liuke.insight.management.commands._figures import FigureCommand
from liuke.insight.rules.tiers import LEVELS
from liuke.insight.shapes import RfmOut, rfm_out
from liuke.kit.money import yuan


class Command(FigureCommand):
    help = "Customers by recency and frequency, the eight segments and the value tiers, and the values they are cut on."
    shape = RfmOut

    def ask(self, **options: Any) -> queries.Rfm | None:
        return queries.rfm()

    def shaped(self, answer: queries.Rfm) -> Schema:
        return rfm_out(answer)

    def lines(self, answer: queries.Rfm) -> Iterable[str]:
        levels = range(LEVELS, 0, -1)
        yield "recency \\ frequency " + "".join(f"{f'F{level}':>10}" for level in levels)
        for recency in levels:
            row = "".join(f"{answer.grid[recency, frequency].customers:>10,}" for frequency in levels)
            yield f"{f'R{recency}':<20}{row}"
        yield f"cut {answer.cut_at:%Y-%m-%d} on days since the last order {answer.recency_days}"
        yield f"on buying days {answer.buying_days}, on yuan {[yuan(each) for each in answer.money_fen]}"
        for name, group in answer.segments.items():
            yield f"{name:<12}{group.customers:>10,} customers {yuan(group.net_fen):>18} yuan"
        for tier, group in answer.tiers.items():
            yield (f"{tier.name.lower():<12}{group.customers:>10,} customers {yuan(group.net_fen):>18} yuan, "
                   f"expected in a year {yuan(group.value_fen)}")
