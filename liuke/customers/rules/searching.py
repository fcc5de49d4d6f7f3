"""What the words in the search box may mean, and in which order customers are listed."""

import re
from dataclasses import dataclass
from enum import StrEnum

from liuke.customers.rules import identities, names

PAGE, MAX_PAGE = 50, 200
MAX_ROUNDS = 20              # how often one page asks for more because candidates turned out to be somebody else
MAX_TAGS = 10
PHONE_TAIL = 4
SHORTEST_PART = 3            # a part of a member number: trigrams need three characters

_NUMBER = re.compile(r"[0-9A-Za-z_\-./]+")
_DIGITS = re.compile(r"[0-9]+")


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Meaning:
    """Every way in which the text may be meant; a customer is found when any one of them fits."""

    values: tuple[tuple[str, str], ...]      # (kind, normalised value): the whole phone, e-mail or foreign id
    tail: str                                # the last four digits of a phone, or ""
    number: str                              # a part of the member number (the whole one when shorter), or ""
    name: str                                # the name, its pinyin or its initials


def meaning(text: str) -> Meaning:
    """Nothing is guessed away: four digits may be the end of a phone and a part of a member number."""
    text = names.normal_name(text)[: names.QUERY_CHARACTERS]
    number = text if _NUMBER.fullmatch(text) else ""
    tail = text if len(text) == PHONE_TAIL and _DIGITS.fullmatch(text) else ""
    return Meaning(_values(text), tail, number, text)


def has_number(number: str, part: str) -> bool:
    """Whether the part of a member number, typed in any case, means this one."""
    if len(part) < SHORTEST_PART:
        return bool(part) and number.upper() == part.upper()
    return part.upper() in number.upper()


def _values(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for kind in identities.KINDS:
        try:
            found.append((kind, identities.normal_value(kind, text)))
        except identities.BadIdentity:
            continue
    return tuple(found)
