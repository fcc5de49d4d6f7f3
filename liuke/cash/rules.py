"""States of bonuses and transfers, the channel's limits in Beijing time, and every limit of this module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from liuke.kit.errors import BadInput

BEIJING = ZoneInfo("Asia/Shanghai")
LEAST_FEN, MOST_FEN = 100, 20_000        # of one transfer: 1 to 200 yuan
NIGHT_UNTIL = time(8)                    # nothing is sent from midnight until then
MINUTE_MOST = 1_800                      # transfers a minute of one merchant
MAX_PLAN_NAME, MAX_REASON = 40, 30       # characters; a customer reads the reason in WeChat
MAX_REFUSAL = 100
BATCH = 200                              # bonuses that become transfers at once
PLAN_BATCH = 500                         # customers that a plan gives to at once
ASK_BATCH = 2_000                        # transfers queued by one run of the clock
ASK_FIRST, ASK_MOST = timedelta(minutes=1), timedelta(hours=1)
RESEND_WITHIN = timedelta(days=1)        # so long what the channel never heard of is sent again; then a person looks
IDENTITY_AGAIN = timedelta(days=1)
MAX_PICKED = 500                         # bonuses approved or refused at once
PAGE = 50
PAYOUT = "payout"                        # the origin of a bonus that carries a part of somebody's earnings


class State(StrEnum):
    """Of a bonus."""

    PENDING = "pending"          # set aside until the goods can no longer come back
    APPROVAL = "approval"        # finance must say yes
    QUEUED = "queued"            # waits for its turn; `waits` says for what
    ASKED = "asked"              # part of a transfer that the channel may know of
    SENT = "sent"
    FAILED = "failed"            # the channel said no for good; the money is back at its budget
    REFUSED = "refused"          # finance said no
    CANCELLED = "cancelled"      # what it was given for was undone before it was sent


class Move(StrEnum):
    """State of a transfer."""

    WAITING = "waiting"
    ASKED = "asked"
    CONFIRM = "confirm"          # the customer must say yes in WeChat
    STUCK = "stuck"              # nobody can say what became of it: a person must look
    SENT = "sent"
    FAILED = "failed"


class Waits(StrEnum):
    """What a queued bonus or transfer waits for."""

    NIGHT = "night"              # 0:00 to 8:00 in Beijing
    MINUTE = "minute"            # enough went out in this minute
    PERSON_DAY = "person_day"    # this customer has had enough today
    AMOUNT = "amount"            # less than a yuan: for more of it
    IDENTITY = "identity"        # no verified WeChat of the customer, or the check said not yet
    MONEY = "money"              # the merchant's account is empty
    CHANNEL = "channel"          # the channel is not turned on or does not answer


OPEN_MOVES = (Move.WAITING, Move.ASKED, Move.CONFIRM)
TOMORROW = {                             # the channel's own words for "enough for today": no failure
    "DAY_RECEIVED_COUNT_EXCEED", "DAY_RECEIVED_QUOTA_EXCEED", "MCH_DAY_QUOTA_EXCEED", "PAYER_DAY_QUOTA_EXCEED",
}
ENOUGH = ("单日", "当日", "今日")                 # the same in a refusal's sentence  # data, not words


BEGUN = ("running", "done", "stopped")   # states of a plan that has given, or begun to


class BadCash(BadInput):
    """The amount, name, reason or time of a bonus or plan cannot be. `about` is the field."""

    code = "cash_bad"

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


class BadAmount(BadCash):
    """A cash bonus is 1 to 200 yuan."""

    code = "cash_amount"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What finance has set. A bonus of `approve_from_fen` or more needs a yes; a plan always does."""

    approve_from_fen: int = 5_000
    minute_most: int = MINUTE_MOST
    person_day_times: int = 10
    person_day_fen: int = 200_000


def check_terms(terms: Terms) -> Terms:
    """Raises BadCash for what the channel would never allow."""
    if terms.approve_from_fen < 0:
        raise BadCash("approve_from_fen")
    if not 0 < terms.minute_most <= MINUTE_MOST:
        raise BadCash("minute_most")
    if not 0 < terms.person_day_times <= 100:
        raise BadCash("person_day_times")
    if not MOST_FEN <= terms.person_day_fen <= 2_000_000:
        raise BadCash("person_day_fen")
    return terms


def check_amount(amount_fen: int) -> int:
    """The amount of one bonus. Raises BadAmount."""
    if type(amount_fen) is not int or not LEAST_FEN <= amount_fen <= MOST_FEN:
        raise BadAmount("amount_fen")
    return amount_fen


def is_night(now: datetime) -> bool:
    return now.astimezone(BEIJING).time() < NIGHT_UNTIL


def morning(now: datetime) -> datetime:
    """The next moment after a night at which sending begins: today's eight o'clock, or tomorrow's after it."""
    local = now.astimezone(BEIJING)
    day = local.date() if local.time() < NIGHT_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT_UNTIL, BEIJING)


def next_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def ask_again_after(tries: int) -> timedelta:
    """1, 2, 4 ... minutes, at most an hour."""
    return min(ASK_FIRST * (1 << min(max(tries - 1, 0), 8)), ASK_MOST)


def buckets(customer_id: int, now: datetime) -> tuple[str, str, str]:
    """Where a transfer counts: this minute, this person's times today, this person's fen today."""
    local = now.astimezone(BEIJING)
    day = f"{customer_id}:{local:%Y%m%d}"
    return f"minute:{local:%Y%m%d%H%M}", f"times:{day}", f"fen:{day}"


def bundles(amounts: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[int]]:
    """(id, fen) of a customer's bonuses -> the groups that become a transfer each, and the ids that wait for more.

    What is large enough goes alone; smaller ones go together once they make LEAST_FEN.
    """
    groups = [[pk] for pk, fen in amounts if fen >= LEAST_FEN]
    small: list[int] = []
    total = 0
    for pk, fen in amounts:
        if fen < LEAST_FEN:
            small.append(pk)
            total += fen
            if total >= LEAST_FEN:
                groups.append(small)
                small, total = [], 0
    return groups, small


def owed_from(amount_fen: int, owed_fen: int) -> int:
    """How much of a new bonus pays what a refund took back too late: all, or so much that a yuan is left to send."""
    if owed_fen >= amount_fen:
        return amount_fen
    return max(0, min(owed_fen, amount_fen - LEAST_FEN))


def transfer_number(transfer_id: int, salt: str) -> str:
    """Ours at the channel: letters and digits, at most 32. The salt keeps installations of one merchant apart."""
    return f"CB{salt}{transfer_id:010d}"
