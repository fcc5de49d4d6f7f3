"""Why points came or went that no rule gave: each module that gives or takes them tells it, by the keys it uses.

A file of its own, because modules above points that do not know each other meet in it.
"""

from collections.abc import Callable, Collection, Mapping
from itertools import pairwise

Teller = Callable[[Collection[int]], Mapping[int, str]]
TELLERS: dict[str, Teller] = {}


def register(word: str, teller: Teller) -> None:
    """Keys that hold `word:7` are told by `teller({7})[7]`, a sentence for the customer. Call it in `ready()`."""
    TELLERS[word] = teller


def origins(keys: Collection[str]) -> dict[str, str]:
    """A sentence for each of these entries' keys that somebody can tell; one question for each word."""
    found = {key: origin for key in keys if (origin := _origin(key))}
    asked: dict[str, set[int]] = {}
    for word, number in found.values():
        asked.setdefault(word, set()).add(number)
    told = {word: TELLERS[word](numbers) for word, numbers in asked.items()}
    return {key: told[word][number] for key, (word, number) in found.items() if number in told[word]}


def _origin(key: str) -> tuple[str, int] | None:
    """points:draw:3:15 -> (draw, 3), redeem_back:undo:exchange:5 -> (exchange, 5)."""
    parts = key.split(":")
    return next(((word, int(number)) for word, number in pairwise(parts)
                 if word in TELLERS and number.isdecimal()), None)
