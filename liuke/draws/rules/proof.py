"""Recomputes a whole draw from its published proof and names every ticket that differs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from liuke.draws.rules import results
from liuke.draws.rules.results import Stretch


@dataclass(frozen=True)
class Entry:
    """One drawn ticket as it was recorded: `position` is the prize that it won."""

    place: int
    ticket: int
    nonce: str
    position: int
    link: str


@dataclass(frozen=True)
class Fault:
    """What does not fit. `ticket` is 0 where it is the draw itself. `word`: terms, seed, order, prize, link, number."""

    word: str
    ticket: int = 0
    expected: str = ""
    found: str = ""


def stretches_of(terms: Mapping[str, Any]) -> list[Stretch]:
    """The prizes of published terms, in their order."""
    return [Stretch(each["position"], Fraction(each["odds"]), each["count"], each["fallback"])
            for each in terms["prizes"]]


def faults(
    *, terms: Mapping[str, Any], terms_hash: str, seed_hash: str, seed: bytes, entries: Iterable[Entry]
) -> Iterator[Fault]:
    """Everything in a draw that does not follow from its seed; nothing when it is sound."""
    if results.terms_hash(terms) != terms_hash:
        yield Fault("terms", expected=results.terms_hash(terms), found=terms_hash)
    if results.hash_of(seed) != seed_hash:
        yield Fault("seed", expected=seed_hash, found=results.hash_of(seed))
        return
    order = stretches_of(terms)
    by_position = {each.position: each for each in order}
    drawn: Counter[int] = Counter()
    seen: set[int] = set()
    before, expected_place = terms_hash, 1
    for entry in entries:
        if entry.place != expected_place:
            yield Fault("order", entry.ticket, str(expected_place), str(entry.place))
        if entry.ticket in seen:
            yield Fault("number", entry.ticket)
        seen.add(entry.ticket)
        found = results.digest(seed, draw=terms["number"], ticket=entry.ticket, nonce=entry.nonce)
        position = results.fallen(results.result(found, order), by_position, drawn)
        drawn[position] += 1
        if position != entry.position:
            yield Fault("prize", entry.ticket, str(position), str(entry.position))
        before = results.link(before, place=entry.place, ticket=entry.ticket, nonce=entry.nonce,
                              position=entry.position)
        if before != entry.link:
            yield Fault("link", entry.ticket, before, entry.link)
            before = entry.link              # name the ticket that was changed, and not all that follow it
        expected_place = entry.place + 1
