"""Pasted lines of "order number, carrier, tracking number, serials, #batch" taken apart, without the database."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from liuke.mall.rules.carriers import CARRIERS, carrier_code

MAX_PASTED = 500
MAX_SERIALS = 100                    # of one order, on one line
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
    SERIALS = "serials"              # the serial numbers behind the tracking number are too few, too many or twice
    BATCH = "batch"                  # two batches for the same goods, or one without a name
    NOT_NUMBERED = "not_numbered"    # serial numbers for an order without numbered goods to send
    SERIAL_TAKEN = "serial_taken"    # a serial number belongs to another piece, or stands on a line above
    PACKED = "packed"                # serial numbers or batches for a parcel that is packed already


@dataclass(frozen=True)
class PastedLine:
    """One line: what was pasted, and what it means unless something is wrong with it. `more` stands behind it."""

    text: str
    order: str = ""
    carrier: str = ""
    tracking: str = ""
    more: tuple[str, ...] = ()
    wrong: Wrong | None = None


def pasted(text: str, *, carrier: str = "") -> list[PastedLine]:
    """Every line that is not blank, in order. `carrier` is for lines that name only the order and the number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return list(_once(_line(line, carrier) for line in lines))


def _line(text: str, carrier: str) -> PastedLine:
    parts = [part for part in _BETWEEN.split(text) if part]
    if carrier and (len(parts) == 2 or (len(parts) > 2 and _is_number(parts[1]))):
        parts.insert(1, carrier)
    if not 3 <= len(parts) <= 3 + MAX_SERIALS:
        return PastedLine(text, wrong=Wrong.PARTS)
    order, by, tracking = parts[0], carrier_code(parts[1]), parts[2].upper()
    good = _TRACKING.fullmatch(tracking) and (len(parts) == 3 or _is_number(tracking))
    return PastedLine(text, order, by, tracking, tuple(parts[3:]), None if good else Wrong.TRACKING)


def _is_number(part: str) -> bool:
    """Whether this is a tracking number: no name of a carrier, no piece of a number with a blank in it."""
    known = carrier_code(part) in CARRIERS
    return not known and bool(_TRACKING.fullmatch(part)) and any(sign.isdigit() for sign in part)


def batches_in(more: Sequence[str], skus: Collection[str]) -> tuple[dict[str, str] | None, list[str]]:
    """The batch of each SKU, and what is left: serial numbers. "#2609A" is for all goods, "SKU#2609A" for one kind.

    None for batches that contradict each other or have no name. What stands before # and is no SKU of the order belongs
    to a serial number.
    """
    called = {code.casefold(): code for code in skus}
    own: dict[str, str] = {}
    everything, left = "", list[str]()
    for part in more:
        code, mark, batch = part.partition("#")
        sku = called.get(code.casefold())
        if not mark or (code and sku is None):
            left.append(part)
        elif not batch or (own.get(sku, batch) if sku else everything or batch) != batch:
            return None, left
        elif sku:
            own[sku] = batch
        else:
            everything = batch
    return {code: own.get(code, everything) for code in skus if own.get(code, everything)}, left


def dealt(serials: Sequence[str], wanted: Mapping[str, int]) -> dict[str, list[str]] | None:
    """Which serial numbers belong to which SKU (code -> pieces); None when they do not come out even.

    Of several numbered SKUs each number names its own: "SKU=number". Of one alone the number is enough.
    """
    found: dict[str, list[str]] = {code: [] for code in wanted}
    called = {code.casefold(): code for code in wanted}
    for serial in serials:
        code, mark, number = serial.partition("=")
        owner = called.get(code.casefold()) if mark else None
        if owner is None:
            owner, number = next(iter(wanted)) if len(wanted) == 1 else None, serial
        if owner is None or not number:
            return None
        found[owner].append(number)
    even = all(len(set(numbers)) == len(numbers) == wanted[code] for code, numbers in found.items())
    return found if even else None


def _once(lines: Iterator[PastedLine]) -> Iterator[PastedLine]:
    """A tracking number that stands twice is one parcel: the second order that claims it is told so."""
    first: dict[tuple[str, str], str] = {}
    for line in lines:
        owner = first.setdefault((line.carrier, line.tracking), line.order)
        if line.wrong is None and owner != line.order:
            yield PastedLine(line.text, line.order, line.carrier, line.tracking, wrong=Wrong.REPEATED)
        else:
            yield line
