"""What a chart says, before anybody draws it: any module may make one, `console/parts/chart.html` shows it.

The sentence, the picture and the table behind it come from the same values. Money is in fen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

LINES, BARS, STACKED = "lines", "bars", "stacked"
KINDS = (LINES, BARS, STACKED)
MONEY, NUMBER, PERCENT = "money", "number", "percent"       # percent: 0.123 is 12.3%
UNITS = (MONEY, NUMBER, PERCENT)
MAX_SERIES, MAX_POINTS = 6, 400


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line or one colour of bars. `low` and `high` draw its uncertainty; `dashed` marks a baseline or forecast."""

    name: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`says` is the sentence that the picture shows; `axis` names the labels; charts side by side share `most`."""

    name: str                                 # unique on its page: letters, digits and hyphens
    kind: str
    unit: str
    says: str
    axis: str
    labels: Sequence[str]
    series: Sequence[Series]
    hrefs: Sequence[str] = field(default=())  # the rows behind each label
    most: float | None = None
    low_box: bool = False                     # drawn in less height

    def __post_init__(self) -> None:
        assert self.kind in KINDS, self.kind
        assert self.unit in UNITS, self.unit
        assert len(self.series) <= MAX_SERIES, "more lines than a person tells apart"
        assert len(self.labels) <= MAX_POINTS, "more points than a screen shows"
        for each in self.series:
            assert len(each.values) == len(self.labels), f"{each.name}: a value for every label"
            assert len(each.low) == len(each.high) in (0, len(self.labels)), f"{each.name}: both edges or none"

    @property
    def data_id(self) -> str:
        """The id of the JSON in the page."""
        return f"chart-data-{self.name}"

    def data(self) -> dict[str, Any]:
        """For the browser."""
        kept = {name: value for name, value in asdict(self).items() if name in ("kind", "unit", "labels", "most")}
        return {**kept, "series": [asdict(each) for each in self.series]}

    def rows(self) -> Iterator[tuple[str, str, list[float | None]]]:
        """For the table: label, address or nothing, and the values side by side."""
        hrefs = self.hrefs or [""] * len(self.labels)
        for at, label in enumerate(self.labels):
            yield label, hrefs[at], [each.values[at] for each in self.series]

    @property
    def empty(self) -> bool:
        """Nothing to draw: no label, or no value anywhere."""
        return all(value is None for each in self.series for value in each.values)
