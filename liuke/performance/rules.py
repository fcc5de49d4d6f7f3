"""What is counted of each ticket, for whom and on which day; fair comparison; bonus. Pure: values in, values out.

Whose is it? An answer is theirs who gave it. A breach is theirs who had the ticket at the due instant, so that nobody
suffers for taking over a late one; nobody's while it waited in the queue. A solution, and whether the matter came back,
is theirs who had it when it was solved, on that day. A rating is theirs who had it when the customer was asked. That
fault help was useful is theirs whose words it proposed, an earlier answer or an article, when a colleague says so.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import sqrt

from liuke.kit.errors import BadInput

ANSWERS, FIRSTS, FIRSTS_LATE, FIRST_SECONDS = "answers", "firsts", "firsts_late", "first_seconds"
BREACHES, SOLVED, REOPENED = "breaches", "solved", "reopened"
TIMED, SOLVE_SECONDS = "timed", "solve_seconds"
RATED, SCORES, SCORE_SQUARES = "rated", "scores", "score_squares"
USEFUL = "useful"
MEASURES = (ANSWERS, FIRSTS, FIRSTS_LATE, FIRST_SECONDS, BREACHES, SOLVED, REOPENED, TIMED, SOLVE_SECONDS, RATED,
            SCORES, SCORE_SQUARES, USEFUL)

FOLD_BATCH = 200                     # tickets that one transaction folds
MOST_DAYS = 366                      # of one comparison
LEAST = 8                            # fewer say nothing about a person
Z95 = 1.959964                       # of the normal distribution, both sides of 95 %

REPLY, ASSIGNED = "agent_reply", "assigned"              # lines of the desk's log that are read
FIRST_RESPONSE, RESOLUTION = "first_response", "resolution"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ticket's log."""

    kind: str
    at: datetime
    staff_id: int | None
    word: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one clock as it was measured; working seconds."""

    clock: str
    used_seconds: int
    stopped_at: datetime | None
    breached_at: datetime | None


@dataclass(frozen=True, slots=True)
class Solve:
    """The ticket was solved, by whom if a person did it; `back` when it was taken up again."""

    at: datetime
    back: bool
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    at: datetime
    staff_id: int | None
    score: int


@dataclass(frozen=True, slots=True)
class Helped:
    """A colleague says that the words of this person helped with the ticket."""

    at: datetime
    staff_id: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """All that one ticket says, in the order of its log."""

    lines: Sequence[Line] = ()
    runs: Sequence[Run] = ()
    solves: Sequence[Solve] = ()
    scores: Sequence[Score] = ()
    helped: Sequence[Helped] = ()


Share = tuple[int | None, date]      # whose, and on which local date
Shares = dict[Share, Counter[str]]


def shares(story: Story, *, day_of: Callable[[datetime], date]) -> Shares:
    """What the ticket adds to the days of the people who worked on it."""
    found: Shares = {}

    def add(staff_id: int | None, at: datetime, **figures: int) -> None:
        found.setdefault((staff_id, day_of(at)), Counter()).update(figures)

    replies = [line for line in story.lines if line.kind == REPLY]
    for line in replies:
        add(line.staff_id, line.at, answers=1)
    for run in story.runs:
        if run.clock == FIRST_RESPONSE and run.stopped_at is not None and replies:
            add(replies[0].staff_id, run.stopped_at, firsts=1, first_seconds=run.used_seconds,
                firsts_late=int(bool(run.breached_at)))
        if run.breached_at is not None:
            add(_holder(story.lines, run.breached_at), run.breached_at, breaches=1)
    used = {run.stopped_at: run.used_seconds for run in story.runs if run.clock == RESOLUTION}
    for solve in story.solves:
        whose = _holder(story.lines, solve.at) or solve.by
        add(whose, solve.at, solved=1, reopened=int(solve.back))
        if solve.at in used and not solve.back:
            add(whose, solve.at, timed=1, solve_seconds=used[solve.at])
    for said in story.scores:
        add(said.staff_id, said.at, rated=1, scores=said.score, score_squares=said.score**2)
    for by in story.helped:
        add(by.staff_id, by.at, useful=1)
    return {share: +figures for share, figures in found.items()}


def _holder(lines: Iterable[Line], at: datetime) -> int | None:
    """Whose the ticket was at that instant; at the very instant it changes hands it is the new one's."""
    holder = None
    for line in lines:
        if line.kind == ASSIGNED and line.at <= at:
            told = line.word.rpartition(":")[2]
            holder = int(told) if told.isdecimal() else None
    return holder


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of one person beside what people with the same kinds of tickets have.

    `value` and `expected` are shares of 1, seconds, or points of 5; `of` is how many things it rests on. `low` and
    `high` are the 95 % limits of value / expected (of value - expected for points). `verdict`: better, worse, usual,
    few, or nothing where only the figure is shown.
    """

    value: float
    expected: float
    of: int
    verdict: str = ""
    low: float = 0.0
    high: float = 0.0


Kinds = Mapping[str, Counter[str]]   # figures of one person, or of all, by kind of ticket
BETTER, WORSE, USUAL, FEW = "better", "worse", "usual", "few"


def rate(one: Kinds, everyone: Kinds, *, events: str, of: str) -> Compared | None:
    """How often something bad happened, beside what the same kinds bring to everybody (indirect standardisation).

    Limits by Byar's approximation of the Poisson interval (Breslow and Day 1987, 2.13). Everybody includes the person,
    which pulls towards "usual": nobody is judged by a mean of a few. None when there is nothing to count.
    """
    count, happened = _sum(one, of), _sum(one, events)
    if not count:
        return None
    expected = sum(figures[of] * _ratio(everyone[kind], events, of) for kind, figures in one.items() if figures[of])
    low, high = byar(happened, expected)
    verdict = FEW if count < LEAST or not expected else BETTER if high < 1 else WORSE if low > 1 else USUAL
    return Compared(happened / count, expected / count, count, verdict, low, high)


def byar(observed: int, expected: float) -> tuple[float, float]:
    """95 % limits of observed / expected for a Poisson count; (0, 0) without an expectation."""
    if not expected:
        return 0.0, 0.0
    more = observed + 1
    low = observed * (1 - 1 / (9 * observed) - Z95 / (3 * sqrt(observed))) ** 3 if observed else 0.0
    high = more * (1 - 1 / (9 * more) + Z95 / (3 * sqrt(more))) ** 3
    return max(low, 0.0) / expected, high / expected


def mean(one: Kinds, everyone: Kinds, *, total: str, of: str) -> Compared | None:
    """The mean of a time beside that of the same kinds; no verdict, for a few long matters move it much."""
    count = _sum(one, of)
    if not count:
        return None
    expected = sum(figures[of] * _ratio(everyone[kind], total, of) for kind, figures in one.items() if figures[of])
    return Compared(_sum(one, total) / count, expected / count, count)


def points(one: Kinds, everyone: Kinds) -> Compared | None:
    """The mean rating beside that of the same kinds, with the spread that ratings of these kinds have."""
    count = _sum(one, RATED)
    if not count:
        return None
    expected = spread = 0.0
    for kind, figures in one.items():
        if figures[RATED]:
            usual = _ratio(everyone[kind], SCORES, RATED)
            expected += figures[RATED] * usual
            spread += figures[RATED] * max(_ratio(everyone[kind], SCORE_SQUARES, RATED) - usual**2, 0.0)
    gap, half = (_sum(one, SCORES) - expected) / count, Z95 * sqrt(spread) / count
    low, high = gap - half, gap + half
    verdict = FEW if count < LEAST else BETTER if low > 0 else WORSE if high < 0 else USUAL
    return Compared(_sum(one, SCORES) / count, expected / count, count, verdict, low, high)


def _sum(kinds: Kinds, measure: str) -> int:
    return sum(figures[measure] for figures in kinds.values())


def _ratio(figures: Counter[str], events: str, of: str) -> float:
    return figures[events] / figures[of] if figures[of] else 0.0


MOST_BONUS_FEN = 10_000_00           # of one person and month
WEIGHT_LEAST, WEIGHT_MOST = 0.5, 2.0
ON_TIME, SATISFIED, STAYS, PIECES = "on_time", "satisfied", "stays", "pieces"


class BadTerms(BadInput):
    """The terms of the bonus cannot be."""

    code = "bad_bonus_terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the bonus of a month is made of; money in fen, shares and points in hundredths: 9500 is 95 %, 450 is 4.5."""

    on_time: int = 9500              # of first answers
    on_time_fen: int = 100_00
    satisfied: int = 450             # mean rating
    satisfied_fen: int = 100_00
    stays: int = 9500                # of solutions that were not taken up again
    stays_fen: int = 50_00
    piece_fen: int = 50              # for each solution that stayed, by the weight of its kind
    most_fen: int = 600_00
    least: int = 20                  # things that a share or mean must rest on

    def __post_init__(self) -> None:
        money = (self.on_time_fen, self.satisfied_fen, self.stays_fen, self.piece_fen, self.most_fen)
        if any(not 0 <= fen <= MOST_BONUS_FEN for fen in money) or not 1 <= self.least <= 10_000:
            raise BadTerms
        if not (0 <= self.on_time <= 100_00 and 0 <= self.stays <= 100_00 and 0 <= self.satisfied <= 5_00):
            raise BadTerms


