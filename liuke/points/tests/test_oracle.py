"""Earn, spend, cancel, refund and expire in any order: balance and every lot agree with plain lists in memory."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from liuke.kit.errors import Refused
from liuke.ledger.services.verifying import verify
from liuke.points import queries
from liuke.points.models import OpenLot
from liuke.points.services import (
    Grant,
    TakeBack,
    Unpend,
    expire,
    give_back,
    grant,
    make_available,
    release,
    reserve,
    spend,
    take_back,
    use,
)
from liuke.points.tests.builders import NOW, customer

STEPS = ("earn", "earn", "pending", "available", "reserve", "use", "release", "spend", "give back", "refund", "days",
         "expire", "again")
steps = st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(1, 60), st.sampled_from([None, 1, 5, 40, 100]),
                  st.integers(0, 4))
RELEASED_LIVES, BACK_LIVES = 1, 30       # days, as the rules promise


@dataclass
class Lot:
    number: int
    who: int
    rest: int
    expires: int | None

    def order(self):
        return (self.expires is None, self.expires or 0, self.number)


@dataclass
class Bought:
    who: int
    amount: int
    state: str
    taken: list
    back: int = 0


@dataclass
class Given:
    who: int
    amount: int
    lot: int | None                      # None while pending
    expires: int | None
    number: int                          # kept from the day it was earned on: equal ends go by it
    undone: int = 0


@dataclass
class Oracle:
    """Days instead of moments, lists instead of tables, and a debt that is simply a number."""

    day: int = 0
    lots: dict = field(default_factory=dict)
    debt: list = field(default_factory=lambda: [0, 0])
    given: dict = field(default_factory=dict)
    bought: dict = field(default_factory=dict)
    numbers: int = 0

    def open(self, who):
        return sorted((lot for lot in self.lots.values() if lot.who == who and lot.rest), key=Lot.order)

    def drop(self, who=None):
        for lot in self.lots.values():
            if who in (None, lot.who) and lot.expires is not None and lot.expires <= self.day:
                lot.rest = 0

    def good(self, who):
        return sum(lot.rest for lot in self.open(who) if lot.expires is None or lot.expires > self.day)

    def number(self):
        self.numbers += 1
        return self.numbers

    def add(self, who, amount, expires, number=None):
        number = number or self.number()
        self.lots[number] = Lot(number, who, amount, expires)
        return number

    def pay(self, who):
        """The open lots pay the debt, first out first."""
        for lot in self.open(who):
            part = min(lot.rest, self.debt[who])
            lot.rest -= part
            self.debt[who] -= part

    def take(self, who, amount, first=None):
        taken = []
        for lot in sorted(self.open(who), key=lambda lot: (lot.number != first, lot.order())):
            part = min(lot.rest, amount)
            if part:
                taken.append((lot.number, part))
                lot.rest -= part
                amount -= part
        return taken, amount

    def put(self, who, taken, lives):
        for number, part in taken:
            expires = self.lots[number].expires
            if expires is not None and expires < self.day + lives:
                self.add(who, part, self.day + lives)
            else:
                self.lots[number].rest += part
        self.pay(who)


def pick(rows, at):
    rows = list(rows)
    return rows[-1 - at % len(rows)] if rows else None


class Both:
    """Does each step to the oracle and to Liuke, and compares."""

    def __init__(self):
        self.oracle, self.people, self.step = Oracle(), [customer().pk, customer().pk], 0

    @property
    def now(self):
        return NOW + timedelta(days=self.oracle.day)

    def at(self, day):
        return None if day is None else NOW + timedelta(days=day)

    def refused(self, call, expected):
        try:
            with transaction.atomic():
                call()
        except Refused:
            assert expected
        else:
            assert not expected

    def earn(self, who, amount, days, *, pending=False):
        oracle, key = self.oracle, f"g{self.step}"
        expires = None if days is None else oracle.day + days
        oracle.given[key] = Given(who, amount, None, expires, oracle.number())
        if not pending:
            oracle.given[key].lot = oracle.add(who, amount, expires, oracle.given[key].number)
            oracle.pay(who)
        grant(grants=[Grant(customer_id=self.people[who], amount=amount, key=key, pending=pending,
                            expires_at=None if pending else self.at(expires))], now=self.now)

    def available(self, at):
        oracle = self.oracle
        key = pick((key for key, each in oracle.given.items() if each.lot is None), at)
        if key is None:
            return
        each = oracle.given[key]
        expires = None if each.expires is None else max(each.expires, oracle.day + 1)
        if each.amount > each.undone:
            each.lot = oracle.add(each.who, each.amount - each.undone, expires, each.number)
            oracle.pay(each.who)
        make_available(ready=[Unpend(key=key, expires_at=self.at(expires))], now=self.now)

    def buy(self, who, amount, *, at_once):
        oracle, key = self.oracle, f"p{self.step}"
        fine = oracle.good(who) - oracle.debt[who] >= amount
        if fine:
            oracle.drop(who)                   # who spends first lets go what is due
            taken, rest = oracle.take(who, amount)
            assert rest == 0
            oracle.bought[key] = Bought(who, amount, "used" if at_once else "reserved", taken)
        call = spend if at_once else reserve
        self.refused(lambda: call(customer_id=self.people[who], amount=amount, key=key, now=self.now), not fine)

    def use(self, at):
        key = pick((key for key, each in self.oracle.bought.items() if each.state == "reserved"), at)
        if key:
            self.oracle.bought[key].state = "used"
            use(key=key, now=self.now)

    def release(self, at):
        key = pick((key for key, each in self.oracle.bought.items() if each.state == "reserved"), at)
        if key:
            each = self.oracle.bought[key]
            each.state = "released"
            self.oracle.put(each.who, each.taken, RELEASED_LIVES)
            release(key=key, now=self.now)

    def give_back(self, at, part):
        key = pick((key for key, each in self.oracle.bought.items() if each.state == "used"), at)
        if key is None:
            return
        each = self.oracle.bought[key]
        fine = part <= each.amount - each.back
        if fine:
            # one entry for each point, the last taken first
            single = [number for number, amount in each.taken for _ in range(amount)][::-1]
            back = single[each.back:each.back + part]
            each.back += part
            self.oracle.put(each.who, [(number, back.count(number)) for number in dict.fromkeys(reversed(back))],
                            BACK_LIVES)
        self.refused(lambda: give_back(key=key, part=part, part_key=f"b{self.step}", now=self.now), not fine)

    def refund(self, at, amount):
        key = pick(self.oracle.given, at)
        if key is None:
            return
        each = self.oracle.given[key]
        fine = amount <= each.amount - each.undone
        if fine:
            each.undone += amount
            if each.lot is not None:
                _taken, owed = self.oracle.take(each.who, amount, first=each.lot)
                self.oracle.debt[each.who] += owed
        self.refused(lambda: take_back(back=TakeBack(of=key, amount=amount, key=f"r{self.step}"), now=self.now),
                     not fine)

    def again(self, at):
        """Everything may be asked twice."""
        if key := pick((key for key, each in self.oracle.bought.items() if each.state != "released"), at):
            each = self.oracle.bought[key]
            if each.state == "used":
                use(key=key, now=self.now)
            release(key=key, now=self.now) if each.state == "used" else None

    def do(self, kind, who, amount, days, at):
        self.step += 1
        match kind:
            case "earn":
                self.earn(who, amount, days)
            case "pending":
                self.earn(who, amount, days, pending=True)
            case "available":
                self.available(at)
            case "reserve" | "spend":
                self.buy(who, amount, at_once=kind == "spend")
            case "use":
                self.use(at)
            case "release":
                self.release(at)
            case "give back":
                self.give_back(at, amount)
            case "refund":
                self.refund(at, amount)
            case "days":
                self.oracle.day += amount % 20
            case "expire":
                self.oracle.drop()
                while expire(now=self.now, limit=2):
                    pass
            case "again":
                self.again(at)
        self.agree()

    def agree(self):
        oracle = self.oracle
        for who, customer_id in enumerate(self.people):
            found = OpenLot.objects.filter(customer_id=customer_id).order_by("expires_at", "lot_id")
            assert list(found.values_list("rest", "expires_at")) == [
                (lot.rest, self.at(lot.expires)) for lot in oracle.open(who)]
            told = queries.balance(customer_id, now=self.now)
            assert told.available == oracle.good(who) - oracle.debt[who]
            assert told.reserved == sum(
                each.amount for each in oracle.bought.values() if each.who == who and each.state == "reserved")
            assert told.pending == sum(
                each.amount - each.undone for each in oracle.given.values() if each.who == who and each.lot is None)
        assert queries.differing() == []


def live_through(history):
    both = Both()
    for step in history:
        both.do(*step)
    assert verify(now=NOW).faults == ()


@pytest.mark.django_db
@settings(max_examples=30, phases=[Phase.explicit, Phase.reuse, Phase.generate],      # slow to shrink
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=st.lists(steps, min_size=5, max_size=30))
def test_agrees_with_plain_lists(history):
    with transaction.atomic():
        live_through(history)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_agrees_through_a_long_history(seed):
    chance = random.Random(seed)

    live_through((chance.choice(STEPS), chance.randint(0, 1), chance.randint(1, 60),
                  chance.choice([None, 1, 5, 40, 100]), chance.randint(0, 4)) for _ in range(150))
