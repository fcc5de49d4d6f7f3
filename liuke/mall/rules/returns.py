"""Goods that come back, as one machine with two axes per line: where the goods are, and what was decided.

A move is allowed for some kinds of request, from some (goods, claim) pairs, by the customer, staff or the carrier.
Money comes last.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from liuke.kit.errors import Refused


class NotNow(Refused):
    """The request is not at a point where this can be done."""

    code = "return_state"


class Kind(StrEnum):
    REFUND = "refund"                # money back, the goods stay
    RETURN = "return"
    EXCHANGE = "exchange"
    REPAIR = "repair"


class Goods(StrEnum):
    """Where the pieces are."""

    CUSTOMER = "customer"
    WAY_BACK = "way_back"
    RECEIVED = "received"
    INSPECTED = "inspected"
    WAY_OUT = "way_out"              # replacement or repaired piece is on its way
    HOME = "home"                    # back with the customer
    KEPT = "kept"                    # with us for good


class Claim(StrEnum):
    """What was decided."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DIAGNOSING = "diagnosing"
    QUOTED = "quoted"
    UNPAID = "unpaid"                # the quote is accepted; the repair begins when it is paid
    REPAIRING = "repairing"
    NOT_REPAIRED = "not_repaired"    # the quote was refused; the piece goes back as it is
    REPAIRED = "repaired"
    REPLACED = "replaced"
    REFUNDING = "refunding"          # the refund is written down; the provider works on it
    REFUNDED = "refunded"


WITH_US = {Goods.RECEIVED, Goods.INSPECTED, Goods.KEPT}
ANSWER_WITHIN = timedelta(hours=2)           # wall clock
DECIDE_WITHIN = timedelta(hours=48)          # wall clock
PARCEL_WITHIN = timedelta(days=7)            # for the customer to send the parcel
INSPECT_WITHIN = timedelta(days=2)
SEND_WITHIN = timedelta(days=2)
REPAIR_WITHIN = timedelta(days=7)
PAY_WITHIN = timedelta(days=3)               # an accepted quote; then it can be answered again
SILENT_AFTER = timedelta(days=15)            # on its way out, without a word of carrier or customer: it has arrived
SILENT_BATCH = 200

MAX_PHOTOS = 9
REASONS = ("quality", "damaged", "wrong_item", "missing", "does_not_fit", "changed_mind", "not_working", "other")


@dataclass(frozen=True)
class Move:
    """(goods, claim) -> (goods, claim), for these kinds, by these people; `next_within` is told to the customer."""

    kinds: frozenset[Kind]
    by: str                          # customer, staff, carrier, system
    at: frozenset[tuple[Goods, Claim]]
    to: tuple[Goods | None, Claim]   # no goods: they stay where they are
    next_within: timedelta | None = None


def _at(*pairs: tuple[Goods, Claim]) -> frozenset[tuple[Goods, Claim]]:
    return frozenset(pairs)


ALL = frozenset(Kind)
BACK = frozenset({Kind.RETURN, Kind.EXCHANGE, Kind.REPAIR})      # the goods travel