@dataclass(frozen=True, slots=True)
class Part:
    """One reason for money: which, the figure in hundredths (pieces: weighted hundredths), and fen."""

    reason: str
    hundredths: int
    fen: int


@dataclass(frozen=True, slots=True)
class Suggested:
    parts: tuple[Part, ...] = field(default=())
    fen: int = 0


def suggested(one: Kinds, everyone: Kinds, terms: Terms) -> Suggested:
    """What the terms give for a month, each reason with its figure; at most `most_fen` together."""
    firsts, solved, rated = _sum(one, FIRSTS), _sum(one, SOLVED), _sum(one, RATED)
    parts = []
    reached = (
        (ON_TIME, firsts, 100_00 * (firsts - _sum(one, FIRSTS_LATE)), terms.on_time, terms.on_time_fen),
        (SATISFIED, rated, 100 * _sum(one, SCORES), terms.satisfied, terms.satisfied_fen),
        (STAYS, solved, 100_00 * (solved - _sum(one, REOPENED)), terms.stays, terms.stays_fen),
    )
    for reason, of, total, wanted, fen in reached:
        if of >= terms.least and total >= wanted * of and fen:
            parts.append(Part(reason, total // of, fen))
    pieces = sum(round(100 * weight(everyone, kind)) * (figures[SOLVED] - figures[REOPENED])
                 for kind, figures in one.items())
    if pieces and terms.piece_fen:
        parts.append(Part(PIECES, pieces, pieces * terms.piece_fen // 100))
    return Suggested(tuple(parts), min(sum(part.fen for part in parts), terms.most_fen))


def weight(everyone: Kinds, kind: str) -> float:
    """How much longer this kind takes than tickets in all, from half to twice; 1 while nothing is known of it."""
    times, count = _sum(everyone, SOLVE_SECONDS), _sum(everyone, TIMED)
    own = _ratio(everyone.get(kind, Counter()), SOLVE_SECONDS, TIMED)
    if not own or not times:
        return 1.0
    return min(max(own / (times / count), WEIGHT_LEAST), WEIGHT_MOST)
