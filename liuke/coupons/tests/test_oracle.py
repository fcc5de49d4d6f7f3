"""Issue, reserve, use, release, expire, refund and take back in any order: agrees with plain values in memory."""

import random
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from liuke.coupons import services as coupons
from liuke.coupons.models import Coupon
from liuke.coupons.queries.checks import differing
from liuke.coupons.rules.reckoning import Discount
from liuke.coupons.services.expiring import expire
from liuke.coupons.tests.builders import NOW, budget, customer, free, template
from liuke.kit.errors import Refused
from liuke.ledger.services.verifying import verify

STEPS = ("issue", "issue", "pending", "ripen", "reserve", "reserve", "use", "use", "release", "give back", "take back",
         "expire", "days")
steps = st.tuples(st.sampled_from(STEPS), st.integers(0, 50), st.integers(1, 900), st.integers(1, 12))
WORTH, BUDGET = 900, 6_000
DAYS = 10                                # until the end of the day after so many
RELEASED_LIVES, BACK_LIVES = 1, 7


@dataclass
class Mine:
    """A coupon as anybody would write it down: hours since the beginning, money in fen."""

    key: str
    state: str
    ends: int | None
    worth: int = WORTH
    recalled: bool = False
    purchase: str = ""
    gave: int = 0


class Both:
    """Does each step to plain values and to Liuke, and compares."""

    def __init__(self):
        self.hour, self.step, self.free = 0, 0, BUDGET
        self.coupons: list[Mine] = []
        self.lost: list[Mine] = []
        self.own = budget(BUDGET)
        self.who, self.version = customer().pk, template(off_fen=WORTH, days=DAYS, budget=self.own)

    @property
    def now(self):
        return NOW + timedelta(hours=self.hour)

    def midnight(self):
        """NOW is 17 o'clock in China; the day of an hour ends 7, 31, 55 ... hours after it."""
        today = (self.hour + 17) // 24
        return (today + DAYS + 1) * 24 - 17

    def pick(self, state, at):
        found = [each for each in self.coupons if each.state == state]
        return found[at % len(found)] if found else None

    def tried(self, call, fine):
        try:
            with transaction.atomic():
                call()
        except Refused:
            assert not fine
        else:
            assert fine

    def back(self, mine, lives):
        """To its owner, or, recalled, to the budget."""
        mine.ends = max(mine.ends, self.hour + lives * 24)
        mine.state = "withdrawn" if mine.recalled else "issued"
        if mine.recalled:
            self.free += mine.worth

    def issue(self, *, pending=False):
        key, fine = f"i{self.step}", self.free >= WORTH
        if fine:
            self.free -= WORTH
            self.coupons.append(Mine(key, "pending" if pending else "issued", None if pending else self.midnight()))
        wanted = coupons.Issue(customer_id=self.who, template_id=self.version.template_id, key=key, pending=pending)
        for _again in range(2):
            self.tried(lambda: coupons.issue(issue=wanted, now=self.now), fine)

    def ripen(self, at):
        if mine := self.pick("pending", at):
            mine.state, mine.ends = "issued", self.midnight()
            coupons.release_pending(of=[mine.key], now=self.now)

    def reserve(self, at, amount):
        if mine := self.pick("issued", at):
            key, fine = f"p{self.step}", mine.ends > self.hour and mine.worth >= amount
            if fine:
                mine.state, mine.purchase, mine.gave = "reserved", key, amount
            row = Coupon.objects.get(key=f"{mine.key}#1")
            asked = [Discount(row.code, amount, (0,), parts=(amount,), coupon_id=row.pk)]
            self.tried(lambda: coupons.reserve(customer_id=self.who, given=asked, key=key, lines=[self.step],
                                               now=self.now), fine)

    def use(self, at):
        if mine := self.pick("reserved", at):
            mine.state = "used"
            self.free += mine.worth - mine.gave
            coupons.use(key=mine.purchase, now=self.now)
            coupons.use(key=mine.purchase, now=self.now)

    def release(self, at):
        if mine := self.pick("reserved", at):
            self.back(mine, RELEASED_LIVES)
            coupons.release(key=mine.purchase, now=self.now)
            coupons.release(key=mine.purchase, now=self.now)

    def give_back(self, at):
        if mine := self.pick("used", at):
            rest = mine.worth - mine.gave
            if self.free >= rest:
                self.free -= rest
            else:
                mine.worth = mine.gave
            self.back(mine, BACK_LIVES)
            gone = coupons.lines_of(key=mine.purchase)
            coupons.give_back(key=mine.purchase, gone=gone, now=self.now)
            coupons.give_back(key=mine.purchase, gone=gone, now=self.now)

    def take_back(self, at):
        if not self.coupons:
            return
        mine = self.coupons[at % len(self.coupons)]
        outcome = {"pending": "withdrawn", "issued": "withdrawn", "reserved": "recalled", "used": "lost",
                   "expired": "lost"}.get(mine.state)
        expected = {} if outcome is None or mine.recalled else {outcome: 1}
        if expected:
            mine.recalled = True
            if outcome == "withdrawn":
                mine.state = "withdrawn"
                self.free += mine.worth
        assert coupons.take_back(of=mine.key, given=1, amount=1, key=f"t{self.step}", now=self.now) == expected

    def expire(self):
        for mine in self.coupons:
            if mine.state == "issued" and mine.ends <= self.hour:
                mine.state = "expired"
                self.free += mine.worth
        while expire(now=self.now, limit=2):
            pass

    def do(self, kind, at, amount, hours):
        self.step += 1
        match kind:
            case "issue" | "pending":
                self.issue(pending=kind == "pending")
            case "ripen":
                self.ripen(at)
            case "reserve":
                self.reserve(at, amount)
            case "use":
                self.use(at)
            case "release":
                self.release(at)
            case "give back":
                self.give_back(at)
            case "take back":
                self.take_back(at)
            case "expire":
                self.expire()
            case "days":
                self.hour += hours * 12
        self.agree()

    def agree(self):
        found = Coupon.objects.order_by("pk").values_list("key", "state", "worth_fen", "expires_at")
        assert list(found) == [
            (f"{mine.key}#1", mine.state, mine.worth,
             None if mine.ends is None else NOW + timedelta(hours=mine.ends)) for mine in self.coupons]
        assert free(self.own) == self.free
        assert differing() == []


def live_through(history):
    both = Both()
    for step in history:
        both.do(*step)
    assert verify(now=NOW).faults == ()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=st.lists(steps, min_size=5, max_size=30))
def test_agrees_with_plain_values(history):
    with transaction.atomic():
        live_through(history)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_agrees_through_a_long_history(seed):
    chance = random.Random(seed)

    live_through((chance.choice(STEPS), chance.randint(0, 50), chance.randint(1, 900), chance.randint(1, 12))
                 for _ in range(120))
