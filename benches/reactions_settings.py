"""The settings of `benches.reactions`: the house's own, with one handler that does nothing but be called."""

from liuke.config.settings import *  # noqa: F403

LIUKE_REACTIONS = "benches.reactions.TABLE"
