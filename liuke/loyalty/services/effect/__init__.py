"""Whatever keeps a hold-out has an effect that can be measured. A kind of it is registered here, as benefits are:

    effect.register(Campaigns())          # in the ready() of the app that has them

Rules and grants of coupons are; draws join with a class of their own, and have no hold-out. Nothing here computes: see
`nightly`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from django.utils.functional import Promise

from liuke.kit.errors import NotYours


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One thing whose effect is asked. `since`: from when on exactly this share is held out; who met it before, when
    it was another share, is not counted. `address` is its page, `unit` what its rewards are counted in.
    """

    id: int
    name: str
    address: str
    hold_out_bp: int
    since: datetime
    unit: str = ""
    stopped_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Since the beginning, less what refunds took back: what was given, how much of it was used, what it cost."""

    given: int = 0
    used: int | None = None              # None: it is not the kind of thing that is used
    cost_fen: int = 0


class Source(Protocol):
    """A kind of thing with a hold-out. Its statements are its own texts; none holds what a person typed."""

    kind: ClassVar[str]
    word: ClassVar[Promise]

    def measured(self, *, now: datetime) -> list[Measured]:
        """What runs, or ran until a few months ago."""

    def events(self, of_id: int) -> str:
        """A statement: customer_id bigint, at bigint (microseconds since 1970), treated boolean, cost_fen bigint.

        One row for each time that something was given, or kept from somebody who is held out; cost_fen less what
        refunds took back. A cost may come later than the giving, in a row of its own.
        """

    def totals(self, of_ids: list[int]) -> Mapping[int, Totals]:
        """What was given, used and spent in all; who is missing in the answer has nothing."""

    def stop(self, of_id: int, *, now: datetime) -> dict[str, Any] | None:
        """End it; the answer undoes it in `resume`. None: it had ended before. Raises NotYours."""

    def resume(self, of_id: int, how: dict[str, Any], *, now: datetime) -> None:
        """Undo `stop`. Raises a Refused when that is no longer possible."""


_known: dict[str, Source] = {}
_costs: dict[str, "Cost"] = {}


def register(source: Source) -> None:
    """Called once for each kind, when its app is ready. Again with the same kind is nothing."""
    assert type(_known.get(source.kind, source)) is type(source), f"two kinds of effect are called {source.kind}"
    _known[source.kind] = source


def source_of(kind: str) -> Source:
    """Raises NotYours."""
    if found := _known.get(kind):
        return found
    raise NotYours(kind)


def sources() -> list[Source]:
    """Every kind, in the order in which it was registered."""
    return list(_known.values())


@dataclass(frozen=True, kw_only=True)
class Costed:
    """One thing that was given, as texts of SQL: its key, how much was given and kept of it, and its details."""

    key: str
    given: str
    kept: str
    details: str
    points_per_yuan: int


Cost = Callable[[Costed], str]
AWARD = {
    "key": "'award:' || a.rule_id || ':' || a.fact_id || ':' || a.role", "given": "a.amount",
    "kept": "(a.amount - a.taken)",
    "details": "(SELECT v.details FROM loyalty_ruleversion v WHERE v.id = a.version_id)",
}


def cost_of(benefit: str, cost: Cost) -> None:
    """Teach what a thing of a kind costs in fen, as SQL; who is not taught costs nothing. Called when the app that
    gives it is ready.
    """
    _costs[benefit] = cost


def costed_kinds() -> list[str]:
    """What somebody has taught the cost of."""
    return sorted(_costs)


def cost_sql(benefit: str, of: Costed) -> str:
    """The cost in fen of one thing of this kind."""
    return f"({_costs[benefit](of)})" if benefit in _costs else "0"


def cost_expression(*, points_per_yuan: int) -> str:
    """The cost in fen of a row `a` of loyalty_award, whatever was given."""
    of = Costed(**AWARD, points_per_yuan=points_per_yuan)
    cases = "".join(f" WHEN '{benefit}' THEN {cost_sql(benefit, of)}" for benefit in sorted(_costs))
    return f"CASE a.benefit{cases} ELSE 0 END"
