"""The terms of one version of a rule as plain values, and every reason to refuse them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from typing import Any

from liuke.kit.errors import BadInput, Refused
from liuke.kit.money import BASIS_POINTS
from liuke.loyalty.rules import conditions, formula, guard
from liuke.loyalty.rules.conditions import Conditions, Field
from liuke.loyalty.rules.limits import (
    DEFAULT_HOLD_OUT_BP,
    MAX_CAP,
    MAX_HOLD_DAYS,
    MAX_HOLD_OUT_BP,
    MAX_VALID_DAYS,
    NAME_CHARACTERS,
    NOTICE_CHARACTERS,
    START_TOLERANCE,
)

CUSTOMER, REFERRER = "customer", "referrer"
AT_ONCE, AFTER_RETURN, AFTER_DAYS = "at_once", "after_return", "after_days"
NEVER, DAYS, YEAR_END = "never", "days", "year_end"
CAPS = ("customer_day", "customer", "day", "total", "customer_day_times", "customer_times")
TIMES = ("customer_day_times", "customer_times")
ORDER_KINDS = ("OrderPaid", "OrderReceived")


class BadRule(BadInput):
    """The terms of a rule do not hold together. `about` is the part of the form."""

    code = "loyalty_rule"

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


class NoBudget(BadRule):
    """What costs something needs a budget of the right kind."""

    code = "loyalty_no_budget"


class Overlaps(Refused):
    """Another rule of the same exclusive group could apply to the same fact. `other` is its name."""

    code = "loyalty_overlap"

    def __init__(self, other: str) -> None:
        super().__init__(other)
        self.other = other


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Everything that a version says. `amount` is a number or a formula; `caps` maps rules.CAPS to limits.

    `hold`: at_once, after_return (receipt and then `hold_days`), after_days. `valid`: never, days or year_end (of the
    year that is `valid_length` years later). `details` is what the kind of benefit wants to know (which coupon).
    """

    fact_kind: str
    conditions: Conditions = field(default_factory=dict)
    beneficiary: str = CUSTOMER
    benefit: str = "points"
    details: Mapping[str, Any] = field(default_factory=dict)
    amount: str
    caps: Mapping[str, int] = field(default_factory=dict)
    budget_id: int | None = None
    hold: str = AT_ONCE
    hold_days: int = 0
    valid: str = NEVER
    valid_length: int = 0
    hold_out_bp: int = DEFAULT_HOLD_OUT_BP
    exclusive: str = ""
    starts_at: datetime
    ends_at: datetime | None = None
    notice: str = ""


def check(terms: Terms, fields: Mapping[str, Field], *, now: datetime, changes: bool) -> None:
    """Raises BadRule, BadCondition, BadFormula and its kinds, guard.Against. `changes`: there was a version before."""
    _check_words(terms)
    conditions.check(terms.conditions, fields)
    ranges = conditions.ranges(terms.conditions, fields)
    node = formula.check(terms.amount, ranges)
    _check_caps(terms.caps)
    _check_times(terms)
    guard.check(fact_kind=terms.fact_kind, benefit=terms.benefit, beneficiary=terms.beneficiary,
                bounds=formula.bounds(node, ranges), capped=bool(terms.caps),
                early=terms.starts_at < now - START_TOLERANCE, changes=changes, notice=terms.notice)


def _check_words(terms: Terms) -> None:
    if terms.beneficiary not in (CUSTOMER, REFERRER):
        raise BadRule("beneficiary")
    if len(terms.exclusive) > NAME_CHARACTERS:
        raise BadRule("exclusive")
    if len(terms.notice) > NOTICE_CHARACTERS:
        raise BadRule("notice")
    if not 0 <= terms.hold_out_bp <= MAX_HOLD_OUT_BP:
        raise BadRule("hold_out_bp")


def _check_caps(caps: Mapping[str, int]) -> None:
    for name, limit in caps.items():
        if name not in CAPS or type(limit) is not int or not 0 < limit <= MAX_CAP:
            raise BadRule("caps")


def _check_times(terms: Terms) -> None:
    if terms.ends_at is not None and terms.ends_at <= terms.starts_at:
        raise BadRule("ends_at")
    if terms.hold not in (AT_ONCE, AFTER_RETURN, AFTER_DAYS) or not 0 <= terms.hold_days <= MAX_HOLD_DAYS:
        raise BadRule("hold")
    if terms.hold == AFTER_RETURN and terms.fact_kind not in ORDER_KINDS:
        raise BadRule("hold")
    if terms.valid not in (NEVER, DAYS, YEAR_END) or not 0 <= terms.valid_length <= MAX_VALID_DAYS:
        raise BadRule("valid")
    if terms.valid == DAYS and not terms.valid_length:
        raise BadRule("valid")


def overlap(one: Terms, others: Sequence[tuple[str, Terms]], fields: Mapping[str, Field]) -> None:
    """Rules of one exclusive group must not be able to meet on one fact. Raises Overlaps."""
    for name, other in others:
        same = (one.exclusive, one.fact_kind, one.beneficiary) == (other.exclusive, other.fact_kind, other.beneficiary)
        in_time = (one.ends_at is None or one.ends_at > other.starts_at) and (
            other.ends_at is None or other.ends_at > one.starts_at)
        if one.exclusive and same and in_time and not conditions.disjoint(one.conditions, other.conditions, fields):
            raise Overlaps(name)


def expires_at(terms: Terms, *, available_at: datetime, zone: tzinfo) -> datetime | None:
    """When points that can be spent from `available_at` on expire: always at a local midnight."""
    day = available_at.astimezone(zone).date()
    if terms.valid == NEVER:
        return None
    if terms.valid == YEAR_END:
        return datetime.combine(date(day.year + terms.valid_length + 1, 1, 1), time.min, zone)
    return datetime.combine(day + timedelta(days=terms.valid_length + 1), time.min, zone)


def held_out(of: int | str, customer_id: int, hold_out_bp: int) -> bool:
    """Whether the customer belongs to the share that `of` never gives to: always the same answer.

    A rule is named by its number; whatever else keeps a hold-out by a name that no rule has.
    """
    if not hold_out_bp:
        return False
    digest = sha256(f"loyalty:{of}:{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % BASIS_POINTS < hold_out_bp


def bucket(cap: str, customer_id: int, on: date) -> str:
    """What a cap counts under: `customer_day` of customer 12 is "customer_day:12:2026-11-02"."""
    parts = [cap]
    if cap.startswith("customer"):
        parts.append(str(customer_id))
    if cap in ("day", "customer_day", "customer_day_times"):
        parts.append(on.isoformat())
    return ":".join(parts)


def room(caps: Mapping[str, int], used: Mapping[str, int], wanted: int) -> tuple[int, str]:
    """How much of what is wanted the caps let through, and the name of the cap that was in the way (or nothing)."""
    left, by = wanted, ""
    for cap, limit in caps.items():
        free = wanted if cap in TIMES and used.get(cap, 0) < limit else 0 if cap in TIMES else limit - used.get(cap, 0)
        if free < left:
            left, by = max(free, 0), cap
    return left, by
