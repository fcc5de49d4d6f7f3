"""The list of customers: found by name, pinyin, member number, phone or tag, a page at a time.

The database proposes (by blind grams, trigrams, blind identities); what it proposes is compared after decryption.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Right

from liuke.customers.models import Customer, CustomerTag, Identity
from liuke.customers.queries import marks
from liuke.customers.rules import identities, names, searching
from liuke.customers.rules.searching import Meaning, Sort
from liuke.kit import crypto
from liuke.kit.errors import BadInput

ORDERS = {Sort.NEWEST: ("-joined_at", "-pk"), Sort.OLDEST: ("joined_at", "pk")}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FARTHEST = 10**16                            # microseconds, 316 years; no id comes that far either


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is wanted. `among` narrows to customers of another module's choice (a queryset of customer ids)."""

    text: str = ""
    tag_ids: Sequence[int] = ()              # all of them
    sort: Sort = Sort.NEWEST
    after: str = ""                          # the `next` of the page before
    limit: int = searching.PAGE
    among: QuerySet[Any, Any] | None = None


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    id: int
    number: str
    name: str
    joined_at: datetime
    forgotten_at: datetime | None
    phone_hint: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    next: str = ""                           # empty on the last page


class Place(NamedTuple):
    """Where a customer stands in the list; a smaller place comes first."""

    turn: int                                # microseconds of joined_at, negative when the newest come first
    pk: int


class Hit(NamedTuple):
    """A candidate as the database proposes it."""

    way: int                                 # which meaning of the text has found it
    pk: int
    number: str
    name_enc: bytes
    joined_at: datetime
    forgotten_at: datetime | None

    def place(self, sort: Sort) -> Place:
        turn = (self.joined_at - EPOCH) // timedelta(microseconds=1)
        return Place(-turn, -self.pk) if sort == Sort.NEWEST else Place(turn, self.pk)


Fits = Callable[[Hit], bool]
Way = tuple[QuerySet[Customer], Fits]


def page(ask: Ask) -> Page:
    """One page. Three queries, plus one for each further round when candidates turn out to be somebody else.

    A page may be short and still have a `next`; the last one has none. Raises BadInput for a broken `after`.
    """
    limit = max(1, min(ask.limit, searching.MAX_PAGE))
    ways, after = _ways(ask), _read_cursor(ask.after)
    hits: list[Hit] = []
    for _ in range(searching.MAX_ROUNDS):
        fresh, after = _round(ask.sort, ways, after, limit + 1)
        hits += fresh
        if after is None or len(hits) > limit:
            break
    if len(hits) > limit:
        hits = hits[:limit]
        after = hits[-1].place(ask.sort)
    return Page(_lines(hits), _write_cursor(after))


def _ways(ask: Ask) -> list[Way]:
    """The candidates of each meaning of the text, and whether one of them is meant indeed."""
    rows = Customer.objects.filter(merged_into__isnull=True)
    for tag_id in ask.tag_ids[: searching.MAX_TAGS]:
        rows = rows.filter(Exists(CustomerTag.objects.filter(tag_id=tag_id, customer_id=OuterRef("pk"))))
    if ask.among is not None:
        rows = rows.filter(pk__in=ask.among)
    text = ask.text.strip()
    return [(rows.filter(q), fits) for q, fits in _meant(searching.meaning(text))] if text else [(rows, _anyone)]


def _meant(meaning: Meaning) -> Iterator[tuple[Q, Fits]]:
    blinds = [marks.identity_mark(kind, value) for kind, value in meaning.values]
    yield Q(pk__in=Identity.objects.filter(blind__in=blinds).values("customer_id")), _anyone
    if meaning.tail:
        tails = Identity.objects.annotate(tail=Right("hint", searching.PHONE_TAIL))
        yield Q(pk__in=tails.filter(kind=identities.PHONE, tail=meaning.tail).values("customer_id")), _anyone
    if meaning.number:
        part = len(meaning.number) >= searching.SHORTEST_PART
        q = Q(number__icontains=meaning.number) if part else Q(number__iexact=meaning.number)
        yield q, lambda hit: searching.has_number(hit.number, meaning.number)
    for grams in marks.asked_grams(meaning.name):
        yield Q(name_grams__contains=grams), lambda hit: names.matches(crypto.decrypt(hit.name_enc), meaning.name)


def _anyone(_hit: Hit) -> bool:
    return True


def _round(sort: Sort, ways: Sequence[Way], after: Place | None, want: int) -> tuple[list[Hit], Place | None]:
    """The next candidates of every way, in one query: those who fit, and the place up to which nobody is missing.

    A way that gave as many as it was asked for may have more behind its last one, so what others gave behind that
    place must wait for the next round. No place means that all ways are at their end.
    """
    parts = [
        rows.filter(_beyond(sort, after)).annotate(way=Value(at)).order_by(*ORDERS[sort])
        .values_list("way", "pk", "number", "name_enc", "joined_at", "forgotten_at")[:want]
        for at, (rows, _) in enumerate(ways)
    ]
    answer = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    placed = sorted((hit.place(sort), hit) for hit in map(Hit._make, answer))
    places: dict[int, list[Place]] = {}
    for place, hit in placed:
        places.setdefault(hit.way, []).append(place)
    horizon = min((each[-1] for each in places.values() if len(each) == want), default=None)
    fitting = {
        hit.pk: hit for place, hit in placed if (horizon is None or place <= horizon) and ways[hit.way][1](hit)
    }
    return list(fitting.values()), horizon


def _beyond(sort: Sort, after: Place | None) -> Q:
    """Rows after the place, written so that the index is entered at the right point."""
    if after is None:
        return Q()
    sign = -1 if sort == Sort.NEWEST else 1
    at, pk = EPOCH + timedelta(microseconds=sign * after.turn), sign * after.pk
    if sort == Sort.NEWEST:
        return Q(joined_at__lte=at) & (Q(joined_at__lt=at) | Q(pk__lt=pk))
    return Q(joined_at__gte=at) & (Q(joined_at__gt=at) | Q(pk__gt=pk))


def _lines(hits: Sequence[Hit]) -> tuple[Row, ...]:
    ids = [hit.pk for hit in hits]
    phones = dict(
        Identity.objects.filter(customer_id__in=ids, kind=identities.PHONE).order_by("-pk")
        .values_list("customer_id", "hint")
    )
    tags: dict[int, dict[str, None]] = {}
    on = CustomerTag.objects.filter(customer_id__in=ids).order_by("added_at", "pk")
    for customer_id, name in on.values_list("customer_id", "tag__name"):
        tags.setdefault(customer_id, {})[name] = None
    return tuple(
        Row(hit.pk, hit.number, crypto.decrypt(hit.name_enc), hit.joined_at, hit.forgotten_at,
            phones.get(hit.pk, ""), tuple(tags.get(hit.pk, {})))
        for hit in hits
    )


def _write_cursor(place: Place | None) -> str:
    return base64.urlsafe_b64encode(f"{place.turn} {place.pk}".encode()).decode() if place else ""


def _read_cursor(cursor: str) -> Place | None:
    try:
        turn, pk = base64.urlsafe_b64decode(cursor).decode().split() if cursor else ("0", "0")
        place = Place(int(turn), int(pk))
    except ValueError as error:
        raise BadInput("there is no such page") from error
    if max(map(abs, place)) > FARTHEST:
        raise BadInput("there is no such page")
    return place if cursor else None
