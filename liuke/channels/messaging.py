"""What the house expects of a way to send words to a person, and the two that need nobody outside."""

from dataclasses import dataclass
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Receipt:
    """The provider's own reference of what it has taken."""

    ref: str


class Messenger(Protocol):
    def send(self, *, to: str, text: str, key: str) -> Receipt:
        """Send, or raise ChannelError. The same key twice is one message to the person."""


class Inbox:
    """The in-app inbox: the message's own row is what the customer finds there, so nothing has to travel."""

    def send(self, *, to: str, text: str, key: str) -> Receipt:
        del to, text
        return Receipt(ref=key)


class LogOnly:
    """For the demo: says in the log that a message would have gone out, without the person or the words."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def send(self, *, to: str, text: str, key: str) -> Receipt:
        del to
        log.info("message_not_really_sent", channel=self.channel, key=key, characters=len(text))
        return Receipt(ref=f"log:{key}"[:120])

