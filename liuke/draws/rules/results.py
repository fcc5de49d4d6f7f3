"""Commit and reveal: what a ticket wins follows from the seed, the draw, the ticket and the customer's nonce alone.

    digest  = HMAC-SHA256(key: seed, message: "<draw number>|<ticket number>|<nonce>")
    x       = digest as a whole number / 2^256, so 0 <= x < 1
    result  = the prize in whose stretch x lies, the prizes' odds laid side by side in their published order
    prize   = the result while it lasts, then its stated fallback, and so on
    link    = SHA-256("<link before>|<place>|<ticket number>|<nonce>|<position of the prize>")

`place` counts the tickets of a draw in the order in which they were drawn; the first link follows the hash of terms.
Pure; nothing here needs Liuke's database. `docs/howto/draws.md` says the same for people.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

SPAN = 1 << 256


@dataclass(frozen=True)
class Stretch:
    """One prize as the arithmetic sees it. `count` None: it never runs out. `fallback`: a position, None for none."""

    position: int
    odds: Fraction
    count: int | None
    fallback: int | None


def hash_of(seed: bytes) -> str:
    """What is published first."""
    return hashlib.sha256(seed).hexdigest()


def terms_hash(terms: Mapping[str, Any]) -> str:
    """Of everything that was promised, as JSON with sorted keys and without blanks."""
    text = json.dumps(terms, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digest(seed: bytes, *, draw: str, ticket: int, nonce: str) -> str:
    """64 hex digits."""
    return hmac.new(seed, f"{draw}|{ticket}|{nonce}".encode(), hashlib.sha256).hexdigest()


def result(found: str, stretches: Sequence[Stretch]) -> int:
    """The position of the prize in whose stretch the digest lies; the odds sum to one."""
    x, end = Fraction(int(found, 16), SPAN), Fraction(0)
    for stretch in stretches:
        end += stretch.odds
        if x < end:
            return stretch.position
    raise AssertionError("the odds do not sum to one")


def fallen(position: int, stretches: Mapping[int, Stretch], drawn: Mapping[int, int]) -> int:
    """Where a result falls when so many of each prize are gone. Fallbacks end at a prize that never runs out."""
    while (count := stretches[position].count) is not None and drawn.get(position, 0) >= count:
        following = stretches[position].fallback
        assert following is not None, "a prize that runs out has a fallback"
        position = following
    return position


def link(before: str, *, place: int, ticket: int, nonce: str, position: int) -> str:
    """The hash of this result and, through `before`, of all results before it."""
    return hashlib.sha256(f"{before}|{place}|{ticket}|{nonce}|{position}".encode()).hexdigest()
