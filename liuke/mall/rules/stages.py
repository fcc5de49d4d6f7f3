"""Where an order stands on the board of staff: its state, and while it is worked on, how far its parcels are."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from liuke.mall.rules.orders import ShipmentState, State


class Stage(StrEnum):
    PLACED = "placed"
    TO_PICK = "to_pick"              # paid, and something of it still waits to be packed
    PACKED = "packed"                # paid, and a packed parcel waits for its tracking number
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"        # a carrier has said something of one of its parcels
    DELIVERED = "delivered"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


OPEN = (Stage.PLACED, Stage.TO_PICK, Stage.PACKED, Stage.SHIPPED, Stage.IN_TRANSIT, Stage.DELIVERED)
COLUMNS = (Stage.TO_PICK, Stage.PACKED, Stage.SHIPPED, Stage.IN_TRANSIT, Stage.DELIVERED)     # of the board
SHIP_WITHIN = timedelta(hours=48)    # of payment; later counts as late
COLUMN_CARDS = 8
MOST_PICKED = 200                    # orders of one bulk action or one PDF
SEARCHED_CHARACTERS = 40
MOST_FOUND = 200                     # customers, or numbers, that one search looks behind
NOTE_CHARACTERS = 1_000


def stage_of(state: str, parcels: Collection[str]) -> Stage:
    """The stage of an order with parcels in these states; `queries.board` asks the database for the same."""
    if state == State.PAID:
        return Stage.PACKED if ShipmentState.PACKED in parcels else Stage.TO_PICK
    if state == State.SHIPPED:
        moving = {ShipmentState.IN_TRANSIT, ShipmentState.DELIVERED} & set(parcels)
        return Stage.IN_TRANSIT if moving else Stage.SHIPPED
    return Stage(state)
