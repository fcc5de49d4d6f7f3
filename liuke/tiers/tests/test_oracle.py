"""Any sequence of growth, refunds and time agrees with a plain reckoning from the list of what came when."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from liuke.tiers import services as tiers
from liuke.tiers.queries import standings
from liuke.tiers.tests.builders import GOLD, MEMBER, SILVER, customer, plan, standing, tier_of, told

START = date(2026, 1, 20)
LEVELS = [("member", 0), ("silver", 1_000), ("gold", 3_000)]
AMOUNTS = st.sampled_from([100, 400, 600, 1_000, 1_700, 3_000])
GROW = st.tuples(st.just("grow"), AMOUNTS, st.just(0))
BACK = st.tuples(st.just("back"), st.sampled_from([1, 400, 10_000]), st.integers(0, 9))
LOOK = st.tuples(st.just("look"), st.just(0), st.just(0))
STEPS = st.lists(st.tuples(st.integers(0, 150), st.one_of(GROW, GROW, BACK, LOOK)), min_size=1, max_size=12)


def noon(day):
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@dataclass
class Plain:
    """One customer, by a loop over days: no rows, no SQL, nothing kept but what came and what was reached."""

    period: str
    months: int
    grace: int
    came: list = field(default_factory=list)             # [day, what is left of it]
    reached: list = field(default_factory=list)          # (after, last, until) of months
    day: date = START

    def sum(self, after, last):
        return sum(left for day, left in self.came if (after is None or day > after) and day <= last)

    def tier(self, growth):
        return max(at for at, (_code, least) in enumerate(LEVELS) if growth >= least)

    def go_to(self, day):
        while self.day < day:
            self.day += timedelta(days=1)
            for after_, last, until in list(self.reached):
                del after_
                if until == self.day - timedelta(days=1):
                    held = max((self.worth(each) for each in self.reached if each[2] >= self.day), default=0)
                    if self.tier(self.sum(last, until)) > held:
                        self.reached.append((last, until, until + relativedelta(months=self.months)))

    def worth(self, reach):
        return self.tier(self.sum(reach[0], reach[1]))

    def look(self):
        if self.period != "months":
            return
        held = max((self.worth(each) for each in self.reached if each[2] >= self.day), default=0)
        after = self.day - relativedelta(months=self.months)
        if self.tier(self.sum(after, self.day)) > held:
            self.reached.append((after, self.day, self.day + relativedelta(months=self.months)))

    def now(self):
        if self.period == "forever":
            return LEVELS[self.tier(self.sum(None, self.day))][0]
        if self.period == "year":
            years = [year for year in range(START.year, self.day.year + 1)
                     if self.day <= date(year + 1, 12, 31) + timedelta(days=self.grace)]
            return LEVELS[max(self.tier(self.sum(date(year - 1, 12, 31), date(year, 12, 31))) for year in years)][0]
        living = [each for each in self.reached if self.day <= each[2] + timedelta(days=self.grace)]
        return LEVELS[max((self.worth(each) for each in living), default=0)][0]


@pytest.mark.slow
class TestAgreesWithAPlainReckoning(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from(["forever", "year", "months"]), st.sampled_from([1, 5, 12]), st.sampled_from([0, 20]), STEPS)
    def test_tiers_after_every_step(self, period, months, grace, steps):
        plan(MEMBER, SILVER, GOLD, period=period, months=months, grace_days=grace, starts_on=START, now=noon(START))
        ann, plain, keys, day = customer(), Plain(period, months, grace), [], START
        standing(ann, "")
        for number, (days, (what, amount, which)) in enumerate(steps):
            day += timedelta(days=days)
            plain.go_to(day)
            if what == "grow":
                keys.append(f"g{number}")
                tiers.grow(given=[tiers.Growing(customer_id=ann.pk, amount=amount, key=keys[-1])], now=noon(day))
                plain.came.append([day, amount])
            elif what == "back" and keys:
                mine = plain.came[which % len(keys)]
                part = min(amount, mine[1])
                if part:
                    tiers.take_back(of=keys[which % len(keys)], amount=part, key=f"b{number}", now=noon(day))
                    mine[1] -= part
            plain.look()
            tiers.settle_due(now=noon(day))
            tiers.settle_plan(now=noon(day))

            assert (tier_of(ann) or "member") == plain.now()
        moves = told(ann)
        assert [move[0] for move in moves[1:]] == [move[1] for move in moves[:-1]]      # each begins where one ended
        assert (moves[-1][1] if moves else "member") == plain.now()
        assert standings.differing() == []
