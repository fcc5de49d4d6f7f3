"""What a request waits for, and until when: the clocks of the returns desk run by the wall."""

from datetime import datetime
from enum import StrEnum

from liuke.mall.rules.returns import ANSWER_WITHIN, DECIDE_WITHIN, Claim, Goods, Kind

SHOWN = 100                          # of one queue, the most urgent
HISTORY = 10                         # of a customer's other requests


class Queue(StrEnum):
    """Where an open request stands at the desk; a closed one is CLOSED."""

    ANSWER = "answer"                # nobody has said a word yet
    DECIDE = "decide"
    OURS = "ours"                    # decided, and the next step is ours
    THEIRS = "theirs"                # the customer, the carrier or the provider is next
    CLOSED = "closed"


OUR_TURN = frozenset({               # (goods, claim) in which staff are next
    (Goods.RECEIVED, Claim.APPROVED),
    *((Goods.INSPECTED, claim) for claim in (
        Claim.APPROVED, Claim.REFUSED, Claim.DIAGNOSING, Claim.REPAIRING, Claim.REPAIRED, Claim.NOT_REPAIRED)),
})


def our_turn(*, kind: str, goods: str, claim: str) -> bool:
    """Whether staff are next with this line; for a plain refund it is enough that it was approved."""
    here = (Goods(goods), Claim(claim))
    return here in OUR_TURN or (kind == Kind.REFUND and here == (Goods.CUSTOMER, Claim.APPROVED))


def due_at(
    *, asked_at: datetime, answered_at: datetime | None, decided_at: datetime | None, expected_at: datetime | None
) -> datetime | None:
    """Until when the next word or step is promised; `queries.returns_desk` asks the database for the same."""
    if answered_at is None:
        return asked_at + ANSWER_WITHIN
    return asked_at + DECIDE_WITHIN if decided_at is None else expected_at
