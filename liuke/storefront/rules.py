"""What a block may be and say."""

from dataclasses import dataclass
from enum import StrEnum

from liuke.kit.errors import BadInput

MOST_BLOCKS = 20
MOST_PRODUCTS = 12                       # of one block
TITLE_CHARACTERS, WORDS_CHARACTERS, HELLO_CHARACTERS, WHAT_CHARACTERS = 30, 80, 60, 60


class Kind(StrEnum):
    BANNER = "banner"
    PRODUCTS = "products"
    COUPONS = "coupons"
    DRAW = "draw"


class Leads(StrEnum):
    """Where a banner leads. The first three need to be told what: a code, an id, a number."""

    PRODUCT = "product"
    CATEGORY = "category"
    DRAW = "draw"
    COUPONS = "coupons"
    POINTS = "points"
    SHARE = "share"
    NOWHERE = ""


NEEDS_WHAT = frozenset({Leads.PRODUCT, Leads.CATEGORY, Leads.DRAW})


class BadBlock(BadInput):
    """Something of the block is missing or too long; `about` names the field."""

    code = "bad_block"

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a block shall be. `codes` are those of products, in their order; none: the newest of `category_id`."""

    kind: str
    title: str = ""
    words: str = ""
    leads: str = ""
    what: str = ""
    codes: tuple[str, ...] = ()
    category_id: int | None = None


def check(wish: Wish) -> None:
    """Raises BadBlock."""
    if wish.kind not in list(Kind):
        raise BadBlock("kind")
    if not wish.title.strip() or len(wish.title) > TITLE_CHARACTERS:
        raise BadBlock("title")
    if len(wish.words) > WORDS_CHARACTERS:
        raise BadBlock("words")
    if len(wish.codes) > MOST_PRODUCTS:
        raise BadBlock("codes")
    leads = Leads.DRAW if wish.kind == Kind.DRAW else wish.leads
    if leads not in list(Leads):
        raise BadBlock("leads")
    if (leads in NEEDS_WHAT) and not 0 < len(wish.what) <= WHAT_CHARACTERS:
        raise BadBlock("what")
