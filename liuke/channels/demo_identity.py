"""A check of identity for the demo: everybody is who they say, but 李鬼, who never is."""

from liuke.channels.identity import Checked
from liuke.kit.db import require_no_transaction

IMPOSTOR = "李鬼"                          # data, not words


class DemoIdentity:
    name = "demo"

    def check(self, *, name: str, number: str, key: str) -> Checked:
        require_no_transaction()
        return Checked(same=name != IMPOSTOR, ref=f"demo-{key}")


def from_environment() -> DemoIdentity:
    return DemoIdentity()
