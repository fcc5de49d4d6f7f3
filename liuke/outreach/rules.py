"""The gate that every contact passes, when it is asked for and again when it is sent. Pure: what is known comes in.

The order is fixed; the first gate that says no is stored, so that "why did this customer hear nothing" has an answer:
consent, block, recontact, cooldown, cap, quiet hours, expiry. Only quiet hours defer; all others end the message.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = 21 * 60, 9 * 60          # minutes of the local day: 21:00 to 9:00
STALE = timedelta(days=3)                          # nobody is spoken to about an older fact, so a replay greets no one
LIFE = timedelta(days=7)                           # a message that names no end is useless after this
WINDOW = timedelta(days=30)                        # of the caps; rolling, so 23:59 and 0:01 are one evening
CAPS = {"sms": 4, "wecom": 4, "wechat": 4, "mini_program": 8, "email": 8, "phone": 2, "inbox": 30}
SILENT = frozenset({"inbox"})                      # rings nowhere, so it may come at night
CLAIM = timedelta(minutes=5)                       # so long one worker may be busy with one message
MAX_TRIES = 6
BACKOFF_SECONDS = (10, 60, 300, 1800, 7200)
TEXT_CHARACTERS, KEY_CHARACTERS, TOPIC_CHARACTERS, ERROR_CHARACTERS = 2_000, 120, 60, 200
BATCH = 200
PAGE = 20                                          # of the inbox
MINUTES_A_DAY = 1440


class State(StrEnum):
    QUEUED = "queued"              # waits for its moment
    HELD = "held"                  # deferred by the gate; looked at again at send_at
    SENDING = "sending"            # a worker has it
    SENT = "sent"
    SUPPRESSED = "suppressed"      # the gate said no; `gate` says which
    FAILED = "failed"              # the channel said no for good


class Gate(StrEnum):
    """Why a message was not sent, in the order in which it is asked."""

    FORGOTTEN = "forgotten"
    CONSENT = "consent"
    BLOCK = "block"
    RECONTACT = "recontact"
    COOLDOWN = "cooldown"
    CAP = "cap"
    QUIET_HOURS = "quiet_hours"
    STALE = "stale"
    EXPIRED = "expired"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Manner:
    """How one purpose is treated."""

    asks_first: bool               # only with a consent given; else only not against a refusal
    blockable: bool                # silent while a complaint is open or a refund is pending
    cooldown: timedelta            # since any outreach that is not service
    capped: bool


MANNERS = {
    "marketing": Manner(asks_first=True, blockable=True, cooldown=timedelta(days=1), capped=True),
    "survey": Manner(asks_first=True, blockable=True, cooldown=timedelta(days=7), capped=True),
    "service": Manner(asks_first=False, blockable=False, cooldown=timedelta(0), capped=False),
}


@dataclass(frozen=True)
class Past:
    """One contact that was made, or is just being made."""

    channel: str
    purpose: str
    topic: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What is asked for and all that is known of the customer at that moment."""

    channel: str
    purpose: str
    topic: str
    consent: str                                   # given, withdrawn, cleared
    forgotten: bool = False
    blocked: bool = False
    past: Collection[Past] = ()
    recontact_after: timedelta | None = None       # the same topic again; None: never
    zone: str = "Asia/Shanghai"
    quiet: tuple[int, int] = (QUIET_FROM, QUIET_UNTIL)
    timed_by_customer: bool = False                # the customer chose the hour: never delayed
    about_at: datetime | None = None
    expires_at: datetime


@dataclass(frozen=True)
class Verdict:
    """Send it, hold it until a moment, or drop it; with the first gate that said no."""

    state: State
    gate: Gate | None = None
    until: datetime | None = None


def gate(contact: Contact, now: datetime) -> Verdict:
    """Ask every gate in its order. A message whose quiet hours end after its last useful moment is dropped at once."""
    if no := _refused(contact) or _too_soon(contact, now):
        return Verdict(State.SUPPRESSED, no)
    until = None if contact.timed_by_customer or contact.channel in SILENT else quiet_until(contact, now)
    at = until or now
    if contact.about_at is not None and at > contact.about_at + STALE:
        return Verdict(State.SUPPRESSED, Gate.STALE)
    if at >= contact.expires_at:
        return Verdict(State.SUPPRESSED, Gate.EXPIRED)
    return Verdict(State.HELD, Gate.QUIET_HOURS, until) if until else Verdict(State.QUEUED)


def _refused(contact: Contact) -> Gate | None:
    manner = MANNERS[contact.purpose]
    if contact.forgotten:
        return Gate.FORGOTTEN
    if contact.consent == "withdrawn" or (manner.asks_first and contact.consent != "given"):
        return Gate.CONSENT
    return Gate.BLOCK if contact.blocked and manner.blockable else None


def _too_soon(contact: Contact, now: datetime) -> Gate | None:
    manner, after = MANNERS[contact.purpose], contact.recontact_after
    if any(each.topic == contact.topic and (after is None or now < each.at + after) for each in contact.past):
        return Gate.RECONTACT
    spoken = [each for each in contact.past if each.purpose != "service"]
    if any(now < each.at + manner.cooldown for each in spoken):
        return Gate.COOLDOWN
    lately = [each for each in spoken if each.channel == contact.channel and now < each.at + WINDOW]
    return Gate.CAP if manner.capped and len(lately) >= CAPS[contact.channel] else None


def quiet_until(contact: Contact, now: datetime) -> datetime | None:
    """When the quiet hours end that `now` falls into, or None. Local clock of the customer's zone; may span midnight.

    The general quiet hours always hold; the customer's own are added to them.
    """
    at, moved = now, False
    for _ in range(4):                             # the end of one may lie within the other
        ends = [end for hours in {contact.quiet, (QUIET_FROM, QUIET_UNTIL)} if (end := _end(hours, contact.zone, at))]
        if not ends:
            break
        at, moved = max(ends), True
    return at if moved else None


def _end(hours: tuple[int, int], zone: str, now: datetime) -> datetime | None:
    """When these hours end, or None when now lies outside of them."""
    begin, end = hours
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    inside = begin <= minute < end if begin < end else minute >= begin or minute < end
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if minute >= end else 0)
    return datetime(day.year, day.month, day.day, end // 60, end % 60, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)


def next_try(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries; None means it has failed for good."""
    return None if tries >= MAX_TRIES else timedelta(seconds=BACKOFF_SECONDS[tries - 1])