MOVES: dict[str, Move] = {
    "approve": Move(ALL, "staff", _at((Goods.CUSTOMER, Claim.ASKED)), (None, Claim.APPROVED), PARCEL_WITHIN),
    "refuse": Move(ALL, "staff", _at((Goods.CUSTOMER, Claim.ASKED)), (None, Claim.REFUSED)),
    "withdraw": Move(ALL, "customer", _at((Goods.CUSTOMER, Claim.ASKED), (Goods.CUSTOMER, Claim.APPROVED)),
                     (None, Claim.WITHDRAWN)),
    "send_back": Move(BACK, "customer", _at((Goods.CUSTOMER, Claim.APPROVED)), (Goods.WAY_BACK, Claim.APPROVED)),
    "receive": Move(BACK, "staff", _at((Goods.WAY_BACK, Claim.APPROVED), (Goods.CUSTOMER, Claim.APPROVED)),
                    (Goods.RECEIVED, Claim.APPROVED), INSPECT_WITHIN),
    "inspect": Move(BACK, "staff", _at((Goods.RECEIVED, Claim.APPROVED)), (Goods.INSPECTED, Claim.APPROVED),
                    SEND_WITHIN),
    "reject": Move(BACK, "staff", _at((Goods.RECEIVED, Claim.APPROVED), (Goods.INSPECTED, Claim.APPROVED)),
                   (Goods.INSPECTED, Claim.REFUSED), SEND_WITHIN),
    "replace": Move(frozenset({Kind.EXCHANGE}), "staff", _at((Goods.INSPECTED, Claim.APPROVED)),
                    (Goods.WAY_OUT, Claim.REPLACED)),
    "diagnose": Move(frozenset({Kind.REPAIR}), "staff", _at((Goods.RECEIVED, Claim.APPROVED),
                     (Goods.INSPECTED, Claim.APPROVED)), (Goods.INSPECTED, Claim.DIAGNOSING), INSPECT_WITHIN),
    "quote": Move(frozenset({Kind.REPAIR}), "staff", _at((Goods.INSPECTED, Claim.DIAGNOSING)),
                  (None, Claim.QUOTED)),
    "accept_quote": Move(frozenset({Kind.REPAIR}), "customer", _at((Goods.INSPECTED, Claim.QUOTED)),
                         (None, Claim.REPAIRING), REPAIR_WITHIN),
    "await_payment": Move(frozenset({Kind.REPAIR}), "system", _at((Goods.INSPECTED, Claim.QUOTED)),
                          (None, Claim.UNPAID), PAY_WITHIN),
    "payment": Move(frozenset({Kind.REPAIR}), "system", _at((Goods.INSPECTED, Claim.UNPAID),
                    (Goods.INSPECTED, Claim.QUOTED)), (None, Claim.REPAIRING), REPAIR_WITHIN),
    "lapse": Move(frozenset({Kind.REPAIR}), "system", _at((Goods.INSPECTED, Claim.UNPAID)), (None, Claim.QUOTED)),
    "refuse_quote": Move(frozenset({Kind.REPAIR}), "customer", _at((Goods.INSPECTED, Claim.QUOTED),
                         (Goods.INSPECTED, Claim.UNPAID)), (None, Claim.NOT_REPAIRED), SEND_WITHIN),
    "repair": Move(frozenset({Kind.REPAIR}), "staff", _at((Goods.INSPECTED, Claim.REPAIRING)),
                   (None, Claim.REPAIRED), SEND_WITHIN),
    "ship_out": Move(BACK, "staff", _at((Goods.INSPECTED, Claim.REPAIRED), (Goods.INSPECTED, Claim.NOT_REPAIRED),
                     (Goods.INSPECTED, Claim.REFUSED)), (Goods.WAY_OUT, Claim.REPAIRED)),
    "arrive": Move(BACK, "carrier", _at((Goods.WAY_OUT, Claim.REPAIRED), (Goods.WAY_OUT, Claim.REPLACED),
                   (Goods.WAY_OUT, Claim.NOT_REPAIRED), (Goods.WAY_OUT, Claim.REFUSED)), (Goods.HOME, Claim.REPAIRED)),
    "confirm": Move(BACK, "customer", _at((Goods.WAY_OUT, Claim.REPAIRED), (Goods.WAY_OUT, Claim.REPLACED),
                    (Goods.WAY_OUT, Claim.NOT_REPAIRED), (Goods.WAY_OUT, Claim.REFUSED)), (Goods.HOME, Claim.REPAIRED)),
    "refund": Move(frozenset({Kind.REFUND, Kind.RETURN, Kind.EXCHANGE}), "staff",
                   _at((Goods.CUSTOMER, Claim.APPROVED), (Goods.INSPECTED, Claim.APPROVED)), (None, Claim.REFUNDING)),
    "refunded": Move(ALL, "carrier", _at((Goods.CUSTOMER, Claim.REFUNDING), (Goods.INSPECTED, Claim.REFUNDING)),
                     (None, Claim.REFUNDED)),
    "refund_failed": Move(ALL, "carrier", _at((Goods.CUSTOMER, Claim.REFUNDING), (Goods.INSPECTED, Claim.REFUNDING)),
                          (None, Claim.APPROVED)),
}

KEEPS_CLAIM = frozenset({"ship_out", "arrive", "confirm"})      # these move the goods alone
ENDS = frozenset({Claim.REFUSED, Claim.WITHDRAWN, Claim.REFUNDED})


def after(move: str, *, kind: str, goods: str, claim: str) -> tuple[Goods, Claim]:
    """Where one line stands after the move. Raises NotNow when the machine has no such step from here."""
    rule, here = MOVES.get(move), (Goods(goods), Claim(claim))
    if rule is None or Kind(kind) not in rule.kinds or here not in rule.at or _needs_goods(move, kind, here[0]):
        raise NotNow(f"cannot {move} a {kind} at {goods}, {claim}")
    to_goods = rule.to[0] or here[0]
    return to_goods, (here[1] if move in KEEPS_CLAIM else rule.to[1])


def _needs_goods(move: str, kind: str, goods: Goods) -> bool:
    """Money for a return or an exchange waits until the goods were looked at; a plain refund does not."""
    return move == "refund" and kind != Kind.REFUND and goods == Goods.CUSTOMER


def finished(goods: str, claim: str) -> bool:
    """Nothing more will happen to this line."""
    if Claim(claim) == Claim.REFUSED:
        return Goods(goods) in (Goods.CUSTOMER, Goods.HOME)
    return Claim(claim) in ENDS or Goods(goods) == Goods.HOME


def moves_from(*, kind: str, goods: str, claim: str, by: str) -> list[str]:
    """What this person may do next with the line, in the order of the table."""
    here = (Goods(goods), Claim(claim))
    return [
        name for name, rule in MOVES.items()
        if rule.by == by and Kind(kind) in rule.kinds and here in rule.at and not _needs_goods(name, kind, here[0])
    ]
