"""A kind of work on the page of today."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """`kind`: bad (something is broken), warn (somebody waits), info (good to know)."""

    kind: str
    sign: str
    count: int
    title: str
    text: str
    href: str
    action: str
