"""A budget's account as a story: what finance put in, what rules gave to whom, what came back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from liuke.ledger.queries import Line, statement
from liuke.loyalty.models import Award, Budget, Grant
from liuke.loyalty.queries.awards import award_key, awards_by_key
from liuke.loyalty.queries.suggestions import grant_key, grants_by_key

PAGE = 30
OF_CUSTOMER = "points:customer:"


class Move(StrEnum):
    """What happened to the money or the points of a budget."""

    PUT_IN = "put_in"
    TAKEN_OUT = "taken_out"
    HELD = "held"                        # set aside until it may be given
    SETTLED = "settled"                  # what was set aside was given: what is free stays as it was
    FREED = "freed"                      # set aside, and not given after all
    GIVEN = "given"
    TAKEN_BACK = "taken_back"
    GIFT = "gift"                        # by hand of a member of staff
    COUPON = "coupon"                    # set aside for coupons
    COUPON_BACK = "coupon_back"          # what they did not give
    DRAW = "draw"                        # set aside for prizes
    DRAW_BACK = "draw_back"


@dataclass(frozen=True)
class BudgetEntry:
    """One line. `amount` is negative when what is free got less (settled: what was set aside). `rest` was free then."""

    at: datetime
    move: Move
    amount: int
    rest: int
    award: Award | None
    customer_id: int | None


@dataclass(frozen=True)
class BudgetStory:
    """Newest first. `before` asks for the next page; it is empty at the end."""

    entries: tuple[BudgetEntry, ...]
    before: str


def budget_story(budget: Budget, *, before: str = "") -> BudgetStory:
    """One page, in four statements. Raises BadMove for a `before` of nobody's."""
    page = statement(budget.address, before=before, limit=PAGE)
    awards = awards_by_key([award_key(line.key) for line in page.lines])
    grants = grants_by_key([grant_key(line.key) for line in page.lines])
    return BudgetStory(tuple(_entry(line, awards.get(award_key(line.key)), grants.get(grant_key(line.key)))
                             for line in page.lines), page.before)


def _entry(line: Line, award: Award | None, grant: Grant | None) -> BudgetEntry:
    amount = line.change - line.change_held
    customer, given = line.other.removeprefix(OF_CUSTOMER), award or grant
    who = given.customer_id if given else int(customer) if customer.isdecimal() else None
    return BudgetEntry(line.booked_at, _move(line, amount), amount or line.change, line.posted - line.held, award, who)


def _move(line: Line, amount: int) -> Move:
    word = line.key.partition(":")[0]
    known = {"budget": (Move.PUT_IN, Move.TAKEN_OUT), "coupon": (Move.COUPON_BACK, Move.COUPON),
             "draw": (Move.DRAW_BACK, Move.DRAW), "back": (Move.TAKEN_BACK,) * 2, "cash_back": (Move.TAKEN_BACK,) * 2}
    if word in known:
        return known[word][0 if amount > 0 else 1]
    if line.kind == "hold":
        return Move.HELD
    if line.kind == "confirm":
        return Move.SETTLED
    if line.kind == "void":
        return Move.FREED
    return Move.GIFT if "grant:" in line.key else Move.GIVEN
