"""Effects as JSON, for the API and for `liuke loyalty effect --json`: here for both. Money is fen, a share 0 to 1."""

from datetime import date, datetime

from ninja import Schema

from liuke.loyalty import saying
from liuke.loyalty.queries.effect import Reading


class BandOut(Schema):
    estimate: float
    low: float
    high: float


class WindowOut(Schema):
    """Treated less control within so many days; `per_yuan` is margin gained for each yuan of cost."""

    days: int
    treated: int
    control: int
    treated_again: float | None
    control_again: float | None
    cost_fen: int
    again: BandOut | None
    net_fen: BandOut | None
    worth_fen: BandOut | None
    per_yuan: BandOut | None


class EffectOut(Schema):
    """`verdict`: keep, stop, even, collect, uneven, unmeasured. `missing` more customers would tell."""

    kind: str
    id: int
    name: str
    on: date
    computed_at: datetime
    since: datetime
    hold_out: float
    treated: int
    control: int
    given: int
    used: int | None
    cost_fen: int
    margin: float
    margin_known: bool
    verdict: str
    says: str
    missing: int
    days_left: int | None
    main_days: int
    windows: list[WindowOut]


def effect_out(found: Reading, name: str) -> EffectOut:
    row = found.row
    return EffectOut(
        kind=row.kind, id=row.of_id, name=name, on=row.on, computed_at=row.computed_at, since=row.since,
        hold_out=row.hold_out_bp / 10_000, treated=row.treated, control=row.control, given=row.given, used=row.used,
        cost_fen=row.cost_fen, margin=row.margin_bp / 10_000, margin_known=row.margin_known, verdict=row.verdict,
        says=saying.verdict_says(found), missing=row.missing, days_left=row.days_left, main_days=row.days,
        windows=[WindowOut.model_validate(each, from_attributes=True) for each in found.windows],
    )
