"""What a matter is about, guessed from what staff have said of earlier ones: a small model of pairs of letters.

Pure, beside `triage.py`, which it follows: words that are rules come first, the model names what they leave open, and
what it is not sure of stays open. Naive Bayes over the pairs of the first words (Maron, 1961), each pair counted once
in a matter, with add-one smoothing; the logarithms are divided by the number of pairs over FULL, for neighbours in a
sentence are no independent witnesses.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from random import Random

from liuke.desk.finding import pairs

READ_CHARACTERS = 200                    # of a matter's first words
SURE = 0.8                               # a kind is named from this probability on
FULL = 4                                 # so many pairs count in full
LEAST_MATTERS = 50                       # to learn from
LEAST_NAMED, LEAST_SHARE = 0.1, 0.8      # of what it is tried on it must name so much, and so much of that rightly
SAID_IN = 3                              # matters in which a pair must stand: what fewer said is nobody's business
MOST_PAIRS = 20_000
EVERY = 5                                # one matter in five is kept back, to try it on


@dataclass(frozen=True)
class Learned:
    """In how many matters of each kind each pair stood, and how many matters there were of each."""

    matters: Mapping[str, int]
    said: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Tried:
    """On matters that it had not seen: how many it was asked about, named a kind for, and named it rightly."""

    asked: int
    named: int
    right: int

    @property
    def good(self) -> bool:
        return self.named >= LEAST_NAMED * self.asked and self.right >= LEAST_SHARE * self.named > 0


def learn(examples: Iterable[tuple[str, str]]) -> Learned:
    """From kinds and first words. The order is of no matter."""
    matters: Counter[str] = Counter()
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, text in examples:
        matters[kind] += 1
        for pair in pairs(text[:READ_CHARACTERS]):
            said[pair][kind] += 1
    often = sorted((pair for pair, kinds in said.items() if kinds.total() >= SAID_IN),
                   key=lambda pair: (-said[pair].total(), pair))
    return Learned(dict(sorted(matters.items())), {pair: dict(sorted(said[pair].items()))
                                                   for pair in sorted(often[:MOST_PAIRS])})


def guess(learned: Learned, text: str) -> tuple[str, float]:
    """The likeliest kind and how likely it is; "" and 0 where nothing known is said."""
    known = [learned.said[pair] for pair in sorted(pairs(text[:READ_CHARACTERS])) if pair in learned.said]
    if not known:
        return "", 0.0
    total, part = sum(learned.matters.values()), max(1.0, len(known) / FULL)
    scores = {
        kind: log(count / total) + sum(log((kinds.get(kind, 0) + 1) / (count + 2)) for kinds in known) / part
        for kind, count in learned.matters.items()
    }
    best = max(scores, key=lambda kind: (scores[kind], kind))
    return best, 1 / sum(exp(score - scores[best]) for score in scores.values())


def named(learned: Learned, text: str) -> str:
    """The kind if it is sure, else ""."""
    kind, share = guess(learned, text)
    return kind if share >= SURE else ""


def tried(examples: Sequence[tuple[str, str]]) -> Tried:
    """How it does on a fifth of the examples, by the same dice each time, after learning from the others."""
    kept = set(Random(EVERY).sample(range(len(examples)), len(examples) // EVERY))  # noqa: S311  no secret
    learned = learn(example for at, example in enumerate(examples) if at not in kept)
    answers = [(kind, named(learned, text)) for kind, text in (examples[at] for at in sorted(kept))]
    return Tried(len(kept), sum(bool(said) for _kind, said in answers), sum(kind == said for kind, said in answers))
