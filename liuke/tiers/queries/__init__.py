"""What others may ask of tiers. `from liuke.tiers import queries as tiers` gives what other modules need."""

from liuke.tiers.queries.benefits import AUDIENCE, Benefits, benefits, benefits_of, ladder, tiers_of

__all__ = ["AUDIENCE", "Benefits", "benefits", "benefits_of", "ladder", "tiers_of"]
