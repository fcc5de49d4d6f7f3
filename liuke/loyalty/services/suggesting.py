"""Every night: which rewards suit each customer. Loads the models of purchase; only the worker imports it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise

from django.db import connection, transaction

from liuke.customers.models import Customer
from liuke.insight.queries.margins import margin, margins, usual_freight_fen
from liuke.insight.queries.segments import Prospect, prospects
from liuke.insight.rules.tiers import ValueTier
from liuke.insight.services.affinity import Liking, Taste, tastes
from liuke.loyalty.models import Suggested, Suggestion
from liuke.loyalty.queries.effect import readings
from liuke.loyalty.rules import suggesting as rules
from liuke.loyalty.rules.limits import ASSUMED_MARGIN_BP, DEFAULT_HOLD_OUT_BP, SUGGESTION_BATCH
from liuke.loyalty.rules.suggesting import RAISED_DAYS, RAISED_MONTHS, Candidate, Lift, Offer, Why
from liuke.loyalty.rules.terms import held_out
from liuke.loyalty.rules.verdicts import Verdict
from liuke.loyalty.services import benefits
from liuke.loyalty.services.benefits.tiers import TierStay
from liuke.loyalty.services.effect.of_suggestions import SUGGESTIONS, begun
from liuke.points.queries import terms
from liuke.tiers import queries as tiers

COLUMNS = ("customer_id", "place", "why", "category", "because", "chance", "benefit", "amount", "details", "charge",
           "gain_fen", "cost_fen", "lift", "lift_measured", "made_at")
LIKINGS = 3                              # of a customer, that are looked at
TOLD = (Verdict.KEEP, Verdict.STOP, Verdict.EVEN, Verdict.COLLECT)
Row = tuple[object, ...]


@dataclass(frozen=True)
class Terms:
    """What holds for everybody in one night; margins in 1/10000. `above` is the tier above each, by its code."""

    by_category: Mapping[str, int]
    everywhere_bp: int
    lift: Lift
    points_per_yuan: int
    offers: Sequence[Offer]
    above: Mapping[str, tuple[tiers.Rung, tiers.Rung]]
    freight_fen: int
    now: datetime

    def margin_fen(self, each_fen: int, category: str = "") -> int:
        return rules.margin_of(each_fen, self.by_category.get(category, self.everywhere_bp))


def suggest(*, now: datetime) -> int:
    """Replace every customer's suggestions; returns how many there are. Again finds the same; the forgotten have none,
    nor has who is held out, nor anybody while it is stopped.

    Opens its own transactions, one for each batch of customers: killed, the next run goes on. Who has no suggestion
    any more loses the old ones at the end.
    """
    made = 0
    if begun(now=now):
        held = terms_of(now)
        for batch in _batches(tastes(now=now)):
            made += _batch(batch, held)
    with transaction.atomic(durable=True):
        Suggestion.objects.filter(made_at__lt=now).delete()
    return made


def terms_of(now: datetime) -> Terms:
    """What this night reckons with."""
    whole = margin(now=now)
    return Terms(
        margins(now=now), ASSUMED_MARGIN_BP if whole is None else whole, lift_now(), terms().points_per_yuan,
        [offer for kind in benefits.by_hand() for offer in kind.offers(now=now)],
        {low.code: (low, high) for low, high in pairwise(tiers.rungs())}, usual_freight_fen(now=now), now)


def _batch(batch: Sequence[Taste], held: Terms) -> int:
    ids = [taste.customer_id for taste in batch]
    known, people, standing = prospects(ids), _people(ids), tiers.tiers_of(ids) if held.above else {}
    found = {
        taste.customer_id: _rows(taste, known.get(taste.customer_id, Prospect()), standing.get(taste.customer_id, ""),
                                 held) for taste in batch if taste.customer_id in people}
    met = [customer_id for customer_id, rows in found.items() if rows]
    out = {customer_id for customer_id in met if held_out(SUGGESTIONS, customer_id, DEFAULT_HOLD_OUT_BP)}
    rows = [row for customer_id in met if customer_id not in out for row in found[customer_id]]
    with transaction.atomic(durable=True):
        _replace(ids, rows)
        Suggested.objects.bulk_create(
            [Suggested(customer_id=customer_id, at=held.now, held_out=customer_id in out) for customer_id in met],
            ignore_conflicts=True)
    return len(rows)


def _people(customer_ids: Sequence[int]) -> set[int]:
    """Those who are still with us."""
    rows = Customer.objects.filter(pk__in=customer_ids, forgotten_at=None, merged_into=None)
    return set(rows.values_list("pk", flat=True))


def lift_now() -> Lift:
    """What effects of rules that give points say of the chance to buy again, beside what is believed without them."""
    seen = []
    for each in readings().values():
        main = each.main
        if each.row.kind == "rule" and each.verdict in TOLD and main.again and main.control_again:
            found = rules.relative(main.treated_again or 0.0, main.control_again, main.again.low, main.again.high)
            seen += [found] if found else []
    return rules.believed(seen)


def candidates(taste: Taste, prospect: Prospect, code: str, held: Terms) -> list[Candidate]:
    """The likeliest categories, the next one by what people like them buy, and thanks to who is worth much; to them,
    too, the tier above theirs (`code`).
    """
    def keeps(each: Liking) -> Candidate:
        return Candidate(Why.KEEP, each.chance, held.margin_fen(each.each_fen, each.category), each.category,
                         each_fen=each.each_fen)

    found = sorted(map(keeps, taste.likings), key=lambda each: -each.chance * each.margin_fen)[:LIKINGS]
    if (following := taste.next) and prospect.buys_30:
        margin_fen = held.margin_fen(following.each_fen, following.category)
        found.append(Candidate(Why.WIDEN, following.also * prospect.buys_30, margin_fen, following.category,
                               following.because, following.each_fen))
    if prospect.tier >= ValueTier.VALUED and prospect.buys_30:
        margin_fen = held.margin_fen(prospect.each_fen)
        found.append(Candidate(Why.THANK, prospect.buys_30, margin_fen, each_fen=prospect.each_fen))
        if code in held.above:
            found.append(Candidate(Why.RAISE, prospect.buys_30, margin_fen, each_fen=prospect.each_fen,
                                   months=RAISED_MONTHS, only=_tier_above(prospect, code, held)))
    return found


def _tier_above(prospect: Prospect, code: str, held: Terms) -> Offer:
    low, high = held.above[code]
    freight_fen = held.freight_fen if high.free_freight and not low.free_freight else 0
    return Offer(benefit=TierStay.code, amount=RAISED_DAYS, details={"tier": high.id}, whys=frozenset({Why.RAISE}),
                 fen=rules.raised(chance=prospect.buys_30, each_fen=prospect.each_fen, freight_fen=freight_fen))


def _rows(taste: Taste, prospect: Prospect, code: str, held: Terms) -> list[Row]:
    ranked = rules.rank(candidates(taste, prospect, code, held), tier=prospect.tier, lift=held.lift,
                        points_per_yuan=held.points_per_yuan, offers=held.offers)
    return [(taste.customer_id, place, str(each.why), each.category[:60], each.because[:60], each.chance, each.benefit,
             each.amount, json.dumps(each.details), each.charge, each.gain_fen, each.cost_fen, held.lift.part,
             held.lift.measured, held.now)
            for place, each in enumerate(ranked, start=1)]


def _replace(customer_ids: Sequence[int], rows: Iterable[Row]) -> None:
    Suggestion.objects.filter(customer_id__in=customer_ids).delete()
    with (connection.cursor() as cursor,
          cursor.copy(f"COPY loyalty_suggestion ({', '.join(COLUMNS)}) FROM STDIN") as copy):
        for row in rows:
            copy.write_row(row)


def _batches(found: Iterator[Taste]) -> Iterator[list[Taste]]:
    while batch := list(islice(found, SUGGESTION_BATCH)):
        yield batch
