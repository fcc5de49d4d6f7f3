"""Personal data at rest: AES-256-GCM with a key id, and a keyed hash (blind index) to look things up by.

Keys come from LIUKE_DATA_KEYS: "id:base64 of 32 bytes", newest first, separated by commas. Old keys still decrypt.
"""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
BLIND_BYTES = 16


class Unreadable(Exception):
    """The stored value was not written with a key we have, or was changed."""


@cache
def _keys(spec: str) -> dict[int, AESGCM]:
    keys = {}
    for part in spec.split(","):
        number, _, encoded = part.strip().partition(":")
        try:
            raw = base64.b64decode(encoded, validate=True)
            keys[int(number)] = AESGCM(raw)
        except ValueError as error:
            raise ImproperlyConfigured('LIUKE_DATA_KEYS must look like "1:<base64 of 32 bytes>"') from error
        if len(raw) != 32 or not 0 < int(number) < 256:
            raise ImproperlyConfigured("LIUKE_DATA_KEYS: a key has 32 bytes and an id from 1 to 255")
    return keys


@cache
def _blind_key(spec: str) -> bytes:
    """The blind index must stay findable when keys rotate, so it hangs on the oldest key."""
    oldest = base64.b64decode(spec.rsplit(",", maxsplit=1)[-1].strip().partition(":")[2])
    return hmac.new(oldest, b"liuke blind index", hashlib.sha256).digest()


def encrypt(plain: str) -> bytes:
    """A text, sealed. The empty text stays empty."""
    return seal(plain.encode()) if plain else b""


def decrypt(stored: bytes | memoryview) -> str:
    """Raises Unreadable when the key is missing or the value was changed."""
    raw = bytes(stored)
    return unseal(raw).decode() if raw else ""


def seal(plain: bytes) -> bytes:
    """Key id (1 byte) + nonce (12) + cipher text with tag."""
    keys = _keys(settings.LIUKE_DATA_KEYS)
    number = next(iter(keys))
    nonce = os.urandom(NONCE_BYTES)
    return bytes([number]) + nonce + keys[number].encrypt(nonce, plain, bytes([number]))


def unseal(stored: bytes) -> bytes:
    """Raises Unreadable when the key is missing or the value was changed."""
    key = _keys(settings.LIUKE_DATA_KEYS).get(stored[0])
    if key is None:
        raise Unreadable(f"no key with id {stored[0]}")
    try:
        return key.decrypt(stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :], stored[:1])
    except InvalidTag as error:
        raise Unreadable("the value was changed or belongs to another key") from error


def blind(kind: str, value: str) -> bytes:
    """The same value of the same kind always gives the same 16 bytes; without the key nobody can guess back."""
    key = _blind_key(settings.LIUKE_DATA_KEYS)
    return hmac.digest(key, f"{kind}\x00{value}".encode(), "sha256")[:BLIND_BYTES]
