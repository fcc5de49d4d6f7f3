"""What the house expects of a check of identity: whether a real name and an identity number belong to each other.

The call may go over the network and refuses to run inside a transaction of the database.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Checked:
    """`same`: name and number belong to one person. `ref` is the provider's own number of the check."""

    same: bool
    ref: str = ""


class IdentityChecker(Protocol):
    """Raises ChannelError when the provider does not answer or refuses to look."""

    name: str

    def check(self, *, name: str, number: str, key: str) -> Checked:
        """Ask once; `key` is ours, and the same again costs nothing twice where the provider can tell."""
