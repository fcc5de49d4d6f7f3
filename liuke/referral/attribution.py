"""To whom a newcomer owes the visit: pure, so that every order of touches can be tried.

Beside rules.py because the sums know nothing of touches. The order is: a code that the newcomer has given, who is bound
already, the last valid touch in the window, nobody. Every touch that did not win keeps the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW_DAYS = 90                              # unless the programme says otherwise
MAX_WINDOW_DAYS = 730
MAX_TOUCHES = 200                             # of one customer that are looked at; older ones lost to newer ones


class Moment(StrEnum):
    """When a newcomer is bound. A poster or a QR code, which a person must mean to scan, binds at once in any case."""

    FIRST_CLICK = "first_click"
    FIRST_ORDER = "first_order"
    FIRST_PAYMENT = "first_payment"


class How(StrEnum):
    """What bound a customer."""

    CODE = "code"
    TOUCH = "touch"
    CORRECTION = "correction"


class Why(StrEnum):
    """Why a touch did not win."""

    CODE = "code"                             # the newcomer gave a code
    BOUND = "bound"                           # somebody else was bound before
    NEWER = "newer"                           # a later touch won
    TOO_OLD = "too_old"                       # outside the window
    NOBODY = "nobody"                         # the link of a shop or of staff: counted, and nobody is rewarded
    SELF = "self_referral"
    LOOP = "loop"                             # the link's owner stands below the newcomer
    STAFF = "staff"                           # the link's owner works for the brand
    BLOCKED = "blocked"                       # the link's owner may not win anybody
    UNKNOWN = "unknown_inviter"               # forgotten since
    OLD_CUSTOMER = "old_customer"             # has bought before any touch: nobody's newcomer


@dataclass(frozen=True, slots=True)
class Seen:
    """One touch. `referrer` is the person behind its link; `refused` says why that person cannot be the referrer."""

    touch: int
    referrer: int | None
    at: datetime
    refused: Why | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who it is, what decided, by which touch, and why each other touch did not."""

    referrer: int | None = None
    how: How | None = None
    touch: int | None = None
    passed_over: Mapping[int, Why] = field(default_factory=dict)


def resolve(
    touches: Sequence[Seen], *, now: datetime, window_days: int, code_of: int | None = None, bound_to: int | None = None
) -> Resolved:
    """Who referred the owner of these touches, given in any order. `code_of` is the person whose code was given."""
    if code_of is not None:
        return Resolved(code_of, How.CODE, None, {seen.touch: seen.refused or Why.CODE for seen in touches})
    if bound_to is not None:
        return Resolved(bound_to, None, None, {seen.touch: seen.refused or Why.BOUND for seen in touches})
    since, passed_over, winner = now - timedelta(days=window_days), {}, None
    for seen in sorted(touches, key=lambda seen: (seen.at, seen.touch), reverse=True):
        why = _why_not(seen, since)
        if why is None and winner is None:
            winner = seen
        else:
            passed_over[seen.touch] = why or Why.NEWER
    if winner is None:
        return Resolved(passed_over=passed_over)
    return Resolved(winner.referrer, How.TOUCH, winner.touch, passed_over)


def _why_not(seen: Seen, since: datetime) -> Why | None:
    if seen.referrer is None:
        return Why.NOBODY
    return seen.refused or (Why.TOO_OLD if seen.at < since else None)
