"""Whatever is asked of it in whatever order, the ledger agrees with a plain dictionary."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.ledger import queries
from liuke.ledger import services as ledger
from liuke.ledger.models import OpenHold
from liuke.ledger.services import Confirm, Hold, Move, NewAccount, Post, Reverse, Void
from liuke.ledger.services.upkeep import expire_holds, roll_up
from liuke.ledger.services.verifying import verify
from liuke.ledger.tests.builders import NOW

ACCOUNTS = {
    "points:house": NewAccount(purpose="points", unit="points", rolled=True),
    "spent:house": NewAccount(purpose="spent", unit="points", rolled=True),
    "points:customer:1": NewAccount(purpose="points", unit="points", owner_kind="customer", owner_id=1, floor=0),
    "points:customer:2": NewAccount(purpose="points", unit="points", owner_kind="customer", owner_id=2, floor=-15),
    "points:customer:3": NewAccount(purpose="points", unit="points", owner_kind="customer", owner_id=3),
}
LONG = 200
LIVE = {address for address, account in ACCOUNTS.items() if not account.rolled}

addresses = st.sampled_from(sorted(ACCOUNTS))
amounts = st.integers(1, 20)
keeps = st.integers(0, 9).map({8: 0, 9: 5}.get)
moves = st.builds(Move, addresses, addresses, amounts, keep=keeps).filter(lambda move: move.source != move.target)
legs = st.lists(moves, min_size=1, max_size=3)
earlier = st.integers(0, 5)                  # which earlier entry of the right kind, counted from the newest
parts = st.one_of(st.none(), st.lists(st.integers(0, 12), min_size=1, max_size=3).filter(any))
taken = st.tuples(st.sampled_from(["confirm", "void", "reverse"]), earlier, parts, st.integers(0, 9))
steps = st.one_of(
    st.tuples(st.just("post"), legs),
    st.tuples(st.just("hold"), legs, st.sampled_from([None, 5, 10])),
    taken, taken, taken,
    st.tuples(st.just("again"), earlier),
    st.tuples(st.just("minutes"), st.integers(1, 6)),
    st.tuples(st.just("expire")),
    st.tuples(st.just("roll up")),
)
RIGHT = {"confirm": ("hold",), "void": ("hold",), "reverse": ("post", "confirm")}


@dataclass
class Written:
    """An entry as the oracle remembers it: its legs, and what of each leg is still to be taken."""

    kind: str
    legs: dict[int, Move]
    rest: dict[int, int]
    expires: int | None = None


@dataclass
class Oracle:
    """The same promises, as simply as they can be written."""

    minute: int = 0
    posted: Counter = field(default_factory=Counter)
    held: Counter = field(default_factory=Counter)
    entries: dict[str, Written] = field(default_factory=dict)

    def do(self, instruction):
        """"ok", or the code of the refusal."""
        match instruction:
            case Hold():
                return self.enter(instruction, "hold", expires=instruction.expires_at)
            case Post():
                return self.enter(instruction, "post")
            case Reverse():
                return self.take(instruction, "reverse", ("post", "confirm"), "ledger_not_posted")
            case Void():
                return self.take(instruction, "void", ("hold",), "ledger_not_held")
            case Confirm():
                return self.take(instruction, "confirm", ("hold",), "ledger_not_held")

    def enter(self, instruction, kind, expires=None):
        legs = dict(enumerate(instruction.moves))
        if any(move.keep is not None and move.source not in LIVE for move in instruction.moves):
            return "ledger_not_guarded"
        return self.write(instruction.key, kind, legs, expires and int((expires - NOW).total_seconds()) // 60)

    def take(self, instruction, kind, wanted, wrong):
        of = self.entries.get(instruction.of)
        if of is None:
            return "ledger_no_entry"
        if instruction.amounts is None:
            asked = {leg: rest for leg, rest in of.rest.items() if rest} or dict.fromkeys(of.legs, 1)
        else:
            asked = {leg: amount for leg, amount in enumerate(instruction.amounts) if amount}
        for leg in sorted(asked):
            if leg not in of.legs:
                return "ledger_no_entry"
            if of.kind not in wanted:
                return wrong
            if of.rest[leg] < asked[leg]:
                return "ledger_nothing_left"
            if kind == "confirm" and of.expires is not None and of.expires <= self.minute:
                return "ledger_hold_expired"
        legs = {leg: Move(of.legs[leg].source, of.legs[leg].target, amount) for leg, amount in asked.items()}
        if kind == "reverse":
            legs = {leg: Move(move.target, move.source, move.amount) for leg, move in legs.items()}
        answer = self.write(instruction.key, kind, legs)
        if answer == "ok":
            of.rest = {leg: rest - asked.get(leg, 0) for leg, rest in of.rest.items()}
        return answer

    def write(self, key, kind, legs, expires=None):
        posted, held = Counter(self.posted), Counter(self.held)
        for move in legs.values():
            if kind == "hold":
                held[move.source] += move.amount
            if kind in ("confirm", "void"):
                held[move.source] -= move.amount
            if kind in ("post", "confirm", "reverse"):
                posted[move.source] -= move.amount
                posted[move.target] += move.amount
        for address in LIVE:
            keeps = [move.keep for move in legs.values() if move.source == address and move.keep is not None]
            least = [*keeps, *([] if ACCOUNTS[address].floor is None else [ACCOUNTS[address].floor])]
            free = posted[address] - held[address]
            if free < self.posted[address] - self.held[address] and least and free < max(least):
                return "ledger_overdrawn"
        self.posted, self.held = posted, held
        self.entries[key] = Written(kind, legs, {leg: move.amount for leg, move in legs.items()}, expires)
        return "ok"

    def expire(self):
        for key, entry in list(self.entries.items()):
            if entry.kind == "hold" and entry.expires is not None and entry.expires <= self.minute:
                self.do(Void(key="the clock's", of=key))
                self.entries.pop("the clock's", None)        # nobody can name it


def instruction_of(step, key, oracle):
    if step[0] == "post":
        return Post(key=key, moves=step[1])
    if step[0] == "hold":
        expires_at = step[2] and NOW + timedelta(minutes=oracle.minute + step[2])
        return Hold(key=key, moves=step[1], expires_at=expires_at)
    kind, back, amounts, aim = step                          # one in ten aims at an entry of any kind
    aimed = [key for key, entry in oracle.entries.items() if aim == 9 or entry.kind in RIGHT[kind]]
    of = aimed[-1 - back % len(aimed)] if aimed else "nothing"
    return {"confirm": Confirm, "void": Void, "reverse": Reverse}[kind](key=key, of=of, amounts=amounts)


def told(result):
    return "ok" if isinstance(result, ledger.Entry) else result.code


def run(history, *, at_once):
    """Let the ledger and the oracle live through the same history; `at_once` hands over so many instructions."""
    oracle, done, waiting, expected = Oracle(), [], [], []

    def flush():
        now = NOW + timedelta(minutes=oracle.minute)
        results = ledger.post_many(waiting, now=now)
        assert [told(result) for result in results] == expected
        fine = [pair for pair in zip(waiting, results, strict=True) if isinstance(pair[1], ledger.Entry)]
        again = ledger.post_many([instruction for instruction, _ in fine], now=now + timedelta(days=1))
        assert again == [result for _, result in fine]
        done.extend(instruction for instruction, _ in fine)
        waiting.clear()
        expected.clear()

    for number, step in enumerate(history):
        if step[0] in ("post", "hold", "confirm", "void", "reverse"):
            instruction = instruction_of(step, f"e{number}", oracle)
            takes = isinstance(instruction, Confirm)
            if takes and instruction.of in {each.key for each in waiting} | {getattr(w, "of", "") for w in waiting}:
                flush()
            waiting.append(instruction)
            expected.append(oracle.do(instruction))
            if len(waiting) < at_once:
                continue
        flush()
        if step[0] == "again" and done:
            assert told(ledger.post_many([done[-1 - step[1] % len(done)]], now=NOW)[0]) == "ok"
        elif step[0] == "minutes":
            oracle.minute += step[1]
        elif step[0] == "expire":
            oracle.expire()
            expire_holds(now=NOW + timedelta(minutes=oracle.minute))
        elif step[0] == "roll up":
            roll_up(limit=3)
        agree(oracle)
    flush()
    agree(oracle)


def agree(oracle):
    standing = {each.address: (each.posted, each.held) for each in queries.accounts()}
    assert standing == {address: (oracle.posted[address], oracle.held[address]) for address in ACCOUNTS}
    left = Counter()
    for key, rest in OpenHold.objects.values_list("posting__key", "rest"):
        left[key] += rest
    held = {key: sum(entry.rest.values()) for key, entry in oracle.entries.items() if entry.kind == "hold"}
    assert left == {key: rest for key, rest in held.items() if rest}


def live_through(history, *, at_once):
    for account in ACCOUNTS.values():
        ledger.open_account(account)
    gifts = [("post", [Move("points:house", address, 25)]) for address in sorted(LIVE)]

    run([*gifts, *history], at_once=at_once)

    assert verify(now=NOW).faults == ()
    assert [total.balance for total in queries.totals()] == [0]


@pytest.mark.django_db
@pytest.mark.parametrize("at_once", [1, 4])
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=st.lists(steps, min_size=5, max_size=40))
def test_agrees_with_a_plain_dictionary(at_once, history):
    with transaction.atomic():
        live_through(history, at_once=at_once)
        transaction.set_rollback(True)


def dice(seed):
    """A long history; hypothesis prefers short ones."""
    chance = random.Random(seed)

    def legs():
        pairs = [chance.sample(sorted(ACCOUNTS), 2) for _ in range(chance.choice([1, 1, 2, 3]))]
        return [Move(*pair, chance.randint(1, 20), keep=chance.choice([None] * 8 + [0, 5])) for pair in pairs]

    def parts():
        amounts = [chance.choice([0, 1, 5, 12]) for _ in range(chance.randint(1, 3))]
        return amounts if any(amounts) and chance.random() < 0.6 else None

    for _ in range(LONG):
        kind = chance.choice(["post", "post", "hold", "hold", "confirm", "confirm", "void", "reverse", "other"])
        if kind == "post":
            yield kind, legs()
        elif kind == "hold":
            yield kind, legs(), chance.choice([None, 5, 10])
        elif kind == "other":
            yield chance.choice([("again", chance.randint(0, 5)), ("minutes", 3), ("expire",), ("roll up",)])
        else:
            yield kind, chance.randint(0, 5), parts(), chance.randint(0, 9)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_agrees_through_a_long_history(seed):
    live_through(dice(seed), at_once=1 + seed % 3 * 5)
