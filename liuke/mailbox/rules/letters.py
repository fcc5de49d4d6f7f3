"""How a mail reads, whatever is wrong with it: no bytes make this raise."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from liuke.mailbox.rules import FULL_CHARACTERS, MOST_PARTS, MOST_REFERENCES, SUBJECT_CHARACTERS
from liuke.mailbox.rules.markup import text_of

ID = re.compile(r"<([^<>\s]{1,300})>")
ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}")
RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
CHINESE = {"gb2312", "gbk", "x-gbk", "gb_2312-80", "cn-gb", "hz-gb-2312"}


@dataclass(frozen=True)
class Enclosed:
    """One thing that came along; `name` may be empty."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """A mail as we read it. Ids are without brackets; `references` are what it answers, the nearest first.

    `text` is what a person reads, quotes included. `about` are the ids of the mails that a bounce speaks of.
    """

    message_id: str = ""
    sender: str = ""
    name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    references: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = ""
    enclosed: tuple[Enclosed, ...] = ()
    about: tuple[str, ...] = ()


def read(raw: bytes) -> Letter:
    """The letter in these bytes; what cannot be read is left out."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    headers = _headers(message)
    name, sender = _person(headers.get("from", ""))
    plain, html, enclosed = _content(message)
    answered = ID.findall(headers.get("in-reply-to", ""))
    named = ID.findall(headers.get("references", ""))[-MOST_REFERENCES:]
    return Letter(
        message_id=next(iter(ID.findall(headers.get("message-id", ""))), ""), sender=sender, name=name,
        recipients=tuple(address.lower() for line in RECIPIENTS for address in ADDRESS.findall(headers.get(line, ""))),
        subject=_clean(headers.get("subject", ""))[:SUBJECT_CHARACTERS],
        text=_clean(plain.strip() or text_of(html), lines=True)[:FULL_CHARACTERS],
        references=tuple(dict.fromkeys([*answered, *reversed(named)]))[:MOST_REFERENCES],
        headers=headers, content_type=message.get_content_type(), enclosed=tuple(enclosed),
        about=tuple(_about(message)))


def without_links(letter: Letter, own: str) -> Letter:
    """The letter without the links to reports on our site `own` that it quotes: whoever reads the ticket would speak
    in the sender's place.
    """
    return replace(letter, text=re.sub(rf"{re.escape(own)}/report/[A-Za-z0-9]+/?", f"{own}/report/…", letter.text))


def _headers(message: Message) -> dict[str, str]:
    """The first of each header, decoded; those of recipients joined, for a mail may name us in several."""
    found: dict[str, str] = {}
    for name, raw in message.raw_items():
        key = name.lower()
        if key not in found:
            found[key] = _decoded(str(raw))
        elif key in RECIPIENTS:
            found[key] += "," + _decoded(str(raw))
    return found


def _decoded(raw: str) -> str:
    """A header's words. Bytes above ASCII came as surrogates; encoded words name their charset, or lie about it."""
    plain = _text(raw.encode("utf-8", "surrogateescape"), "")
    try:
        parts = decode_header(plain)
    except (HeaderParseError, ValueError, LookupError):
        return plain
    return "".join(_text(part, charset or "") if isinstance(part, bytes) else part for part, charset in parts)


def _text(data: bytes, charset: str) -> str:
    wanted = "gb18030" if charset.lower() in CHINESE else charset
    for encoding in (wanted, "utf-8", "gb18030"):
        try:
            return data.decode(encoding or "utf-8")
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _clean(text: str, *, lines: bool = False) -> str:
    """Without signs that no page shows and no column keeps."""
    if not lines:
        text = " ".join(text.split())
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    kept = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
    return kept.encode("utf-8", "ignore").decode().strip()


def _person(header: str) -> tuple[str, str]:
    """Name and address of the first sender; both empty when there is none."""
    try:
        pairs = getaddresses([header])
    except (ValueError, IndexError, TypeError):
        pairs = []
    name, address = next(((name, address) for name, address in pairs if "@" in address), ("", ""))
    found = ADDRESS.search(address or header)
    return _clean(name)[:100], found[0].lower() if found else ""


def _content(message: Message) -> tuple[str, str, list[Enclosed]]:
    """The words of the mail, plain and as HTML, and what was enclosed; at most MOST_PARTS parts are looked at."""
    plain: list[str] = []
    html: list[str] = []
    enclosed: list[Enclosed] = []
    for part in _parts(message):
        data, name = _bytes(part), _name(part)
        kind, inline = part.get_content_type(), part.get_content_disposition() != "attachment" and not name
        if inline and kind == "text/plain":
            plain.append(_text(data, _charset(part)))
        elif inline and kind == "text/html":
            html.append(_text(data, _charset(part)))
        elif data:
            enclosed.append(Enclosed(name, data))
    return "\n".join(plain), "\n".join(html), enclosed


def _parts(message: Message) -> Iterator[Message]:
    """The leaves, except what lies within an enclosed mail: that is one thing."""
    waiting, looked = [message], 0
    while waiting and looked < MOST_PARTS:
        part, looked = waiting.pop(0), looked + 1
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            waiting[:0] = [each for each in payload if isinstance(each, Message)]
        else:
            yield part


def _bytes(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        return b""                               # an enclosed mail: what matters of it is read by _about
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = None
    if isinstance(data, bytes):
        return data
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (ValueError, LookupError, UnicodeError):
        return ""


def _name(part: Message) -> str:
    try:
        return _clean(_decoded(part.get_filename() or ""))
    except (ValueError, LookupError, UnicodeError, TypeError):
        return "file"


def _about(message: Message) -> Iterator[str]:
    """The ids of mails that lie within, whole or as their heads: what a bounce is about."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            for each in inner if isinstance(inner, list) else []:
                yield from ID.findall(str(each.get("message-id", "")) if isinstance(each, Message) else "")
        elif part.get_content_type() == "text/rfc822-headers":
            for line in re.findall(r"(?im)^message-id:\s*(\S+)", _text(_bytes(part), "")):
                yield from ID.findall(line)
