"""Codes as people read and type them: no sign that looks like another, and what they type is tidied up."""

import re
import unicodedata

from liuke.coupons.rules.limits import LEAST_CODE, MOST_CODE

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"        # without 0 O 1 I L
LENGTH = 12                              # 31 ** 12: a guess hits one of 100,000 codes once in 8 * 10**12
CHOSEN = re.compile(rf"[0-9A-Z\u4e00-\u9fff]{{{LEAST_CODE},{MOST_CODE}}}")


def code_of(chance: bytes) -> str:
    """A code made of at least LENGTH random bytes; each sign is as good as equally likely."""
    assert len(chance) >= LENGTH, "too little chance for a code"
    number, signs = int.from_bytes(chance), []
    for _ in range(LENGTH):
        number, at = divmod(number, len(SIGNS))
        signs.append(SIGNS[at])
    return "".join(signs)


def normal(typed: str) -> str:
    """A code as it was typed or scanned, in the form in which it is kept."""
    return re.sub(r"[\s\-_·]+", "", unicodedata.normalize("NFKC", typed)).upper()


def is_choosable(code: str) -> bool:
    """Whether a person may choose this for many: 4 to 20 letters, digits or Chinese characters, as `normal` has it."""
    return bool(CHOSEN.fullmatch(code))
