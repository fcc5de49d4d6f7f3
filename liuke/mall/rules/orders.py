"""States of an order, a payment, a refund and a parcel, and how each moves."""

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum

from liuke.kit.errors import Refused


class NotAllowed(Refused):
    """The order cannot do that in its state."""

    code = "order_state"


class State(StrEnum):
    """Of an order. PAID goods wait to be picked; parts may be on their way: the parcels say more."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"              # every piece is on its way
    DELIVERED = "delivered"          # every parcel has arrived
    RECEIVED = "received"            # the customer said so, or RECEIVE_AFTER has passed
    CANCELLED = "cancelled"
    REFUNDED = "refunded"            # all of it


MOVES = {
    ("pay", State.PLACED): State.PAID,
    ("cancel", State.PLACED): State.CANCELLED,
    ("revive", State.CANCELLED): State.PAID,          # paid after the time had run out, and the goods were still there
    ("ship", State.PAID): State.SHIPPED,
    ("deliver", State.SHIPPED): State.DELIVERED,
    ("receive", State.SHIPPED): State.RECEIVED,
    ("receive", State.DELIVERED): State.RECEIVED,
    ("refund", State.PAID): State.REFUNDED,
    ("refund", State.SHIPPED): State.REFUNDED,
    ("refund", State.DELIVERED): State.REFUNDED,
    ("refund", State.RECEIVED): State.REFUNDED,
}

SENT = ("shop", "gift")                      # sources of orders whose goods the brand sends
PAY_WITHIN = timedelta(minutes=30)           # then the reservation ends
RECEIVE_AFTER = timedelta(days=10)           # after delivery, without a word of the customer
RECEIVE_UNTOLD_AFTER = timedelta(days=20)    # after the last parcel left, when no carrier ever said that it arrived
RECEIVE_BATCH = 200
DELIVERY_TAKES = timedelta(days=4)           # what the customer is told when the parcel leaves
MAX_LINES = 100                              # in a cart
MAX_PIECES = 9_999                           # of one line


class PaymentState(StrEnum):
    NEW = "new"                      # written down; the provider may not know it yet
    OPEN = "open"                    # the provider waits for the customer
    PAID = "paid"
    CLOSED = "closed"                # not paid and never will be


class RefundState(StrEnum):
    WANTED = "wanted"                # written down, the provider is asked next
    ASKED = "asked"                  # the provider has it and is working
    DONE = "done"
    FAILED = "failed"                # a person must look; the money stays claimed until they cancel it or it is done
    CANCELLED = "cancelled"          # given up; it claims nothing any more


class ShipmentState(StrEnum):
    TO_PICK = "to_pick"
    PACKED = "packed"
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"


SHIPMENT_MOVES = {
    ("pack", ShipmentState.TO_PICK): ShipmentState.PACKED,
    ("ship", ShipmentState.TO_PICK): ShipmentState.SHIPPED,
    ("ship", ShipmentState.PACKED): ShipmentState.SHIPPED,
    ("travel", ShipmentState.SHIPPED): ShipmentState.IN_TRANSIT,
    ("travel", ShipmentState.IN_TRANSIT): ShipmentState.IN_TRANSIT,
    ("deliver", ShipmentState.SHIPPED): ShipmentState.DELIVERED,
    ("deliver", ShipmentState.IN_TRANSIT): ShipmentState.DELIVERED,
}


def next_state(move: str, state: str) -> State:
    """Where the move leads; raises NotAllowed when it does not exist."""
    if to := MOVES.get((move, State(state))):
        return to
    raise NotAllowed(f"cannot {move} an order that is {state}")


def next_shipment_state(move: str, state: str) -> ShipmentState:
    """Where the move leads; raises NotAllowed when it does not exist."""
    if to := SHIPMENT_MOVES.get((move, ShipmentState(state))):
        return to
    raise NotAllowed(f"cannot {move} a parcel that is {state}")


def months_after(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last day of a shorter month: 31 January + 1 is 28 February."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
