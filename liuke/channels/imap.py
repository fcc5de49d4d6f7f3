"""A mailbox on an IMAP server, read by uid and never changed but for the mark that a mail was taken in."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted

from liuke.channels.errors import ChannelError
from liuke.kit import env

SECONDS = 30.0
MARKED_AT_ONCE = 200
UID, SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")
HEADS = "(UID RFC822.SIZE INTERNALDATE FLAGS)"


@dataclass(frozen=True)
class Head:
    """What the server says of a mail without giving it out; `arrived_at` is the server's own clock."""

    uid: int
    size: int
    seen: bool
    arrived_at: datetime


@dataclass
class ImapInbox:
    """Where the mail lies. `with inbox: ...` logs in; everything is a call over the network and raises ChannelError."""

    host: str
    port: int
    user: str
    password: str
    encrypted: bool = True
    folder: str = "INBOX"
    box: BaseMailBox | None = None

    def __enter__(self) -> Self:
        try:
            make = MailBox if self.encrypted else MailBoxUnencrypted
            more: dict[str, Any] = {"ssl_context": ssl.create_default_context()} if self.encrypted else {}
            self.box = make(self.host, self.port, timeout=SECONDS, **more)
            self.box.login(self.user, self.password, initial_folder=self.folder)
        except (ImapToolsError, imaplib.IMAP4.error) as error:
            raise ChannelError("the mail server refuses the login", permanent=True, code="login") from error
        except OSError as error:
            raise ChannelError(f"the mail server does not answer: {type(error).__name__}", permanent=False,
                               code="no_answer") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            self._box.logout()
        self.box = None

    @property
    def _box(self) -> BaseMailBox:
        assert self.box is not None, "log in first"
        return self.box

    def state(self) -> tuple[int, int]:
        """The validity of uids, and the uid that the next mail will get at least."""
        try:
            told = self._box.folder.status(self.folder, ["UIDVALIDITY", "UIDNEXT"])
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            raise _broken(error) from error
        return told["UIDVALIDITY"], told["UIDNEXT"]

    def uids(self, criteria: str) -> list[int]:
        """The uids that fit, in order: "UID 5:*", "UID 1:9 UNSEEN"."""
        try:
            return sorted(int(uid) for uid in self._box.uids(criteria, charset=None))
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            raise _broken(error) from error

    def heads(self, uids: Sequence[int]) -> list[Head]:
        """Sizes, times and flags, in the order of uids; what was deleted meanwhile is missing."""
        found = []
        for line in self._fetch(uids, HEADS):
            data = line[0] + line[1] if isinstance(line, tuple) else line
            uid, size = UID.search(data), SIZE.search(data)
            if uid is None:
                continue
            when = imaplib.Internaldate2tuple(data)
            arrived = datetime(*when[:6]).astimezone(UTC) if when else datetime.now(UTC)   # imaplib gives local time
            found.append(Head(int(uid[1]), int(size[1]) if size else 0, b"\\Seen" in data, arrived))
        return sorted(found, key=lambda head: head.uid)

    def mails(self, uids: Sequence[int], *, most_bytes: int = 0) -> Iterator[tuple[int, bytes]]:
        """(uid, bytes) of each; with `most_bytes` only so much from its beginning. Nothing is marked."""
        part = f"BODY.PEEK[]<0.{most_bytes}>" if most_bytes else "BODY.PEEK[]"
        lines = self._fetch(uids, f"(UID {part})")
        for at, line in enumerate(lines):
            if not isinstance(line, tuple):
                continue
            after = lines[at + 1] if at + 1 < len(lines) else b""
            uid = UID.search(line[0]) or UID.search(after if isinstance(after, bytes) else b"")
            if uid is not None:
                yield int(uid[1]), bytes(line[1])

    def mark_seen(self, uids: Sequence[int]) -> None:
        """The mark for people who look into the mailbox beside us. Again is nothing."""
        try:
            if uids:
                self._box.flag([str(uid) for uid in uids], ["\\Seen"], True, chunks=MARKED_AT_ONCE)
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            raise _broken(error) from error

    def _fetch(self, uids: Sequence[int], what: str) -> list[Any]:
        if not uids:
            return []
        try:
            answer, data = self._box.client.uid("FETCH", ",".join(str(uid) for uid in uids), what)
        except (imaplib.IMAP4.error, OSError) as error:
            raise _broken(error) from error
        if answer != "OK":
            raise ChannelError("the mail server does not hand out mail", permanent=False, code="fetch")
        return [line for line in data if line is not None]


def _broken(error: Exception) -> ChannelError:
    return ChannelError(f"the mail server broke off: {type(error).__name__}", permanent=False, code="broken")


def from_environment() -> ImapInbox | None:
    """LIUKE_IMAP_URL: imaps://user:password@host:993, or imap:// on this machine. None when it is unset."""
    url = env.text("LIUKE_IMAP_URL", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme in ("imap", "imaps") and parts.hostname and parts.port and parts.username:
            return ImapInbox(parts.hostname, parts.port, unquote(parts.username), unquote(parts.password or ""),
                             encrypted=parts.scheme == "imaps", folder=unquote(parts.path.strip("/")) or "INBOX")
    except ValueError:
        pass                                     # what was given may hold a password, so it is not shown
    raise ImproperlyConfigured("LIUKE_IMAP_URL: write it as imaps://user:password@host:993.")
