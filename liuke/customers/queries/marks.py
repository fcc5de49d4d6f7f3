"""Blind marks: keyed hashes that let the database find a value it cannot read."""

from functools import lru_cache

from django.conf import settings

from liuke.customers.rules import names
from liuke.kit import crypto

CACHED_GRAMS = 50_000


def identity_mark(kind: str, value: str) -> bytes:
    """The blind index of a normalised identity; the scope stands in a column of its own."""
    return crypto.blind(kind, value)


def forgotten_mark(kind: str, value: str) -> bytes:
    """What is left of a forgotten identity: another hash than the index, so that no look-up finds it."""
    return crypto.blind(f"forgotten {kind}", value)


def name_grams(name: str) -> list[int]:
    """What `Customer.name_grams` holds for this name, in order, each once."""
    return sorted({_mark(settings.LIUKE_DATA_KEYS, gram) for gram in names.grams(name)})


def asked_grams(text: str) -> list[list[int]]:
    """The ways in which the text may be meant, see `rules.names.asked_for`."""
    return [[_mark(settings.LIUKE_DATA_KEYS, gram) for gram in sorted(way)] for way in names.asked_for(text)]


@lru_cache(maxsize=CACHED_GRAMS)
def _mark(keys: str, gram: str) -> int:
    """32 bits of the keyed hash. A rare collision only costs one comparison after decryption."""
    del keys                                  # part of the cache's key, since the hash hangs on them
    return int.from_bytes(crypto.blind("name gram", gram)[:4], "big", signed=True)
