"""What the last nights saw of everything that keeps a hold-out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from liuke.loyalty.models import Effect, EffectWindow
from liuke.loyalty.rules.verdicts import Verdict

ORDER = (Verdict.KEEP, Verdict.EVEN, Verdict.COLLECT, Verdict.STOP, Verdict.UNEVEN, Verdict.UNMEASURED)


@dataclass(frozen=True)
class Band:
    """An estimate with its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Seen:
    """One window of both groups. Differences are treated less control; None while there are too few people.

    `again` is a part of 1, `net_fen` and `worth_fen` are fen a customer, `per_yuan` what a yuan of cost brought in
    margin. The bands of worth and per_yuan hold however often one looks; the others are ordinary 95 % intervals.
    """

    days: int
    treated: int
    control: int
    treated_again: float | None
    control_again: float | None
    treated_fen: float | None
    control_fen: float | None
    cost_fen: int
    again: Band | None
    net_fen: Band | None
    worth_fen: Band | None
    per_yuan: Band | None


@dataclass(frozen=True)
class Reading:
    """What a night saw of one thing; `main` is the window that the verdict rests on."""

    row: Effect
    windows: Sequence[Seen]

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.row.verdict)

    @property
    def main(self) -> Seen:
        return next(each for each in self.windows if each.days == self.row.days)

    @property
    def met(self) -> int:
        return self.row.treated + self.row.control


def readings() -> dict[tuple[str, int], Reading]:
    """The newest of each thing; two statements."""
    rows = Effect.objects.order_by("kind", "of_id", "-on").distinct("kind", "of_id").prefetch_related("windows")
    return {(row.kind, row.of_id): _reading(row) for row in rows}


def reading(kind: str, of_id: int) -> Reading | None:
    """The newest of one thing; None before its first night."""
    row = Effect.objects.filter(kind=kind, of_id=of_id).prefetch_related("windows").order_by("-on").first()
    return _reading(row) if row else None


def nights(kind: str, of_id: int) -> list[tuple[date, Seen]]:
    """The main window as each night saw it, oldest first."""
    rows = Effect.objects.filter(kind=kind, of_id=of_id).prefetch_related("windows").order_by("on")
    return [(row.on, _reading(row).main) for row in rows]


def ranked(found: Sequence[Reading]) -> list[Reading]:
    """By what a yuan of cost brings, the best first, and of the same verdict together; what costs nothing by worth."""
    def place(each: Reading) -> tuple[int, float]:
        best = each.main.per_yuan or each.main.worth_fen
        return ORDER.index(each.verdict), -best.estimate if best else 0.0

    return sorted(found, key=place)


def _reading(row: Effect) -> Reading:
    windows = sorted(row.windows.all(), key=lambda each: each.days)
    return Reading(row, [_seen(window) for window in windows])


def _seen(row: EffectWindow) -> Seen:
    one, other = (_each(row.treated_again, row.treated), _each(row.control_again, row.control))
    paid, unpaid = (_each(row.treated_fen, row.treated), _each(row.control_fen, row.control))
    worth = _band(row.worth, row.worth_low, row.worth_high)
    return Seen(
        days=row.days, treated=row.treated, control=row.control, treated_again=one, control_again=other,
        treated_fen=paid, control_fen=unpaid, cost_fen=row.cost_fen,
        again=_band(_less(one, other), row.again_low, row.again_high),
        net_fen=_band(_less(paid, unpaid), row.net_low, row.net_high), worth_fen=worth,
        per_yuan=_per_yuan(worth, _each(row.cost_fen, row.treated)),
    )


def _each(total: float, people: int) -> float | None:
    return total / people if people else None


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _band(estimate: float | None, low: float | None, high: float | None) -> Band | None:
    return None if estimate is None or low is None or high is None else Band(estimate, low, high)


def _per_yuan(worth: Band | None, cost_fen: float | None) -> Band | None:
    """Margin gained for each yuan spent: worth is margin less cost, so 1 is the point at which it pays."""
    if worth is None or not cost_fen:
        return None
    return Band(*((value + cost_fen) / cost_fen for value in (worth.estimate, worth.low, worth.high)))
