"""What carriers (or an aggregator that speaks for them) tell of parcels: JSON signed with a secret for each carrier.

    POST /hooks/carriers/SF/events
    Liuke-Timestamp: 1793865600
    Liuke-Signature: hex of HMAC-SHA256(secret, timestamp + "." + body)

The body is `Told`. The timestamp is when it was sent, not when it happened; a repetition is signed anew.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from django.core.exceptions import ImproperlyConfigured
from msgspec import DecodeError, Meta, Struct, ValidationError
from msgspec.json import Decoder

from liuke.channels.errors import NotVerified
from liuke.kit import env

WINDOW = timedelta(minutes=5)
MAX_BYTES = 64 * 1024
MAX_STEPS = 100
LEAST_SECRET = 16                        # characters
TIMESTAMP, SIGNATURE = "Liuke-Timestamp", "Liuke-Signature"
SETTING = re.compile(r"LIUKE_CARRIER_([A-Z0-9]{2,20})_SECRET(?:_FILE)?")

Word = Annotated[str, Meta(pattern=r"^[\x21-\x7e]{1,80}$")]


class BadSignature(NotVerified):
    """The signature is missing or not made with this carrier's secret."""

    code = "bad_signature"


class StaleTimestamp(NotVerified):
    """The timestamp is missing, or more than five minutes from our clock: sent long ago, or a clock is wrong."""

    code = "stale_timestamp"


class Unreadable(Exception):
    """It is signed, but not what this door reads; the text says where."""


class Said(Struct, frozen=True, forbid_unknown_fields=False):
    """One step of the parcel, in the carrier's own words: a state, a sentence, or both."""

    at: Annotated[datetime, Meta(tz=True)]
    state: Annotated[str, Meta(max_length=60)] = ""
    text: Annotated[str, Meta(max_length=2000)] = ""


class Told(Struct, frozen=True):
    """One event about one parcel. `event` is the carrier's number of it; `order` is ours, if the carrier knows it."""

    event: Word
    tracking: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{2,40}$")]
    steps: Annotated[Sequence[Said], Meta(min_length=1, max_length=MAX_STEPS)]
    order: Annotated[str, Meta(pattern=r"^[\x21-\x7e]{0,60}$")] = ""


_read = Decoder(Told).decode


class CarrierDoor:
    """One carrier. With two secrets both open the door, so that one can be replaced without a gap."""

    def __init__(self, code: str, secrets: Sequence[str]) -> None:
        self.code, self._secrets = code, secrets

    def parse(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:
        """What was told. Raises BadSignature, StaleTimestamp, Unreadable."""
        stamp = headers.get(TIMESTAMP, "")
        given = headers.get(SIGNATURE, "").strip().lower()
        if not any(hmac.compare_digest(signature(secret, stamp, body).encode(), given.encode())
                   for secret in self._secrets):
            raise BadSignature("not signed with the secret of this carrier")
        if not stamp.isdecimal() or len(stamp) > 12 or abs(_moment(stamp) - now) > WINDOW:
            raise StaleTimestamp("too old, or a clock is wrong")
        try:
            return _read(body)
        except (ValidationError, DecodeError, UnicodeDecodeError) as error:
            raise Unreadable(str(error)) from error


def _moment(stamp: str) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(stamp))


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What stands in Liuke-Signature."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def from_environment() -> dict[str, CarrierDoor]:
    """The carriers that have a secret, LIUKE_CARRIER_<code>_SECRET (or _FILE); two of them with a comma between.

    Raises ImproperlyConfigured for a secret that can be guessed.
    """
    codes = {found[1] for name in os.environ if (found := SETTING.fullmatch(name))}
    doors = {}
    for code in sorted(codes):
        secrets = env.words(f"LIUKE_CARRIER_{code}_SECRET")
        if not secrets or min(map(len, secrets)) < LEAST_SECRET:
            raise ImproperlyConfigured(f"LIUKE_CARRIER_{code}_SECRET: at least {LEAST_SECRET} characters, please")
        doors[code] = CarrierDoor(code, secrets)
    return doors
