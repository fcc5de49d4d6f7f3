"""How a name is found: by its characters, its pinyin or its initials. The grams are what the blind index may hold.

Whatever `matches` says yes to must be in the index: for at least one of `asked_for(text)`, all its grams are among
`grams(name)`. The index may say yes too often, never too seldom.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from liuke.kit import pinyin

NAME_CHARACTERS, QUERY_CHARACTERS = 60, 40
PREFIXES = (1, 2, 3, 4, 6, 8, 10, 12)   # lengths of the pinyin beginnings that are indexed
LONGEST_SYLLABLE = 6                   # zhuang, shuang, chuang

_BREAKS = re.compile(r"[\s·・.•\-_'’]+")
_LETTERS = re.compile(r"[a-z]+")

# Characters that are read in another way when they are a family name.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "朴": "piao", "解": "xie", "查": "zha", "任": "ren", "区": "ou",
    "华": "hua", "盖": "ge", "翟": "zhai", "覃": "qin", "乐": "yue", "缪": "miao", "冼": "xian", "纪": "ji",
    "宓": "mi", "燕": "yan", "折": "she", "员": "yun", "黑": "he", "秘": "bi", "召": "shao", "种": "chong",
    "费": "fei", "尉": "yu", "万": "mo", "长": "zhang", "繁": "po", "车": "che", "石": "shi", "褚": "chu",
    "洗": "xian", "盛": "sheng", "那": "na", "宁": "ning",
}


def normal_name(name: str) -> str:
    """One form for storing: full-width letters made narrow, runs of blanks made one."""
    return " ".join(unicodedata.normalize("NFKC", name).split())[:NAME_CHARACTERS]


def matches(name: str, text: str) -> bool:
    """Whether a person who types `text` means this name.

    Yes, when it stands in the name (blanks, dots and case aside), or is the beginning of its pinyin from any syllable
    on, or stands in its initials, or is one syllable in full followed by initials (wangmy for 王明月).
    """
    wanted = _tight(text)
    if not wanted:
        return False
    if wanted in _tight(name):
        return True
    return any(_reads(syllables, wanted) for syllables in _readings(name)) if _LETTERS.fullmatch(wanted) else False


def _reads(syllables: tuple[str, ...], wanted: str) -> bool:
    initials = "".join(each[0] for each in syllables)
    if wanted in initials or any("".join(syllables[at:]).startswith(wanted) for at in range(len(syllables))):
        return True
    return any(
        wanted.startswith(full) and initials[at + 1 :].startswith(wanted[len(full) :])
        for at, full in enumerate(syllables)
        if len(full) <= LONGEST_SYLLABLE
    )


def grams(name: str) -> set[str]:
    """Everything the index holds of a name."""
    tight = _tight(name)
    found = {f"c{each}" for each in tight} | {f"c{a}{b}" for a, b in pairwise(tight)}
    for syllables in _readings(name):
        rests = ["".join(syllables[at:]) for at in range(len(syllables))]
        found |= {f"p{rest[:length]}" for rest in rests for length in PREFIXES if len(rest) >= length}
        found |= {f"i{a[0]}{b[0]}" for a, b in pairwise(syllables)} | {f"s{a}{b[0]}" for a, b in pairwise(syllables)}
    return found


def asked_for(text: str) -> list[set[str]]:
    """The ways in which the text may be meant; a name is a candidate when it holds all grams of any one of them."""
    wanted = _tight(text)[:QUERY_CHARACTERS]
    if not wanted:
        return []
    inside = {f"c{a}{b}" for a, b in pairwise(wanted)} or {f"c{wanted}"}
    ways = [inside]
    if _LETTERS.fullmatch(wanted):
        ways += [{_beginning(wanted)}, _initials(wanted), *_mixed(wanted)]
    return [way for at, way in enumerate(ways) if way not in ways[:at]]


def _beginning(letters: str) -> str:
    return f"p{letters[: max(length for length in PREFIXES if length <= len(letters))]}"


def _initials(letters: str) -> set[str]:
    return {f"i{a}{b}" for a, b in pairwise(letters)} or {f"p{letters}"}


def _mixed(letters: str) -> Iterator[set[str]]:
    """One syllable in full, then initials: every place where the syllable may end."""
    for end in range(2, min(LONGEST_SYLLABLE, len(letters) - 1) + 1):
        yield {f"s{letters[: end + 1]}", *(f"i{a}{b}" for a, b in pairwise(letters[end:]))}


def _tight(text: str) -> str:
    return _BREAKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _readings(name: str) -> list[tuple[str, ...]]:
    """The syllables of the name in its usual reading and, when they differ, as a family name is read."""
    parts = [part for part in _BREAKS.split(unicodedata.normalize("NFKC", name).casefold()) if part]
    usual = tuple(each for part in parts for each in pinyin.syllables(part) if _LETTERS.match(each))
    family = SURNAMES.get(parts[0][0]) if parts else None
    if not usual or family is None or family == usual[0]:
        return [usual] if usual else []
    return [usual, (family, *usual[1:])]
