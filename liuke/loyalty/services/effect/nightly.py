"""Every night: what each thing with a hold-out has cost and brought. Loads the engines; only the worker and commands
import it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from liuke.insight import queries as insight
from liuke.insight.queries.margins import margin
from liuke.insight.rules.shares import Share
from liuke.insight.rules.uplift import (
    Difference,
    of_means,
    of_means_always,
    of_shares,
    parted_by_chance,
)
from liuke.insight.services.outcomes import Outcome, Window, looking
from liuke.kit.money import BASIS_POINTS
from liuke.loyalty.models import Effect, EffectWindow
from liuke.loyalty.rules import verdicts
from liuke.loyalty.rules.limits import ASSUMED_MARGIN_BP, EFFECT_NIGHTS
from liuke.loyalty.rules.verdicts import WINDOWS
from liuke.loyalty.services import effect
from liuke.loyalty.services.effect import Measured, Totals

DAY = timedelta(days=1)


def measure(*, now: datetime, only: tuple[str, int] | None = None) -> int:
    """Measure everything that is registered, or `only` one thing; returns how many. Again on a day replaces that day's.

    Opens its own transactions, one for each thing: killed, the next run goes on.
    """
    asked: list[tuple[effect.Source, list[Measured]]] = [
        (source, [each for each in source.measured(now=now) if only in (None, (source.kind, each.id))])
        for source in effect.sources() if only is None or only[0] == source.kind
    ]
    terms, done = _terms(now), 0
    with looking(now=now) as outcomes:
        for source, things in asked:
            totals = source.totals([thing.id for thing in things])
            for thing in things:
                outcome = outcomes.of(source.events(thing.id), since=thing.since, days=WINDOWS,
                                      margin_bp=terms.margin_bp)
                with transaction.atomic(durable=True):
                    row = _row(thing, outcome, totals.get(thing.id, Totals()), terms)
                    row.kind = source.kind
                    _store(row, outcome.windows)
                done += 1
    return done


@dataclass(frozen=True)
class Terms:
    """What holds for everything that is measured in one night."""

    now: datetime
    days: int
    margin_bp: int
    margin_known: bool


def _terms(now: datetime) -> Terms:
    known, snapshot = margin(now=now), insight.snapshot()
    return Terms(now, verdicts.main_window(snapshot.gap_quarters if snapshot else None),
                 ASSUMED_MARGIN_BP if known is None else known, known is not None)


def _row(thing: Measured, outcome: Outcome, totals: Totals, terms: Terms) -> Effect:
    window = next(each for each in outcome.windows if each.days == terms.days)
    one, other = window.treated, window.control
    met = outcome.treated + outcome.control
    fair = parted_by_chance(outcome.control, met, control_share=thing.hold_out_bp / BASIS_POINTS)
    missing = verdicts.missing(
        treated=one.worth, control=other.worth, cost_fen=one.cost_fen, hold_out_bp=thing.hold_out_bp,
        again=Share(one.again.part + other.again.part, one.again.whole + other.again.whole).rate)
    until = min(terms.now, thing.stopped_at or terms.now)
    return Effect(
        of_id=thing.id, on=timezone.localdate(terms.now), computed_at=terms.now, since=thing.since, days=terms.days,
        hold_out_bp=thing.hold_out_bp, treated=outcome.treated, control=outcome.control, margin_bp=terms.margin_bp,
        margin_known=terms.margin_known, given=totals.given, used=totals.used, cost_fen=totals.cost_fen,
        missing=missing, days_left=verdicts.days_for(missing, met, (until - thing.since) / DAY),
        verdict=verdicts.verdict(hold_out_bp=thing.hold_out_bp, fair=fair, missing=missing,
                                 worth=of_means_always(one.worth, other.worth)),
    )


def _store(row: Effect, windows: Sequence[Window]) -> None:
    mine = Effect.objects.filter(kind=row.kind, of_id=row.of_id)
    mine.filter(on=row.on).delete()
    row.save()
    EffectWindow.objects.bulk_create(_window(row, window) for window in windows)
    kept = list(mine.order_by("-on").values_list("pk", flat=True)[:EFFECT_NIGHTS])
    mine.exclude(pk__in=kept).delete()


def _window(row: Effect, window: Window) -> EffectWindow:
    one, other = window.treated, window.control
    again, net = of_shares(one.again, other.again), of_means(one.net, other.net)
    worth = of_means_always(one.worth, other.worth)
    return EffectWindow(
        effect=row, days=window.days, treated=one.again.whole, control=other.again.whole,
        treated_again=one.again.part, control_again=other.again.part, treated_fen=round(one.net.total),
        control_fen=round(other.net.total), cost_fen=one.cost_fen,
        **_edges("again", again), **_edges("net", net), **_edges("worth", worth),
    )


def _edges(name: str, found: Difference | None) -> dict[str, float | None]:
    low, high = (found.low, found.high) if found else (None, None)
    return {f"{name}_low": low, f"{name}_high": high} | (
        {"worth": found.estimate if found else None} if name == "worth" else {})
