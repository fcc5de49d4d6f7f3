"""What a list of goods says: pasted lines of code and quantity, as a scanner or a delivery note gives them."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

MAX_LINES = 500
MAX_PIECES = 1_000_000
_BETWEEN = re.compile(r"[\s,;]+(?:[x×*]\s*(?=\d))?")


@dataclass(frozen=True)
class Line:
    """`code` as typed, `at` counts from 1; `problem` is nothing or "quantity"."""

    at: int
    code: str
    quantity: int
    problem: str = ""


def read(text: str) -> list[Line]:
    """One line each: a code or barcode first and how many last (1 without it); what stands between is not looked at."""
    lines = unicodedata.normalize("NFKC", text).splitlines()
    parts = ([part for part in _BETWEEN.split(line.strip()) if part] for line in lines)
    return [_line(at, *said) for at, said in enumerate(parts, start=1) if said]


def _line(at: int, code: str, *rest: str) -> Line:
    if not rest:
        return Line(at, code, 1)
    count = rest[-1]
    if not (count.isascii() and count.isdigit() and len(count) < 10 and 0 < int(count) <= MAX_PIECES):
        return Line(at, code, 0, "quantity")
    return Line(at, code, int(count))


def summed(lines: list[Line], known: Mapping[str, int]) -> dict[int, int]:
    """Pieces by SKU id, the same code scanned twice added up; lines with a problem or an unknown code left out."""
    pieces: dict[int, int] = {}
    for line in lines:
        sku = known.get(line.code.lower())
        if sku is not None and not line.problem:
            pieces[sku] = pieces.get(sku, 0) + line.quantity
    return pieces
