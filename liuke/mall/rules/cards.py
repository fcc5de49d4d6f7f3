"""The warm card in the parcel: a text with holes that each order fills."""

import re
from collections.abc import Mapping

HOLES = ("name", "shop", "number", "care")      # customer, brand or shop, order, care tips of the goods bought
TITLE_CHARACTERS, NOTE_CHARACTERS, FOOTER_CHARACTERS, REVIEW_CHARACTERS = 60, 600, 120, 200
CARE_CHARACTERS = 240                # of all goods together; more does not fit on the card
_HOLE = re.compile(r"\{([^{}]*)\}")
DIRECTLY = 20                        # orders whose papers are drawn while one waits; more are a job's
SIZES = {"100x150": (100, 150), "100x100": (100, 100)}      # millimetres


def unknown_holes(text: str) -> list[str]:
    """What stands in braces and nobody can fill."""
    return [name for name in _HOLE.findall(text) if name not in HOLES]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its holes filled; lines that held nothing but an empty hole are left out."""
    lines = []
    for line in text.splitlines():
        said = _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), line)
        if said.strip() or not line.strip():
            lines.append(said)
    return "\n".join(lines).strip()


def care_of(tips: Mapping[str, str]) -> str:
    """The care tips of an order, by product name: each text once, cut where the card ends."""
    seen: dict[str, str] = {}
    for name, tip in tips.items():
        if tip.strip():
            seen.setdefault(" ".join(tip.split()), name)
    text = "\n".join(f"{name}：{tip}" if len(seen) > 1 else tip for tip, name in seen.items())
    return text if len(text) <= CARE_CHARACTERS else f"{text[:CARE_CHARACTERS - 1]}…"
