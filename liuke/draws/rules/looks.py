"""How a result is shown: the angle at which a wheel stops, the fields of a scratch card. Both follow from it."""

from collections.abc import Sequence

CIRCLE = 360
CELLS, BLANK = 9, 0


def segments(positions: Sequence[int]) -> list[tuple[int, float, float]]:
    """(position, from, to) of a wheel in degrees clockwise from the top: every prize has the same share of it."""
    width = CIRCLE / len(positions)
    return [(position, round(at * width, 4), round((at + 1) * width, 4)) for at, position in enumerate(positions)]


def stop_angle(position: int, positions: Sequence[int], digest: str) -> float:
    """Where the wheel stops: inside the prize's segment, away from its borders, elsewhere for every ticket."""
    width = CIRCLE / len(positions)
    part = int(digest[-8:], 16) / 0xFFFFFFFF                     # 0 to 1, from digits that decide nothing
    return round((positions.index(position) + 0.15 + 0.7 * part) * width, 2)


def scratch(position: int, positions: Sequence[int], digest: str, *, won: bool) -> list[int]:
    """Nine fields with positions of prizes (0: blank): three alike if something was won, else no three.

    Which fields, follows from the digest; nothing is made to look as if it had nearly been won.
    """
    alike = [position] * 3 if won else []
    pairs = [each for each in positions if each != position for _twice in range(2)]
    cells = (alike + pairs + [BLANK] * CELLS)[:CELLS]
    order = sorted(range(CELLS), key=lambda at: digest[at * 4:at * 4 + 4])
    return [cells[at] for at in order]
