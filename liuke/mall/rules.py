"""States of an order and how it moves between them."""

from enum import StrEnum

from liuke.kit.errors import Refused


class NotAllowed(Refused):
    """The order cannot do that in its state."""

    code = "order_state"


class State(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


MOVES = {
    ("pay", State.PLACED): State.PAID,
    ("cancel", State.PLACED): State.CANCELLED,
    ("refund", State.PAID): State.REFUNDED,
}


def next_state(move: str, state: str) -> State:
    """Where the move leads; raises NotAllowed when it does not exist."""
    if to := MOVES.get((move, State(state))):
        return to
    raise NotAllowed(f"cannot {move} an order that is {state}")
