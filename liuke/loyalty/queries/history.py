"""A customer's points as a story: what came, what went, and why, each with the balance after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from liuke.ledger.queries import Line, accounts, statement
from liuke.loyalty.models import Award, Grant
from liuke.loyalty.queries.awards import award_key, awards_by_key
from liuke.loyalty.queries.suggestions import grant_key, grants_by_key
from liuke.loyalty.rules.limits import PAGE
from liuke.mall.queries.orders import orders_by_id
from liuke.points.origins import origins


class Kind(StrEnum):
    """What happened to the points."""

    EARNED = "earned"
    PENDING = "pending"                  # earned, and set aside until the goods can no longer come back
    TAKEN_BACK = "taken_back"
    RESERVED = "reserved"
    FREED = "freed"                      # a reservation was called off
    USED = "used"
    GIVEN_BACK = "given_back"
    EXPIRED = "expired"
    MOVED = "moved"                      # two records became one, or two again


@dataclass(frozen=True)
class Entry:
    """One line of the story. `points` is negative when they went; `balance` is what was left, reserved ones included.

    Why: the rule and its version, the kind of fact, the order's number and what the amount was reckoned from; for
    points that were used, the number of the purchase.
    """

    at: datetime
    kind: Kind
    points: int
    balance: int
    rule: str = ""
    version: int = 0
    fact_kind: str = ""
    order: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    by_hand: str = ""                    # why a member of staff gave it, `rules.suggesting.Why` or "gift"
    category: str = ""                   # of goods, that they had in mind
    origin: str = ""                     # where no rule gave it: a sentence of the module that gave or took it


@dataclass(frozen=True)
class Story:
    """Newest first. `before` asks for the next page; it is empty at the end."""

    entries: tuple[Entry, ...]
    before: str = ""


def history(customer_id: int, *, before: str = "", limit: int = PAGE) -> Story:
    """One page of the story; six statements whatever its length, and one for each kind of origin on it.

    Raises BadMove for a `before` of nobody's.
    """
    address = f"points:customer:{customer_id}"
    if not accounts(owner=("customer", customer_id), starts=address).exists():
        return Story(())
    page = statement(address, before=before, limit=limit)
    awards = awards_by_key([award_key(line.key) for line in page.lines])
    orders = orders_by_id({award.order_id for award in awards.values() if award.order_id})
    numbers = {pk: order.number for pk, order in orders.items()}
    grants = grants_by_key([grant_key(line.key) for line in page.lines])
    told = origins([line.key for line in page.lines])
    entries = [_entry(line, awards.get(award_key(line.key)), numbers, grants.get(grant_key(line.key)))
               for line in page.lines]
    return Story(tuple(replace(entry, origin=told.get(line.key, ""))
                       for entry, line in zip(entries, page.lines, strict=True)), page.before)


def _entry(line: Line, award: Award | None, numbers: Mapping[int, str], grant: Grant | None) -> Entry:
    kind = _kind(line)
    points = line.change or line.amount
    if kind in (Kind.RESERVED, Kind.TAKEN_BACK):
        points = -line.amount
    found = Entry(line.booked_at, kind, points, line.posted)
    if award is not None:
        return Entry(
            found.at, kind, points, found.balance, award.rule.name, award.version.number, award.fact.kind,
            numbers.get(award.order_id or 0, ""), award.inputs,
        )
    if grant is not None:
        return replace(found, by_hand=grant.why or "gift", category=grant.category)
    if line.key.startswith("redeem:"):
        return Entry(found.at, kind, points, found.balance, order=_purchase(line.key))
    return found


def _kind(line: Line) -> Kind:
    word, _sign, rest = line.key.partition(":")
    if word == "points":
        return Kind.PENDING if line.kind == "hold" else Kind.EARNED
    if word == "redeem":
        return Kind.USED if rest.endswith(":use") else Kind.FREED if rest.endswith(":release") else Kind.RESERVED
    known = {"back": Kind.TAKEN_BACK, "redeem_back": Kind.GIVEN_BACK, "expire": Kind.EXPIRED}
    return known.get(word, Kind.TAKEN_BACK if line.kind in ("reverse", "void") else Kind.MOVED)


def _purchase(key: str) -> str:
    """redeem:2611020001:1:use -> 2611020001."""
    parts: Sequence[str] = key.removesuffix(":use").removesuffix(":release").split(":")
    return ":".join(parts[1:-1])
