"""What a kind of gift may be, the states of a gift, and every limit."""

from dataclasses import dataclass
from enum import StrEnum

from liuke.kit.errors import BadInput

NAME_CHARACTERS = 60
WORDS_CHARACTERS = 300
MAX_PIECES = 100                         # of the goods in one gift
MAX_COST_FEN = 10**7
MAX_CLAIM_DAYS = 365
MAX_AT_ONCE = 5                          # gifts of one award
MAX_KINDS = 500                          # that are not stopped
MOST_CHOICES = 500
PAGE = 50
REMIND_DAYS = (3,)                       # so many days before a gift expires, the timeline says so
REMIND_BATCH = 200
REMIND_LATE_DAYS = 2                     # days that a reminder which did not run is made up for


class State(StrEnum):
    """Of a gift. PENDING: until what it thanks for can no longer be undone."""

    PENDING = "pending"
    OPEN = "open"
    CLAIMED = "claimed"
    EXPIRED = "expired"                  # nobody claimed it in time, or the customer did not want it
    TAKEN = "taken"                      # what it thanked for was undone, or staff took it back


HELD = (State.PENDING, State.OPEN, State.CLAIMED)        # their cost is spent


class BadGift(BadInput):
    """A kind of gift does not hold together. `about` is the part of the form."""

    code = "gift_kind"

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A kind of gift as staff describe it. `cost_fen` is what one gift costs the brand, sending included."""

    name: str
    words: str = ""                      # what customers read
    sku_id: int
    pieces: int = 1
    shop_id: int
    claim_days: int
    budget_id: int
    cost_fen: int


def check(offer: Offer) -> Offer:
    """Raises BadGift for what can be seen without looking anything up."""
    if not 0 < len(offer.name.strip()) <= NAME_CHARACTERS or "\x00" in offer.name:
        raise BadGift("name")
    if len(offer.words) > WORDS_CHARACTERS or "\x00" in offer.words:
        raise BadGift("words")
    for about, value, most in (("pieces", offer.pieces, MAX_PIECES), ("cost_fen", offer.cost_fen, MAX_COST_FEN),
                               ("claim_days", offer.claim_days, MAX_CLAIM_DAYS)):
        if not 0 < value <= most:
            raise BadGift(about)
    return offer
