"""The table of a product's SKUs when its specifications change: which old one goes on as which new combination."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import count

_BETWEEN = re.compile(r"[,，、;；/|\n]+")


def listed(text: str) -> list[str]:
    """红, 蓝、白 -> the values of a specification, each once, in the order typed."""
    return list(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))


def matched(wanted: Sequence[tuple[str, ...]], known: Sequence[tuple[str, ...]]) -> list[int | None]:
    """For each wanted combination the place of the known SKU that goes on as it, or None for a new one.

    The same values come first. When a specification was added or taken away at the end, a SKU goes on as the first
    combination that agrees with it as far as both go. No SKU goes on twice.
    """
    places = {values: at for at, values in reversed(list(enumerate(known)))}
    found: list[int | None] = [places.get(values) for values in wanted]
    used = {at for at in found if at is not None}
    for here, values in enumerate(wanted):
        if found[here] is None:
            at = next((at for at in _agreeing(values, known) if at not in used), None)
            if at is not None:
                found[here] = at
                used.add(at)
    return found


def _agreeing(values: tuple[str, ...], known: Sequence[tuple[str, ...]]) -> Iterator[int]:
    for at, other in enumerate(known):
        least = min(len(values), len(other))
        if len(values) != len(other) and values[:least] == other[:least]:
            yield at


def fresh_codes(stem: str, taken: Collection[str]) -> Iterator[str]:
    """A1-1, A1-2 and so on, without those that are taken."""
    return (code for number in count(1) if (code := f"{stem}-{number}") not in taken)
