"""The tables of the desk: states of a ticket, its clocks, and which policy applies. Pure, without a clock of its own.

As pure as this file, and long enough to be read alone: opening hours in `calendars.py`, the log of a ticket in
`history.py`, how a clock is measured in `clocks.py`, what-if files in `scenarios.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from liuke.kit.errors import BadInput

LONGEST_TARGET = timedelta(days=366)


class NoDefaultPolicy(BadInput):
    """There is no default policy, so a ticket could be left without any promise by accident."""

    code = "no_default_policy"


class UnknownClock(BadInput):
    """There is no such clock."""

    code = "unknown_clock"


class BadTarget(BadInput):
    """A target is more than no time and at most a year."""

    code = "bad_target"


class State(StrEnum):
    """The fixed categories; a brand gives its own names to them."""

    NEW = "new"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    PENDING_CUSTOMER = "pending_customer"
    ON_HOLD = "on_hold"
    PENDING_CLOSE = "pending_close"
    SOLVED = "solved"
    CLOSED = "closed"
    MERGED = "merged"
    SPAM = "spam"


PAUSING = frozenset({State.PENDING_CUSTOMER, State.ON_HOLD, State.PENDING_CLOSE})
FINAL = frozenset({State.SOLVED, State.CLOSED})
NAMED = (State.OPEN, State.IN_PROGRESS, State.PENDING_CUSTOMER, State.ON_HOLD, State.PENDING_CLOSE, State.SOLVED,
         State.CLOSED)               # what a brand may call by names of its own
GONE = frozenset({State.MERGED, State.SPAM})  # nobody is waiting any more: every clock is cancelled


class Kind(StrEnum):
    """What can stand in the log of a ticket. Notes and bots are there to show that they stop nothing."""

    CREATED = "created"
    CUSTOMER_MESSAGE = "customer_message"
    AGENT_REPLY = "agent_reply"  # public, on any channel, phone included
    INTERNAL_NOTE = "internal_note"
    BOT_REPLY = "bot_reply"
    STATE = "state"
    POLICY_CHANGE = "policy_change"
    DUE_SET = "due_set"  # a due given by hand, or taken back
    MERGED = "merged"
    SPAM = "spam"
    RETURN_REQUESTED = "return_requested"
    RETURN_DECIDED = "return_decided"
    RETURN_RECEIVED = "return_received"  # the goods are back with us
    RETURN_SETTLED = "return_settled"  # money, goods or repair have left for the customer


class WhenSolved(StrEnum):
    """What solving the ticket does to a clock that has not stopped."""

    STOPS = "stops"  # it was for this; reopening lets it go on, the solved stretch left out
    SUSPENDS = "suspends"  # cancelled while solved; reopening lets it go on likewise
    CANCELS = "cancels"  # for good: a thank-you is owed no answer
    GOES_ON = "goes on"  # the goods are still under way, whatever the talk says


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise. `repeats` starts it anew on each further start after an end: once per turn, once per return."""

    name: str
    starts: Kind
    stops: Kind | None
    when_solved: WhenSolved
    repeats: bool = False


FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION = "first_response", "next_response", "resolution"
DECISION, RETURN_LEG = "decision", "return_leg"

# Of several clocks due at the same instant the earlier row is named first.
CLOCKS = (
    Clock(FIRST_RESPONSE, Kind.CREATED, Kind.AGENT_REPLY, WhenSolved.SUSPENDS),
    Clock(NEXT_RESPONSE, Kind.CUSTOMER_MESSAGE, Kind.AGENT_REPLY, WhenSolved.CANCELS, repeats=True),
    Clock(DECISION, Kind.RETURN_REQUESTED, Kind.RETURN_DECIDED, WhenSolved.GOES_ON, repeats=True),
    Clock(RETURN_LEG, Kind.RETURN_RECEIVED, Kind.RETURN_SETTLED, WhenSolved.GOES_ON, repeats=True),
    Clock(RESOLUTION, Kind.CREATED, None, WhenSolved.STOPS),
)
CLOCK_NAMES = tuple(clock.name for clock in CLOCKS)


