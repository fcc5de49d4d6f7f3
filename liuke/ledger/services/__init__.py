"""Every write of the ledger. `from liuke.ledger import services as ledger` gives what other modules need."""

from liuke.ledger.rules import BadMove, Cause, Confirm, Hold, Move, NewAccount, Post, Reverse, Void
from liuke.ledger.services.call import (
    Entry,
    HoldExpired,
    KeyTaken,
    LedgerRefused,
    Leg,
    NoAccount,
    NoEntry,
    NotGuarded,
    NotHeld,
    NothingLeft,
    NotPosted,
    OtherUnit,
    Overdrawn,
)
from liuke.ledger.services.posting import (
    AccountDiffers,
    confirm,
    hold,
    open_account,
    post,
    post_many,
    reverse,
    set_floor,
    void,
)

__all__ = [
    "AccountDiffers", "BadMove", "Cause", "Confirm", "Entry", "Hold", "HoldExpired", "KeyTaken", "LedgerRefused", "Leg",
    "Move", "NewAccount", "NoAccount", "NoEntry", "NotGuarded", "NotHeld", "NotPosted", "NothingLeft", "OtherUnit",
    "Overdrawn", "Post", "Reverse", "Void", "confirm", "hold", "open_account", "post", "post_many", "reverse",
    "set_floor", "void",
]
