"""Where links lead beside the home page and products: each kind is a row of `settings.LIUKE_LANDINGS`.

A module that has places of its own (a group, a card) gives WORD, what such a place is called; `place(target, now=...)`,
one that is open, or None; and `places(now=...)`, those that anybody may share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings

TARGET_CHARACTERS = 40


@dataclass(frozen=True)
class Place:
    """What a newcomer finds. `picture` names a public one in the storage; `target` is its own module's name for it."""

    target: str
    name: str
    words: str
    picture: str
    until: datetime | None


@cache
def kinds() -> dict[str, Any]:
    return {landing: import_module(path) for landing, path in settings.LIUKE_LANDINGS.items()}


def place_of(landing: str, target: str, *, now: datetime) -> Place | None:
    """One that is open at this moment; None for what is over, unknown, or no such kind."""
    kind = kinds().get(landing)
    found: Place | None = kind.place(target, now=now) if kind and target else None
    return found


def places(*, now: datetime) -> Sequence[tuple[str, Place]]:
    """Every open place with its kind."""
    return [(landing, place) for landing, kind in kinds().items() for place in kind.places(now=now)]


def word_of(landing: str) -> str:
    """What a place of this kind is called, for staff."""
    kind = kinds().get(landing)
    return str(kind.WORD) if kind else ""
