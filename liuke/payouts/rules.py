"""States of pay-outs and their parts, what an identity number says, terms, and every limit of this module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from liuke.kit.errors import BadInput

BEIJING = ZoneInfo("Asia/Shanghai")      # tax months are those of China
PART_MOST_FEN = 20_000                   # of one transfer to WeChat
PART_LEAST_FEN = 100
PAYOUT_MOST_FEN = 5_000_000              # 50,000 yuan at once; more is a typing error or a matter for a contract
PARTS_MOST = PAYOUT_MOST_FEN // PART_MOST_FEN
CHECKS_A_DAY = 5                         # tries of one customer to prove who they are
ADULT_YEARS = 18
MAX_NAME, MAX_BANK, MAX_REASON, MAX_KEY = 30, 40, 100, 40
MAX_PICKED = 500
RUN_BATCH = 200                          # members whom a run pays at once
FILE_PARTS = 5_000                       # lines of one bank file
RESULT_BYTES = 2_000_000
KEEP_YEARS = 10                          # papers of tax: 税收征收管理法实施细则, article 29
PAGE = 50


class State(StrEnum):
    HELD = "held"                # somebody must look first; `held_for` says why
    APPROVAL = "approval"        # finance must say yes
    SENDING = "sending"          # released; its parts are on their way
    PAID = "paid"                # every part has ended, at least one of them arrived
    FAILED = "failed"            # nothing arrived; all is back at the balance
    REFUSED = "refused"          # finance said no, or nothing was left to pay when it said yes
    CANCELLED = "cancelled"      # the member took it back before it was released


class PartState(StrEnum):
    SENDING = "sending"
    PAID = "paid"
    FAILED = "failed"


class Way(StrEnum):
    WECHAT = "wechat"
    BANK = "bank"


OPEN = (State.HELD, State.APPROVAL, State.SENDING)
WAITING = (State.HELD, State.APPROVAL)           # can still be taken back


class BadPayout(BadInput):
    """What was typed cannot be: `about` is the field (amount_fen, name, number, bank, way, reason, file)."""

    code = "payout_bad"

    def __init__(self, about: str, message: str = "") -> None:
        super().__init__(message or about)
        self.about = about


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What finance has set. A pay-out of `approve_from_fen` or more needs a yes; so does every one that a run makes."""

    minimum_fen: int = 1_000
    approve_from_fen: int = 50_000


def check_terms(terms: Terms) -> Terms:
    """Raises BadPayout. The least a transfer may be is a yuan, and what is left of it after tax must be one too."""
    if not 2 * PART_LEAST_FEN <= terms.minimum_fen <= PAYOUT_MOST_FEN:
        raise BadPayout("minimum_fen")
    if not 0 <= terms.approve_from_fen <= PAYOUT_MOST_FEN:
        raise BadPayout("approve_from_fen")
    return terms


def parts_of(net_fen: int, way: Way) -> list[int]:
    """How a sum goes out: to WeChat in equal parts of at most 200 yuan, to a bank at once. They sum to it exactly."""
    if way is Way.BANK:
        return [net_fen]
    count = -(-net_fen // PART_MOST_FEN)
    return [net_fen // count + (1 if at < net_fen % count else 0) for at in range(count)]


def share_back(tax_fen: int, *, net_fen: int, part_fen: int, before_fen: int) -> int:
    """How much of a pay-out's tax goes back with a part that failed, `before_fen` of its net having gone back already.

    Cumulated, so that the shares of all parts sum to exactly the tax, in whatever order they fail.
    """
    return tax_fen * (before_fen + part_fen) // net_fen - tax_fen * before_fen // net_fen


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_SIGNS = "10X98765432"


def identity_number(said: str) -> str:
    """A resident identity number as it is kept: 18 signs, capital X. Raises BadPayout when it cannot be one.

    GB 11643-1999: the last sign is ISO 7064 MOD 11-2 over the others.
    """
    number = said.strip().upper()
    digits = number[:17]
    if len(number) != 18 or not (digits.isascii() and digits.isdigit()):
        raise BadPayout("number")
    if CHECK_SIGNS[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11] != number[17]:
        raise BadPayout("number")
    born_on(number)
    return number


def born_on(number: str) -> date:
    """The day of birth in an identity number. Raises BadPayout."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise BadPayout("number") from error


def is_minor(born: date, today: date) -> bool:
    """Under 18 years old."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < ADULT_YEARS


def masked(number: str) -> str:
    """What may be shown: 110***********1234."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def account_number(said: str) -> str:
    """A card or account number: 8 to 30 digits, blanks taken out. Raises BadPayout."""
    number = "".join(said.split())
    if not (8 <= len(number) <= 30 and number.isascii() and number.isdigit()):
        raise BadPayout("number")
    return number


def month_of(at: datetime) -> date:
    """The tax month: its first day, in Beijing."""
    return at.astimezone(BEIJING).date().replace(day=1)


def quarter_of(month: date) -> tuple[int, int]:
    return month.year, (month.month + 2) // 3


def quarter_months(year: int, quarter: int) -> tuple[date, date]:
    """The first months of this quarter and of the next."""
    first = date(year, 3 * quarter - 2, 1)
    return first, date(year + (quarter == 4), (3 * quarter) % 12 + 1, 1)


def closed_quarters(first: date, today: date) -> Sequence[tuple[int, int]]:
    """Every quarter from the one of `first` on that has ended by `today`, oldest first."""
    found = []
    at = quarter_of(first)
    while at < quarter_of(today):
        found.append(at)
        at = (at[0] + (at[1] == 4), at[1] % 4 + 1)
    return found
