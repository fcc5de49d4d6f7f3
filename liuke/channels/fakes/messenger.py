"""A provider of messages for tests: keeps what it was given, can be down, and knows only some addresses."""

from liuke.channels.errors import ChannelError
from liuke.channels.messaging import Receipt, Template


class FakeMessenger:
    """The same key twice reaches the person once, as with any real provider."""

    def __init__(self, known: set[str] | None = None) -> None:
        self.known, self.down = known, False
        self.sent: dict[str, tuple[str, str]] = {}

    def send(self, *, to: str, text: str, key: str, template: Template | None = None, again: bool = False) -> Receipt:
        del template, again
        if self.down:
            raise ChannelError("the provider does not answer", permanent=False, code="timeout")
        if self.known is not None and to not in self.known:
            raise ChannelError("the provider does not know this person", permanent=True, code="unknown_address")
        self.sent.setdefault(key, (to, text))
        return Receipt(ref=f"fake-{list(self.sent).index(key)}")
