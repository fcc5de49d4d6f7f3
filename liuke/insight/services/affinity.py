"""What each customer is likely to buy next, by category, and what people like them buy besides."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
from adbc_driver_postgresql import dbapi
from scipy.sparse import csr_matrix

from liuke.insight.queries.margins import CATEGORY
from liuke.insight.rules.bought import NOT_BOUGHT, NOT_SOLD
from liuke.insight.rules.calendar import day_number
from liuke.insight.rules.limits import AFFINITY_CHUNK, AFFINITY_DAYS, HORIZON_BUY, MAX_CATEGORIES
from liuke.insight.rules.neighbours import Neighbours, neighbours, widen
from liuke.insight.rules.outlook import will_buy
from liuke.insight.rules.purchase import PENALTY, Kind, NoRepeats, fit
from liuke.insight.rules.rows import Floats, Ints, group
from liuke.insight.services.refresh import brand_zone
from liuke.kit.db import conninfo

PAIRS = """
SELECT o.customer_id, {category} AS category,
       (min((o.placed_at AT TIME ZONE '{zone}')::date) - DATE '1970-01-01')::int AS first_day,
       (max((o.placed_at AT TIME ZONE '{zone}')::date) - DATE '1970-01-01')::int AS last_day,
       count(DISTINCT (o.placed_at AT TIME ZONE '{zone}')::date)::int AS days,
       sum(l.amount_fen - l.refunded_fen)::bigint AS net_fen
FROM mall_orderline l JOIN mall_order o ON o.id = l.order_id
LEFT JOIN mall_sku s ON s.id = l.item_id LEFT JOIN mall_product p ON p.id = s.product_id
LEFT JOIN mall_category c ON c.id = p.category_id
WHERE o.placed_at >= '{since}' AND o.placed_at < '{until}' AND o.state NOT IN ({not_bought})
  AND o.source NOT IN ({not_sold}) AND l.amount_fen > l.refunded_fen AND {category} IS NOT NULL
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Liking:
    """A category that a customer buys: the chance to buy it again within 30 days, and what they pay each time."""

    category: str
    chance: float
    each_fen: int


@dataclass(frozen=True, slots=True)
class Next:
    """A category that a customer has not bought, because of one that they have; `also` of its buyers bought it too."""

    category: str
    because: str
    also: float
    each_fen: int


@dataclass(frozen=True, slots=True)
class Taste:
    """One customer: likings, the likeliest first, and the next category, if there is one."""

    customer_id: int
    likings: tuple[Liking, ...]
    next: Next | None


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A row for each customer and category that they bought, by customer."""

    customer_id: Ints
    category: Ints
    first_day: Ints
    last_day: Ints
    days: Ints
    net_fen: Ints
    names: list[str]


def tastes(*, now: datetime) -> Iterator[Taste]:
    """Every customer who bought something of a known category in the last two years, by rising id.

    The chance is that of BG/NBD, fitted for each category with a penalty (models of categories are in `purchase`);
    a category that nobody has bought twice has none. Reads all lines once; memory grows with customers times the
    categories that they bought, some 40 bytes each.
    """
    pairs = _pairs(now)
    if not len(pairs.customer_id):
        return
    today = day_number(now.astimezone(brand_zone()).date())
    chance, usual = chances(pairs, today=today), _usual_fen(pairs)
    people, starts = np.unique(pairs.customer_id, return_index=True)
    ends = np.append(starts[1:], len(pairs.customer_id))
    near = neighbours(_matrix(pairs, 0, len(people), starts, ends))
    for begin in range(0, len(people), AFFINITY_CHUNK):
        end = min(begin + AFFINITY_CHUNK, len(people))
        yield from _tastes(pairs, chance, usual, near, people, starts, ends, range(begin, end))


def chances(pairs: _Pairs, *, today: int) -> Floats:
    """For each pair the chance that the category is bought again within 30 days; 0 where no model fits."""
    answer = np.zeros(len(pairs.customer_id))
    for category in range(len(pairs.names)):
        mine = np.flatnonzero(pairs.category == category)
        first, last = pairs.first_day[mine], pairs.last_day[mine]
        rows = group(pairs.days[mine] - 1, last - first, today - first)
        try:
            model = fit(rows, kind=Kind.BGNBD, penalty=PENALTY)
        except NoRepeats:
            continue
        answer[mine] = will_buy(model, rows, horizon=HORIZON_BUY)
    return answer


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _pairs(now: datetime) -> _Pairs:
    statement = PAIRS.format(
        category=CATEGORY, zone=brand_zone().key, since=(now - timedelta(days=AFFINITY_DAYS)).isoformat(),
        until=now.isoformat(), not_bought=_quoted(NOT_BOUGHT), not_sold=_quoted(NOT_SOLD))
    with closing(dbapi.connect(conninfo(), autocommit=True)) as connected, connected.cursor() as cursor:
        cursor.execute(statement)
        table = cursor.fetch_arrow_table()
    coded = table["category"].combine_chunks().dictionary_encode()
    names = coded.dictionary.to_pylist()
    codes = coded.indices.to_numpy().astype(np.int64)
    busy = set(np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")[:MAX_CATEGORIES].tolist())
    kept = np.isin(codes, list(busy))
    numbers = {old: new for new, old in enumerate(sorted(busy))}
    renamed = np.array([numbers.get(code, 0) for code in range(len(names))], dtype=np.int64)
    columns = {name: _whole(table[name])[kept] for name in ("customer_id", "first_day", "last_day", "days", "net_fen")}
    return _Pairs(category=renamed[codes[kept]], names=[names[old] for old in sorted(busy)], **columns)


def _whole(column: pa.ChunkedArray) -> Ints:
    array: Ints = column.to_numpy().astype(np.int64)
    return array


def _usual_fen(pairs: _Pairs) -> Ints:
    """What a buying day of each category brings on average."""
    money = np.bincount(pairs.category, weights=pairs.net_fen, minlength=len(pairs.names))
    days = np.bincount(pairs.category, weights=pairs.days, minlength=len(pairs.names))
    return np.rint(money / np.maximum(days, 1)).astype(np.int64)


def _matrix(pairs: _Pairs, begin: int, end: int, starts: Ints, ends: Ints) -> csr_matrix:
    """Who has bought what, a row for each of these customers."""
    place = slice(starts[begin], ends[end - 1])
    rows = np.concatenate([[0], ends[begin:end] - starts[begin]])
    return csr_matrix((np.ones(place.stop - place.start), pairs.category[place], rows),
                      shape=(end - begin, len(pairs.names)))


def _tastes(  # noqa: PLR0917  the columns of one table, and which part of it
    pairs: _Pairs, chance: Floats, usual: Ints, near: Neighbours, people: Ints, starts: Ints, ends: Ints, part: range
) -> Iterator[Taste]:
    wide = widen(_matrix(pairs, part.start, part.stop, starts, ends), near)
    for place, at in enumerate(part):
        mine = slice(starts[at], ends[at])
        likings = sorted(
            (Liking(pairs.names[category], float(likely), int(net_fen // days)) for category, likely, net_fen, days in
             zip(pairs.category[mine], chance[mine], pairs.net_fen[mine], pairs.days[mine], strict=True)),
            key=lambda each: -each.chance)
        following = int(wide.item[place])
        yield Taste(int(people[at]), tuple(likings), None if following < 0 else Next(
            pairs.names[following], pairs.names[int(wide.because[place])], float(wide.also[place]),
            int(usual[following])))
