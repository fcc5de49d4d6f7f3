"""What a product may look like, and how it is found: limits, combinations of specifications, the text to search in."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise, product

from liuke.kit.errors import BadInput
from liuke.kit.pinyin import initials, syllables

MAX_OPTIONS = 4                  # specifications of one product
MAX_SKUS = 200                   # of one product
MAX_COMPANIONS = 30
MAX_PICTURES = 12                # of one product
MAX_DEPTH = 6                    # of the tree of categories
MAX_FEN = 10**10                 # one piece costs less than a hundred million yuan
MAX_WORDS = 6                    # of a search; further ones are not looked at
MAX_DESCRIPTION = 50_000
PAGE = 20                        # products of one page
CHINESE = r"\u3400-\u9fff"

_RUN = re.compile(f"[{CHINESE}]+")
_WORD = re.compile(f"[{CHINESE}]+|[^\\s{CHINESE}]+")


class ProductState(StrEnum):
    DRAFT = "draft"
    ON_SALE = "on_sale"
    OFF_SALE = "off_sale"


class BadValues(BadInput):
    """A SKU has one value for each specification of its product, and no two SKUs have the same ones."""

    code = "sku_values"


class TooManySkus(BadInput):
    """One product has at most MAX_SKUS combinations."""

    code = "too_many_skus"


class PriceBounds(BadInput):
    """A price lies outside of what is allowed for it."""

    code = "price_bounds"


def combinations(options: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Every combination of the values, in reading order; one empty combination without options. Raises TooManySkus."""
    size = 1
    for values in options.values():
        size *= len(values)
    if size > MAX_SKUS:
        raise TooManySkus
    return list(product(*options.values()))


def check_values(options: Sequence[str], values: Iterable[Sequence[str]]) -> None:
    """Raises BadValues, TooManySkus."""
    given = [tuple(each) for each in values]
    if len(given) > MAX_SKUS:
        raise TooManySkus
    if len(options) > MAX_OPTIONS or len(set(options)) != len(options) or len(set(given)) != len(given):
        raise BadValues
    if any(len(each) != len(options) or not all(text.strip() for text in each) for each in given):
        raise BadValues


def check_prices(*, supply_fen: int, list_fen: int, floor_fen: int, ceiling_fen: int | None) -> None:
    """Raises PriceBounds unless 0 <= floor <= list price <= ceiling, and nothing is out of this world."""
    most = MAX_FEN if ceiling_fen is None else ceiling_fen
    if not (0 <= floor_fen <= list_fen <= most <= MAX_FEN and 0 <= supply_fen <= MAX_FEN):
        raise PriceBounds


def normal(text: str) -> str:
    """Full-width and upper-case forms made one, blanks made single."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def search_text(name: str, codes: Iterable[str] = ()) -> str:
    """What `patterns` is looked for in: the name, its Chinese in twos, pinyin, initials in twos, and the codes.

    A trigram index knows a word by three characters, or by fewer when they begin a word. Chinese is searched by one or
    two characters: so every character begins a word here. The same for initials: "zn" finds 纸尿裤.
    """
    plain = normal(name)
    words = [plain]
    for run in _RUN.findall(plain):
        read, letters = syllables(run), initials(run)
        words += _twos(run) + read + ["".join(read), letters] + _twos(letters)
    words += [normal(code) for code in codes if code]
    return " " + " ".join(dict.fromkeys(words))


def _twos(text: str) -> list[str]:
    return [a + b for a, b in pairwise(text)] + [text[-1]]


def needles(text: str) -> list[str]:
    """What a product's search text must hold for these words; short ones must begin a word, so the index helps."""
    words = _WORD.findall(normal(text))[:MAX_WORDS]
    return [word if len(word) > 2 else f" {word}" for word in words]


def patterns(text: str) -> list[str]:
    """`needles` as LIKE patterns."""
    return [f"%{_escaped(needle)}%" for needle in needles(text)]


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)
