"""How a message is found by a part of what it says. The pairs are what the blind index may hold.

Pure, beside `rules.py`: text in, pairs of characters out. Whatever `around` finds must be in the index: all pairs of
the words are among the pairs of the text. The index may say yes too often, never too seldom.
"""

import unicodedata
from itertools import pairwise

MARKED_CHARACTERS = 5_000                # of a message; what a longer one says behind them is not found
SHORTEST_WORD = 2
MOST_WORDS = 8
AROUND = 20                              # characters of a snippet before the word


def normal(text: str) -> str:
    """Full-width and upper-case forms made one, blanks made single."""
    return " ".join(unicodedata.normalize("NFKC", text[:MARKED_CHARACTERS]).lower().split())


def words_of(asked: str) -> list[str]:
    """The words that a message must say, in any order; one sign alone is none."""
    return [word for word in normal(asked).split() if len(word) >= SHORTEST_WORD][:MOST_WORDS]


def pairs(text: str) -> set[str]:
    """Every two letters that stand side by side; signs and blanks are left out."""
    return {one + other for one, other in pairwise(normal(text)) if one.isalnum() and other.isalnum()}


def around(text: str, asked: list[str], *, length: int = 60) -> str:
    """The text around the first of the words, on one line; nothing unless the text holds every one of them."""
    compared = normal(text)
    if not all(word in compared for word in asked):
        return ""
    plain = " ".join(text[:MARKED_CHARACTERS].split())
    at = max(0, compared.find(asked[0]) - AROUND)
    return ("…" if at else "") + plain[at : at + length] + ("…" if len(plain) > at + length else "")
