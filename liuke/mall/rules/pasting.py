"""Pasted lines of "order number, carrier, tracking number" taken apart, before anybody looks into the database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from liuke.mall.rules.carriers import carrier_code

MAX_PASTED = 500
_BETWEEN = re.compile(r"[\s,，;；|]+")
_TRACKING = re.compile(r"[A-Za-z0-9\-]{2,40}")


class Wrong(StrEnum):
    """Why a pasted line cannot be shipped."""

    PARTS = "parts"                  # not three parts (two with a carrier chosen for all)
    TRACKING = "tracking"            # that cannot be a tracking number
    REPEATED = "repeated"            # the same tracking number stands on a line above, for another order
    UNKNOWN = "unknown"              # no such order, or not one of yours
    STATE = "state"                  # not paid, or cancelled
    NOTHING = "nothing"              # everything is in parcels already
    TAKEN = "taken"                  # the tracking number belongs to another parcel
    SERIALS = "serials"              # numbered goods are shipped on the order's own page


@dataclass(frozen=True)
class PastedLine:
    """One line: what was pasted, and what it means unless something is wrong with it."""

    text: str
    order: str = ""
    carrier: str = ""
    tracking: str = ""
    wrong: Wrong | None = None


def pasted(text: str, *, carrier: str = "") -> list[PastedLine]:
    """Every line that is not blank, in order. `carrier` is for lines that name only the order and the number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return list(_once(_line(line, carrier) for line in lines))


def _line(text: str, carrier: str) -> PastedLine:
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) == 2 and carrier:
        parts.insert(1, carrier)
    if len(parts) != 3:
        return PastedLine(text, wrong=Wrong.PARTS)
    order, by, tracking = parts[0], carrier_code(parts[1]), parts[2].upper()
    wrong = None if _TRACKING.fullmatch(tracking) else Wrong.TRACKING
    return PastedLine(text, order, by, tracking, wrong)


def _once(lines: Iterator[PastedLine]) -> Iterator[PastedLine]:
    """A tracking number that stands twice is one parcel: the second order that claims it is told so."""
    first: dict[tuple[str, str], str] = {}
    for line in lines:
        owner = first.setdefault((line.carrier, line.tracking), line.order)
        if line.wrong is None and owner != line.order:
            yield PastedLine(line.text, line.order, line.carrier, line.tracking, Wrong.REPEATED)
        else:
            yield line
