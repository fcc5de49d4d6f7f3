"""How alike two texts are, which answer solved a matter, what a source of help is worth, who may earn by helping."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log

TITLE_CHARACTERS, BODY_CHARACTERS, CAUSE_CHARACTERS = 60, 10_000, 40
QUERY_CHARACTERS, ASKED_CHARACTERS = 60, 2_000
MOST_ARTICLES, MOST_STAGES, PAGE = 5_000, 10, 20
SAMPLE, RAREST, CANDIDATES = 1_000, 16, 300   # solutions that say how common a mark is; marks asked for; rows ranked
SHOWN = 5                                 # suggestions
LEAST_LIKENESS, LONG_TEXT = 0.12, 300     # likeness below is none; marks of a text that counts as long
UNSEEN = 1.0                              # what a mark that no text has counts at most where it is missing
SAME_PRODUCT, OTHER_PRODUCT, REPAIRED_BEFORE, REOPENED = 1.5, 0.5, 1.25, 0.7
BY_SCORE = {1: 0.3, 2: 0.4, 3: 0.9, 4: 1.1, 5: 1.2}
TICKET, ARTICLE = "ticket", "article"
TURNS_READ = 40                           # newest messages among which the answer that solved a matter is looked for
SAYS_SOMETHING = 5                        # letters that an answer has beside its courtesies, at least
COURTESIES = (                            # a clause with one of these is polite, and solves nothing
    "不客气", "别客气", "不用谢", "应该的", "祝您", "祝你", "祝宝", "愉快", "谢谢", "感谢", "随时",  # data, not words
    "有需要", "其他问题", "还有问题", "再见", "好评", "五星", "评价", "为您服务", "欢迎", "期待",  # data, not words
    "荣幸", "高兴",  # data, not words
    "welcome", "thank", "pleasure", "glad to", "happy to", "have a nice", "have a good", "have a great", "feel free",
    "hesitate", "rate us", "regards", "bye",
)
CLAUSE, LETTER, ASKS = re.compile(r"[\n,，.。!！?？;；~～…]+"), re.compile(r"\w"), re.compile(r"[?？]\W*$")

ANSWER_CHARACTERS, MOST_ANSWERS = 2_000, 50          # of one question
ANSWERS_A_DAY, QUESTIONS_A_DAY = 10, 5
REWARDED_A_WEEK = 5                       # accepted answers of one helper that earn
SAME_PAIR_AGAIN = timedelta(days=90)      # one asker's acceptance earns for one helper once in so long
TRUSTED = 1                               # from this trust on an answer is shown at once
MOST_TRUST = 5
WAITING, OPEN, HIDDEN = "waiting", "open", "hidden"  # of questions and answers; a waiting one is looked at by staff


@dataclass(frozen=True)
class Source:
    """What ranking knows of a source of help. `score` is the customer's rating, if any."""

    marks: Collection[int]
    product_ids: Collection[int] = ()
    score: int | None = None
    reopened: bool = False
    useful: int = 0
    useless: int = 0
    repaired_before: bool = False


@dataclass(frozen=True)
class Turn:
    """One public message: whether staff said it, whether it is a customer's word of thanks alone, and what it says."""

    by_staff: bool
    text: str
    thanks: bool = False


def says_something(text: str) -> bool:
    """Whether an answer is more than courtesies."""
    told = [clause for clause in CLAUSE.split(text.lower()) if not any(word in clause for word in COURTESIES)]
    return sum(len(LETTER.findall(clause)) for clause in told) >= SAYS_SOMETHING


def solving(turns: Sequence[Turn]) -> int | None:
    """Which turn (the oldest first) solved the matter; None when staff said nothing but courtesies.

    The last answer of substance that is no mere question. What staff said after the customer's last thanks is a
    farewell, unless nothing of substance was said before it.
    """
    end = len(turns)
    while end and (turns[end - 1].by_staff or turns[end - 1].thanks):
        end -= 1
    thanked = next((at for at in range(end, len(turns)) if turns[at].thanks), len(turns))
    told = [at for at, turn in enumerate(turns) if turn.by_staff and says_something(turn.text)]
    best = [at for at in told if not ASKS.search(turns[at].text)] or told
    return max([at for at in best if at < thanked] or best, default=None)


def weights(asked: Collection[int], seen: Mapping[int, int], of: int) -> dict[int, float]:
    """How much each asked mark tells: the rarer among `of` texts, the more (inverse document frequency)."""
    return {mark: log((of + 1) / (seen.get(mark, 0) + 0.5)) for mark in asked}


def rarest(weighed: Mapping[int, float], most: int = RAREST) -> list[int]:
    """The marks that tell most, in a fixed order."""
    return sorted(weighed, key=lambda mark: (-weighed[mark], mark))[:most]


def likeness(weighed: Mapping[int, float], marks: Collection[int], seen: Collection[int] = ()) -> float:
    """From 0 to 1: the part of the asked marks, by weight, that the text shares; a long text shares by chance.

    People tell a story around their question: what stands in none of the texts (all marks of which are `seen`) says
    little about which of them is like it, and counts UNSEEN at most.
    """
    has = set(marks)
    shared = sum(weighed[mark] for mark in has & weighed.keys())
    whole = shared + sum(weight if mark in seen else min(weight, UNSEEN)
                         for mark, weight in weighed.items() if mark not in has)
    return shared / whole / (1 + log(max(1.0, len(marks) / LONG_TEXT))) if whole else 0.0


def worth(source: Source, alike: float, product_ids: Collection[int]) -> float:
    """What a source counts in the ranking: how alike it is, times product, outcome and what staff have said of it."""
    about = set(source.product_ids)
    same = 1.0 if not about or not product_ids else SAME_PRODUCT if about & set(product_ids) else OTHER_PRODUCT
    outcome = BY_SCORE.get(source.score or 0, 1.0) * (REOPENED if source.reopened else 1.0)
    learnt = 2 * (source.useful + 1) / (source.useful + source.useless + 2)
    return alike * same * outcome * learnt * (REPAIRED_BEFORE if source.repaired_before else 1.0)


def shares(causes: Iterable[tuple[str, float]]) -> list[tuple[str, int]]:
    """The likely causes with their percent of what is known, the likeliest first; nameless ones are left out."""
    total: dict[str, float] = {}
    for cause, weight in causes:
        if cause:
            total[cause] = total.get(cause, 0.0) + weight
    whole = sum(total.values())
    ranked = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return [(cause, round(100 * weight / whole)) for cause, weight in ranked] if whole else []


def trust(accepted: int, hidden: int) -> int:
    """How far a helper is trusted: up by what was accepted, down twice as fast by what had to be hidden."""
    return max(-MOST_TRUST, min(MOST_TRUST, accepted - 2 * hidden))


def vote_weight(trusted: int) -> int:
    """What a helper's word on another's answer counts: nobody less than none, a trusted one more."""
    return max(0, 1 + trusted)


def why_not_rewarded(*, own_house: bool, this_week: int, same_pair: bool, asker_bought: bool, by_staff: bool) -> str:
    """The first reason for which an accepted answer earns nothing; "" when it earns."""
    reasons = (("own_house", own_house), ("week_full", this_week >= REWARDED_A_WEEK), ("same_pair", same_pair),
               ("asker_never_bought", not asker_bought and not by_staff))
    return next((reason for reason, holds in reasons if holds), "")
