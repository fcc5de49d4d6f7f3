"""Messages that say something, found without the database reading any of them; see ADR 81."""

from functools import lru_cache

from django.conf import settings

from liuke.desk.finding import around, pairs, words_of
from liuke.desk.models import Message
from liuke.desk.rules import MOST_READ
from liuke.kit import crypto

CACHED_PAIRS = 50_000


def marks_of(text: str) -> list[int]:
    """What `Message.marks` holds for this text, in order, each once."""
    return sorted({_mark(settings.LIUKE_DATA_KEYS, pair) for pair in pairs(text)})


def said(asked: str) -> dict[int, str]:
    """Tickets in which all these words were said in one message, with the words around the first, the newest on top.

    One statement; of what is proposed the newest MOST_READ are read. No word of two letters finds nothing.
    """
    words = words_of(asked)
    wanted = marks_of(" ".join(words))
    if not wanted:
        return {}
    rows = Message.objects.filter(marks__contains=wanted).order_by("-pk").values_list("ticket_id", "text_enc")
    found: dict[int, str] = {}
    for ticket_id, text_enc in rows[:MOST_READ]:
        if ticket_id not in found and (words_around := around(crypto.decrypt(text_enc), words)):
            found[ticket_id] = words_around
    return found


@lru_cache(maxsize=CACHED_PAIRS)
def _mark(keys: str, pair: str) -> int:
    """16 bits of the keyed hash: few, so that many pairs share a mark and how often one occurs tells little."""
    del keys                                  # part of the cache's key, since the hash hangs on them
    return int.from_bytes(crypto.blind("message pair", pair)[:2], "big", signed=True)
