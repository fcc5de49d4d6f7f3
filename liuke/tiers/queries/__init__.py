"""What others may ask of tiers. `from liuke.tiers import queries as tiers` gives what other modules need."""

from liuke.tiers.queries.benefits import (
    AUDIENCE,
    Benefits,
    Rung,
    benefits,
    benefits_of,
    ends_of,
    ladder,
    rung,
    rungs,
    tiers_of,
)

__all__ = ["AUDIENCE", "Benefits", "Rung", "benefits", "benefits_of", "ends_of", "ladder", "rung", "rungs", "tiers_of"]
