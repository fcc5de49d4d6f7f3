"""Every write of points. `from liuke.points import services as points` gives what other modules need."""

from liuke.points.rules import BadPoints, Terms
from liuke.points.services.expiring import expire, remind
from liuke.points.services.granting import Grant, TakeBack, Unpend, grant, make_available, take_back
from liuke.points.services.programme import set_terms
from liuke.points.services.redeeming import (
    LotsBehind,
    NotEnoughPoints,
    NotReserved,
    RedemptionDiffers,
    TooMuchBack,
    give_back,
    release,
    reserve,
    spend,
    use,
)
from liuke.points.services.settling import settle

__all__ = [
    "BadPoints", "Grant", "LotsBehind", "NotEnoughPoints", "NotReserved", "RedemptionDiffers", "TakeBack", "Terms",
    "TooMuchBack", "Unpend", "expire", "give_back", "grant", "make_available", "release", "remind", "reserve",
    "set_terms", "settle", "spend", "take_back", "use",
]
