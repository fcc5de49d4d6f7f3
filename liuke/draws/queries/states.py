"""States of draws, tickets and deliveries, and what a draw is at a moment."""

from datetime import datetime
from enum import StrEnum

from liuke.draws.models import Draw


class State(StrEnum):
    """Of a draw, as stored. Whether a published one is open follows from the clock: see `phase`."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ENDED = "ended"


class Phase(StrEnum):
    """Of a draw at a moment."""

    DRAFT = "draft"
    AHEAD = "ahead"              # published, not open yet
    OPEN = "open"
    OVER = "over"                # closed; the seed is shown in a moment
    ENDED = "ended"


class TicketState(StrEnum):
    """Of a ticket."""

    PENDING = "pending"          # becomes good when goods can no longer come back
    UNUSED = "unused"
    DRAWN = "drawn"
    TAKEN = "taken"              # taken back before it was used


class Delivery(StrEnum):
    """Of what a ticket has won; empty when nothing was won."""

    WANTED = "wanted"
    DONE = "done"
    STUCK = "stuck"              # who gives it said no; `stuck_reason` says why


def phase(draw: Draw, now: datetime) -> Phase:
    """What the draw is now."""
    if draw.state != State.PUBLISHED:
        return Phase(draw.state)
    if now < draw.opens_at:
        return Phase.AHEAD
    return Phase.OPEN if now < draw.closes_at else Phase.OVER
