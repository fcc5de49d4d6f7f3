"""How often a reaction is tried again, and when it is given up."""

from datetime import timedelta

MAX_DEPTH = 5            # a chain of facts that cause facts ends here
MAX_TRIES = 6
BACKOFF_SECONDS = (10, 60, 300, 1800, 7200)
ERROR_CHARACTERS = 500
HISTORY_BATCH = 5_000

DONE, FAILING, DEAD = "done", "failing", "dead"


def told(error: Exception) -> str:
    """What staff read of a failure: its kind and first line. The database's details, below it, quote whole rows."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:ERROR_CHARACTERS]


def next_try(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries; None means: give up and let a person look."""
    return None if tries >= MAX_TRIES else timedelta(seconds=BACKOFF_SECONDS[tries - 1])