def clock_of(name: str) -> Clock:
    """The row of CLOCKS with this name; raises UnknownClock."""
    for clock in CLOCKS:
        if clock.name == name:
            return clock
    raise UnknownClock(f"There is no clock {name!r}; the clocks are {', '.join(CLOCK_NAMES)}.")


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """Use `policy` for tickets of one of these kinds and customers of one of these tiers; a blank side asks nothing."""

    policy: str
    kinds: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()

    def matches(self, *, kind: str, tier: str) -> bool:
        """A rule that asks nothing matches nothing: only the default is for everybody."""
        asks = bool(self.kinds or self.tiers)
        return asks and (not self.kinds or kind in self.kinds) and (not self.tiers or tier in self.tiers)


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Rules in order, the first match wins, and the default for the rest. Raises NoDefaultPolicy without one."""

    rules: Sequence[PolicyRule]
    default: str

    def __post_init__(self) -> None:
        if not self.default:
            raise NoDefaultPolicy

    def policy_for(self, *, kind: str, tier: str) -> str:
        """The policy of the first matching rule, or the default; never none."""
        return next((rule.policy for rule in self.rules if rule.matches(kind=kind, tier=tier)), self.default)


MOST_LOG = 20_000                    # lines of one ticket's log that are read
DUE_BATCH = 200                      # clocks that one worker takes at once
TEXT_CHARACTERS = 20_000             # of one message
KEY_CHARACTERS = 200                 # of the id of a message on its channel
TITLE_CHARACTERS = 60
TAG_CHARACTERS, MOST_TAGS = 20, 20
MOST_ATTACHMENTS = 9                 # of one message
NUMBER_DIGITS = 9                    # of a ticket's number, after S and the day
REOPENS_WITHIN = timedelta(days=14)  # after it was done; later words open a new ticket

HISTORY_PAGE, CASES_PAGE = 50, 20    # of what a customer reads back at once
MOST_STEPS = 100                     # of one case's story
MOST_SPLIT = 200                     # messages that become a ticket of their own at once
INBOX_PAGE, TALK_PAGE = 25, 200      # rows of a list, messages of a conversation
MOST_FOUND = 200                     # customers among whose tickets one looks
LEARNT_FROM = 10_000                 # matters, by the small model of kinds
MOST_READ = 500                      # messages that are read for some words
BOARD_ROWS = 15                      # of what breaches next
COUNTED_TO = 1_000                   # a counter says "1000+" above
MOST_BULK = 50                       # tickets that one act changes
MOST_MACROS, MACRO_CHARACTERS = 200, 5_000
MOST_DEPARTMENTS, MOST_TASKS = 20, 20                  # tasks: open ones of a ticket
DEPARTMENTS = (                      # what a new desk begins with: name, working minutes
    ("研发", 48 * 60), ("生产", 24 * 60), ("物流", 8 * 60), ("IT", 8 * 60),           # data, not words
)
RATED_WITHIN = timedelta(days=14)    # then the question expires
ASKED_AGAIN_AFTER = timedelta(days=7)                  # a customer is asked at most once in so many days
SPOKEN_TO_WITHIN = {"wecom": timedelta(hours=48)}       # channels on which we may speak so long after the customer
SAID_SINCE = {"wecom": 5}            # and so many messages
SCORES, LOW_SCORE = (1, 2, 3, 4, 5), 2
RATING_REASONS = ("fast", "kind", "solved", "slow", "rude", "unsolved", "repeated", "product")
MOST_REASONS, RATING_CHARACTERS = 4, 500

REACHED = "reached"
CALL_OUTCOMES = (REACHED, "busy", "refused", "no_answer")           # of a phone call
RECORDING_CHARACTERS = 40            # of the reference of its recording
ABOUT_CHARACTERS, NOTE_CHARACTERS = 200, 2_000         # what a caller wants, what was said
CALL_LOGGED_WITHIN = timedelta(days=30)
MOST_CALLER_TICKETS = 10             # matters that a call may be about

CARRY_AGAIN = tuple(timedelta(minutes=each) for each in (2, 2, 5, 15, 60))    # an answer that could not leave
CARRY_FOR, CARRY_BATCH = timedelta(hours=24), 100

CHAT, RETURNS = "chat", "returns"    # channels: the client's own, and requests about goods
EMAIL, FORM, PHONE_LOG = "email", "form", "phone"
CUSTOMER, STAFF, BOT = "customer", "staff", "bot"      # who says something

# moves of the mall's machine for goods, by name: staff have spoken; the last leg is over
GOODS_ANSWERS = frozenset({"answer", "receive", "inspect", "reject", "replace", "diagnose", "quote", "repair",
                           "ship_out", "refund"})
GOODS_SETTLES = frozenset({"replace", "ship_out", "refund"})

CAPACITY = 8                         # open tickets of an agent who has set nothing else
SILENT_AFTER = timedelta(minutes=20)                   # a customer waits so long for somebody who is not there
VIEWED_FOR = timedelta(seconds=60)   # so long somebody counts as looking after they last said so
WRITES_FOR = timedelta(seconds=30)   # so long somebody counts as writing
ROUTE_BATCH = 50
PULL_BATCH = 200                     # of the queue that is looked through for one that suits

OVERRIDE, SWAP, LEAVE = "override", "swap", "leave"    # what replaces the rotations for a while
IN_APP, SMS, PHONE = "in_app", "sms", "phone"          # ways to call somebody; phone asks a colleague to do it
ASSIGNEE, ON_DUTY, NEXT, MANAGERS = "assignee", "on_duty", "next", "managers"      # whom
WAYS, TARGETS = (IN_APP, SMS, PHONE), (ASSIGNEE, ON_DUTY, NEXT, MANAGERS)
CALL_STEPS = (                       # what a new desk begins with: minutes after the start, way, whom
    (0, IN_APP, ASSIGNEE), (0, IN_APP, ON_DUTY), (2, SMS, ON_DUTY), (5, PHONE, MANAGERS), (10, SMS, NEXT),
    (15, SMS, MANAGERS),
)
MOST_CALL_STEPS = 12
MOST_ROTATIONS, MOST_TURNS = 30, 60
ALERT_DAYS = 14                      # so far ahead gaps in the roster are looked for
NEXT_DAYS = 30                       # so far ahead the next person is looked for
LONGEST_CHANGE = timedelta(days=366)
