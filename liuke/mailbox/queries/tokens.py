"""The signed names of conversations that our mail bears: an answer finds its place, and nobody can make one up."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Iterator

from liuke.kit import crypto

SIGNED_BYTES = 10
TOKEN = re.compile(r"\blk([a-z2-7]{29})(?:\.(\d{1,18}))?@", re.IGNORECASE)


def token(conversation_id: int) -> str:
    """29 letters and digits, whatever a mail server does to their case."""
    body = conversation_id.to_bytes(8, "big")
    return base64.b32encode(body + _signature(body)).decode().lower().rstrip("=")


def message_id(conversation_id: int, number: int, domain: str) -> str:
    """The Message-ID of message `number`; the same message always bears the same."""
    return f"lk{token(conversation_id)}.{number}@{domain}"


def named(texts: Iterable[str]) -> Iterator[tuple[int | None, int | None]]:
    """(conversation, message) of each token in these ids and addresses, in order; None for one that we did not sign."""
    for text in texts:
        for found in TOKEN.finditer(text):
            conversation_id = _conversation(found[1])
            yield conversation_id, int(found[2]) if found[2] and conversation_id is not None else None


def _conversation(word: str) -> int | None:
    try:
        conversation_id = int.from_bytes(base64.b32decode(word.upper() + "===")[:8], "big")
    except (binascii.Error, ValueError):
        return None
    return conversation_id if hmac.compare_digest(token(conversation_id), word.lower()) else None   # to its last bit


def _signature(body: bytes) -> bytes:
    return crypto.blind("mail token", body.hex())[:SIGNED_BYTES]
