"""How often a reaction is tried again, when it is given up, and which facts are handled at once."""

from collections.abc import Sequence
from datetime import timedelta

MAX_DEPTH = 5            # a chain of facts that cause facts ends here
MAX_TRIES = 6
BACKOFF_SECONDS = (10, 60, 300, 1800, 7200)
ERROR_CHARACTERS = 500
HISTORY_BATCH = 5_000
CLAIMED_FACTS = 40       # by one worker at once: few enough that another soon finds something to do
CLAIM_SECONDS = 30       # after which a fact whose worker was killed is anybody's
BUSY_SECONDS = 5         # after which facts behind a slow handler are given back to whoever is free

DONE, FAILING, DEAD = "done", "failing", "dead"


def told(error: Exception) -> str:
    """What staff read of a failure: its kind and first line. The database's details, below it, quote whole rows.

    What no text of the database can hold is left out or a question mark.
    """
    line = str(error).partition("\n")[0].replace("\x00", "").encode(errors="replace").decode()
    return f"{type(error).__name__}: {line}"[:ERROR_CHARACTERS]


def next_try(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries; None means: give up and let a person look."""
    return None if tries >= MAX_TRIES else timedelta(seconds=BACKOFF_SECONDS[tries - 1])


def grouped(told: Sequence[tuple[str, int]]) -> list[list[int]]:
    """Positions of facts, given as (kind, customer), in groups of one kind that may be handled at once.

    Group after group, every customer's facts come in the order in which they were given.
    """
    groups: list[list[int]] = []
    kinds: list[str] = []
    latest: dict[int, int] = {}
    for position, (kind, customer) in enumerate(told):
        earliest = latest.get(customer, 0)
        found = next((at for at in range(earliest, len(groups)) if kinds[at] == kind), len(groups))
        if found == len(groups):
            groups.append([])
            kinds.append(kind)
        groups[found].append(position)
        latest[customer] = found
    return groups
