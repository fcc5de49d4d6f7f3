"""Every night: which rewards suit each customer. Loads the models of purchase; only the worker imports it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from liuke.customers.models import Customer
from liuke.insight.queries.margins import margin, margins
from liuke.insight.queries.segments import Prospect, prospects
from liuke.insight.rules.tiers import ValueTier
from liuke.insight.services.affinity import Liking, Taste, tastes
from liuke.loyalty.models import Suggestion
from liuke.loyalty.queries.effect import readings
from liuke.loyalty.rules import suggesting as rules
from liuke.loyalty.rules.limits import ASSUMED_MARGIN_BP, SUGGESTION_BATCH
from liuke.loyalty.rules.suggesting import Candidate, Lift, Why
from liuke.loyalty.rules.verdicts import Verdict
from liuke.points.queries import terms

COLUMNS = ("customer_id", "place", "why", "category", "because", "chance", "benefit", "amount", "gain_fen", "cost_fen",
           "lift", "lift_measured", "made_at")
LIKINGS = 3                              # of a customer, that are looked at
TOLD = (Verdict.KEEP, Verdict.STOP, Verdict.EVEN, Verdict.COLLECT)


@dataclass(frozen=True)
class Terms:
    """What holds for everybody in one night; margins in 1/10000."""

    by_category: Mapping[str, int]
    everywhere_bp: int
    lift: Lift
    points_per_yuan: int
    now: datetime

    def margin_fen(self, each_fen: int, category: str = "") -> int:
        return rules.margin_of(each_fen, self.by_category.get(category, self.everywhere_bp))


def suggest(*, now: datetime) -> int:
    """Replace every customer's suggestions; returns how many there are. Again finds the same; the forgotten have none.

    Opens its own transactions, one for each batch of customers: killed, the next run goes on. Who has no suggestion
    any more loses the old ones at the end.
    """
    whole, made = margin(now=now), 0
    held = Terms(margins(now=now), ASSUMED_MARGIN_BP if whole is None else whole, lift_now(), terms().points_per_yuan,
                 now)
    for batch in _batches(tastes(now=now)):
        ids = [taste.customer_id for taste in batch]
        known, people = prospects(ids), _people(ids)
        rows = [row for taste in batch if taste.customer_id in people
                for row in _rows(taste, known.get(taste.customer_id, Prospect()), held)]
        with transaction.atomic(durable=True):
            _replace(ids, rows)
        made += len(rows)
    with transaction.atomic(durable=True):
        Suggestion.objects.filter(made_at__lt=now).delete()
    return made


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


def candidates(taste: Taste, prospect: Prospect, held: Terms) -> list[Candidate]:
    """The likeliest categories, the next one by what people like them buy, and thanks to who is worth much."""
    def keeps(each: Liking) -> Candidate:
        return Candidate(Why.KEEP, each.chance, held.margin_fen(each.each_fen, each.category), each.category)

    found = sorted(map(keeps, taste.likings), key=lambda each: -each.chance * each.margin_fen)[:LIKINGS]
    if (following := taste.next) and prospect.buys_30:
        margin_fen = held.margin_fen(following.each_fen, following.category)
        found.append(Candidate(Why.WIDEN, following.also * prospect.buys_30, margin_fen, following.category,
                               following.because))
    if prospect.tier >= ValueTier.VALUED and prospect.buys_30:
        found.append(Candidate(Why.THANK, prospect.buys_30, held.margin_fen(prospect.each_fen)))
    return found


def _rows(taste: Taste, prospect: Prospect, held: Terms) -> list[tuple[object, ...]]:
    ranked = rules.rank(candidates(taste, prospect, held), tier=prospect.tier, lift=held.lift,
                        points_per_yuan=held.points_per_yuan)
    return [(taste.customer_id, place, str(each.why), each.category[:60], each.because[:60], each.chance, "points",
             each.points, each.gain_fen, each.cost_fen, held.lift.part, held.lift.measured, held.now)
            for place, each in enumerate(ranked, start=1)]


def _replace(customer_ids: Sequence[int], rows: Iterable[tuple[object, ...]]) -> None:
    Suggestion.objects.filter(customer_id__in=customer_ids).delete()
    with (connection.cursor() as cursor,
          cursor.copy(f"COPY loyalty_suggestion ({', '.join(COLUMNS)}) FROM STDIN") as copy):
        for row in rows:
            copy.write_row(row)


def _batches(found: Iterator[Taste]) -> Iterator[list[Taste]]:
    while batch := list(islice(found, SUGGESTION_BATCH)):
        yield batch
