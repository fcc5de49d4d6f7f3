"""What WeCom calls us with: signed with SHA-1 over a shared token, sealed with AES-256-CBC, for one receiver.

https://developer.work.weixin.qq.com/document/path/90968
The IV is the first 16 bytes of the key, PKCS7 pads to 32 bytes, and inside stand 16 random bytes, the length
(big-endian), the words, and the id of whom they are for.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from liuke.channels.errors import NotVerified

WINDOW = timedelta(minutes=5)
BLOCK, RANDOM, LENGTH = 32, 16, 4


@dataclass(frozen=True)
class Sealed:
    """What stands in the address and body of a call."""

    signature: str
    timestamp: str
    nonce: str
    words: str


class Seal:
    """One callback address: its token, its key of 43 characters, and whom it is for (the corp; empty for robots)."""

    def __init__(self, *, token: str, aes_key: str, receiver: str) -> None:
        self._token, self._receiver = token, receiver
        self._key = base64.b64decode(aes_key + "=")
        assert len(self._key) == BLOCK, "the key has 43 characters"

    def opened(self, sealed: Sealed, *, now: datetime) -> bytes:
        """The words. Raises NotVerified for what was not sealed with this token and key, for another, or long ago."""
        if not hmac.compare_digest(self.signature(sealed).encode(), sealed.signature.encode()):
            raise NotVerified("signed with another token")
        stamp = sealed.timestamp
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12) or abs(_moment(stamp) - now) > WINDOW:
            raise NotVerified("too old, or a clock is wrong")
        try:
            raw = base64.b64decode(sealed.words, validate=True)
            opening = self._cipher().decryptor()
            plain = opening.update(raw) + opening.finalize()
        except (binascii.Error, ValueError) as error:
            raise NotVerified("not sealed with this key") from error
        pad = plain[-1] if plain else 0
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise NotVerified("not sealed with this key")
        body = plain[RANDOM:-pad]
        ends = LENGTH + int.from_bytes(body[:LENGTH], "big")
        if body[ends:] != self._receiver.encode():
            raise NotVerified("for somebody else")
        return body[LENGTH:ends]

    def sealed(self, words: bytes, *, now: datetime, nonce: str) -> Sealed:
        """As WeCom seals; for tests and the fake."""
        plain = os.urandom(RANDOM) + len(words).to_bytes(LENGTH, "big") + words + self._receiver.encode()
        pad = BLOCK - len(plain) % BLOCK
        sealing = self._cipher().encryptor()
        raw = sealing.update(plain + bytes([pad]) * pad) + sealing.finalize()
        made = Sealed("", str(int(now.timestamp())), nonce, base64.b64encode(raw).decode())
        return Sealed(self.signature(made), made.timestamp, nonce, made.words)

    def signature(self, sealed: Sealed) -> str:
        parts = "".join(sorted((self._token, sealed.timestamp, sealed.nonce, sealed.words)))
        return hashlib.sha1(parts.encode()).hexdigest()  # noqa: S324  WeCom's choice; the token is the secret

    def _cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self._key), CBC(self._key[:16]))


def _moment(stamp: str) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(stamp))
