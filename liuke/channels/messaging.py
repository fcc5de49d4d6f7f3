"""What the house expects of a way to send words to a person, and the two that need nobody outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

LOGIN_CODE, CALL_OUT, RECEIVED, ANSWERED, NOTICE = "login_code", "call_out", "received", "answered", "notice"
GAPS: Mapping[str, tuple[str, ...]] = {          # what each purpose can fill into a text that the operators have passed
    LOGIN_CODE: ("code", "minutes"), CALL_OUT: ("number",), RECEIVED: ("number", "token"),
    ANSWERED: ("number", "token"), NOTICE: ("text",),
}


@dataclass(frozen=True)
class Receipt:
    """The provider's own reference of what it has taken."""

    ref: str


@dataclass(frozen=True)
class Template:
    """One of GAPS and what fills it, for ways that carry no free words. None: a NOTICE of the whole text."""

    purpose: str
    values: Mapping[str, str]


class Messenger(Protocol):
    def send(self, *, to: str, text: str, key: str, template: Template | None = None, again: bool = False) -> Receipt:
        """Send, or raise ChannelError. `again`: an earlier try under this key may have had its effect, so look first:
        the same key is one message to the person.
        """


class Inbox:
    """The in-app inbox: the message's own row is what the customer finds there, so nothing has to travel."""

    def send(self, *, to: str, text: str, key: str, template: Template | None = None, again: bool = False) -> Receipt:
        del to, text, template, again
        return Receipt(ref=key)


class LogOnly:
    """For the demo: says in the log that a message would have gone out, without the person or the words."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def send(self, *, to: str, text: str, key: str, template: Template | None = None, again: bool = False) -> Receipt:
        del to, again
        log.info("message_not_really_sent", channel=self.channel, key=key, characters=len(text),
                 purpose=template.purpose if template else NOTICE)
        return Receipt(ref=f"log:{key}"[:120])
