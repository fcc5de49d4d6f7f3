"""What a rule would have cost: last month's facts, reckoned by terms that somebody is about to save."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import F, QuerySet
from django.db.models.functions import Mod
from django.utils import timezone

from liuke.loyalty.queries.inputs import known_of, order_of
from liuke.loyalty.queries.people import referrers_of
from liuke.loyalty.rules import formula
from liuke.loyalty.rules import terms as rules
from liuke.loyalty.rules.limits import PREVIEW_BATCH, PREVIEW_DAYS, PREVIEW_FACTS
from liuke.loyalty.rules.reckoning import reckon
from liuke.loyalty.rules.terms import TIMES, Terms
from liuke.mall.queries.lines import paid_lines
from liuke.timeline.models import Fact

NOBODY = 0                               # stands for the rule that does not exist yet, when customers are held out


@dataclass(frozen=True)
class Preview:
    """Of `facts` in the `days` before now, `matched` would have earned, `amount` in all for `customers`.

    `capped` of the matches would have earned less, or nothing, because of a cap. `share` of the customers was looked
    at; below 1 all numbers are scaled up from it. The budget is not applied: it is what this is compared with.
    """

    facts: int
    matched: int
    customers: int
    amount: int
    capped: int
    share: float
    days: int


def preview(terms: Terms, *, now: datetime, days: int = PREVIEW_DAYS) -> Preview:
    """What the terms would have cost in the last `days`, were they in force; at most PREVIEW_FACTS are read."""
    rows = Fact.objects.filter(kind=terms.fact_kind, happened_at__gte=now - timedelta(days=days), happened_at__lt=now)
    total = rows.count()
    parts = max(1, ceil(total / PREVIEW_FACTS))
    if parts > 1:                        # whole customers, so that what counts by customer stays true
        rows = rows.annotate(part=Mod(F("customer_id"), parts)).filter(part=0)
    seen = _Seen(terms, parts)
    for batch in _batches(rows):
        _reckon(terms, batch, seen)
    return Preview(
        facts=total, matched=seen.matched * parts, customers=len(seen.customers) * parts, amount=seen.amount * parts,
        capped=seen.capped * parts, share=1 / parts, days=days,
    )


class _Seen:
    """What was given so far in this preview; caps over all customers are cut down to the share that is looked at."""

    def __init__(self, terms: Terms, parts: int) -> None:
        self.matched = self.amount = self.capped = 0
        self.customers: set[int] = set()
        self.used: Counter[str] = Counter()
        self.caps = {cap: limit if cap.startswith("customer") else ceil(limit / parts)
                     for cap, limit in terms.caps.items()}

    def give(self, customer_id: int, fact: Fact, wanted: int) -> None:
        on = timezone.localdate(fact.happened_at)
        where = {cap: rules.bucket(cap, customer_id, on) for cap in self.caps}
        amount, by = rules.room(self.caps, {cap: self.used[bucket] for cap, bucket in where.items()}, wanted)
        self.matched += 1
        self.capped += bool(by)
        if amount:
            self.amount += amount
            self.customers.add(customer_id)
            self.used.update({bucket: 1 if cap in TIMES else amount for cap, bucket in where.items()})


def _batches(rows: QuerySet[Fact]) -> Iterator[list[Fact]]:
    """In the order in which they happened, so that caps meet the same facts as they would have."""
    ids = list(rows.order_by("happened_at", "pk").values_list("pk", flat=True))
    for at in range(0, len(ids), PREVIEW_BATCH):
        found = Fact.objects.in_bulk(ids[at:at + PREVIEW_BATCH])
        yield [found[pk] for pk in ids[at:at + PREVIEW_BATCH] if pk in found]


def _reckon(terms: Terms, batch: list[Fact], seen: _Seen) -> None:
    orders = paid_lines({order_id for fact in batch if (order_id := order_of(fact)) is not None})
    asked = set(terms.conditions) | formula.names(formula.parse(terms.amount))
    known = known_of(batch, asked=asked, orders=orders)
    referrers = referrers_of({fact.customer_id for fact in batch}) if terms.beneficiary == rules.REFERRER else {}
    for fact in batch:
        whose = fact.customer_id if terms.beneficiary == rules.CUSTOMER else referrers.get(fact.customer_id)
        if whose is None or rules.held_out(NOBODY, whose, terms.hold_out_bp):
            continue
        if earned := reckon(terms, known[fact.pk]):
            seen.give(whose, fact, earned.amount)
