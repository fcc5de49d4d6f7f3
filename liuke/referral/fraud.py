"""Signals of fraud on a commission -> score -> pass, hold or block. Pure; thresholds and weights are data.

Beside rules.py because it pays nobody. A signal that has fired adds its weight; every figure is kept with the
screening, so that a score explains itself years later. One weak signal never holds anything: families share an address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from liuke.kit.errors import BadInput

MAX_WEIGHT, MAX_FIGURE = 1_000, 10**9
MIN_ORDERS = 5                                # below so many referred orders a rate of refunds says nothing


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105  no secret
    HOLD = "hold"                             # not confirmed until somebody has looked
    BLOCK = "block"                           # the same, and no pay-out of the member meanwhile


class Signal(StrEnum):
    """What is measured of an order and who it rewards, in whole numbers."""

    OWN_ORDER = "own_order"                   # 1: the buyer is who is rewarded (no saving of a chain)
    STAFF = "staff"                           # 1: who is rewarded works for the brand
    DEVICE = "device"                         # 1: both have logged in on one device
    PAYEE = "payee"                           # 1: both are paid to one bank account
    PAYEES = "payees"                         # others who are paid to the account of who is rewarded, at most 100
    NETWORK = "network"                       # 1: both opened links from one address on one day
    ADDRESS = "address"                       # 1: both have goods sent to one door
    PHONE = "phone"                           # 1: their phones share the first seven digits
    VELOCITY = "velocity"                     # different visitors from the buyer's address within an hour
    FAST = "fast"                             # seconds from binding to payment
    BURST = "burst"                           # people bound to the referrer within half an hour
    REFUNDS = "refunds"                       # per cent of their last referred orders that came back
    NO_MARGIN = "no_margin"                   # per cent of the order on lines that earn nothing after the reward


AT_MOST = (Signal.FAST,)                      # fires when it is no more than the threshold; all others from it on


@dataclass(frozen=True, slots=True)
class Rule:
    threshold: int
    weight: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    rules: Mapping[Signal, Rule]
    hold_from: int
    block_from: int


@dataclass(frozen=True, slots=True)
class Fired:
    signal: Signal
    figure: int
    threshold: int
    weight: int


@dataclass(frozen=True, slots=True)
class Judged:
    """The strongest signal first."""

    score: int
    verdict: Verdict
    fired: tuple[Fired, ...]


class BadPolicy(BadInput):
    """A threshold, weight or limit is out of range, or blocking starts below holding. `about` is the field."""

    code = "referral_fraud_policy"

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


DEFAULT = Policy(hold_from=60, block_from=100, rules={
    Signal.OWN_ORDER: Rule(1, 100), Signal.STAFF: Rule(1, 100), Signal.DEVICE: Rule(1, 70),
    Signal.PAYEE: Rule(1, 100), Signal.PAYEES: Rule(1, 60), Signal.NETWORK: Rule(1, 25),
    Signal.ADDRESS: Rule(1, 40), Signal.PHONE: Rule(1, 20), Signal.VELOCITY: Rule(5, 30), Signal.FAST: Rule(30, 20),
    Signal.BURST: Rule(10, 30), Signal.REFUNDS: Rule(40, 30), Signal.NO_MARGIN: Rule(50, 20),
})


def check_policy(policy: Policy) -> Policy:
    """Raises BadPolicy with the field that is wrong."""
    for signal in Signal:
        rule = policy.rules.get(signal)
        if rule is None or not 0 <= rule.threshold <= MAX_FIGURE or not 0 <= rule.weight <= MAX_WEIGHT:
            raise BadPolicy(str(signal))
    if not 0 < policy.hold_from <= MAX_FIGURE:
        raise BadPolicy("hold_from")
    if not policy.hold_from <= policy.block_from <= MAX_FIGURE:
        raise BadPolicy("block_from")
    return policy


def judge(policy: Policy, figures: Mapping[Signal, int]) -> Judged:
    """The sum of what has fired, against the two limits. What was not measured does not fire."""
    fired = [Fired(signal, figure, rule.threshold, rule.weight) for signal, figure in figures.items()
             if (rule := policy.rules[signal]).weight and _fires(signal, figure, rule.threshold)]
    score = sum(each.weight for each in fired)
    verdict = Verdict.BLOCK if score >= policy.block_from else (
        Verdict.HOLD if score >= policy.hold_from else Verdict.PASS)
    return Judged(score, verdict, tuple(sorted(fired, key=lambda each: (-each.weight, each.signal))))


def _fires(signal: Signal, figure: int, threshold: int) -> bool:
    return figure <= threshold if signal in AT_MOST else figure >= threshold
