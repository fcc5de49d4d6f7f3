"""The live network as the law looks at it: people who earn cash, one brought by another. Pure, O(people), no recursion.

Beside rules.py because no order is reckoned with it. Who only buys takes no part; who earned cash on others' orders
does, and a line is made of such people alone.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Everybody under one head who earns. `chain`: how many of them in a row at most, the head counted."""

    head: int
    chain: int
    members: tuple[int, ...]                  # the head first

    @property
    def people(self) -> int:
        """Below the head."""
        return len(self.members) - 1


def lines(above: Mapping[int, int | None]) -> list[Line]:
    """`above` holds every earner with the earner who referred them, or None. Lines of one person are left out."""
    below = Counter(up for up in above.values() if up is not None)
    chain = dict.fromkeys(above, 1)
    outside_in = [who for who in above if who not in below]
    for who in outside_in:                    # grows while it is walked: leaves first, heads last
        up = above[who]
        if up is not None:
            chain[up] = max(chain[up], chain[who] + 1)
            below[up] -= 1
            if not below[up]:
                outside_in.append(up)
    head_of: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    for who in reversed(outside_in):
        up = above[who]
        head = head_of[who] = who if up is None else head_of[up]
        members.setdefault(head, []).append(who)
    return [Line(head, chain[head], tuple(all_of)) for head, all_of in members.items() if len(all_of) > 1]
