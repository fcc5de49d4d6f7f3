"""Who a record speaks of when it gives more than one reference: a member number and a phone, say.

The strongest reference decides; a weaker one only joins what would otherwise be two records of one person, and never
two people who hold different numbers of the same kind.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from liuke.customers.models import Customer
from liuke.customers.queries import marks
from liuke.customers.rules import identities, numbers
from liuke.customers.services.bulk import Reference, find_many, find_or_create_many
from liuke.kit import crypto
from liuke.kit.db import require_transaction

MEMBER_SCOPE = "member"        # an external id with this scope is a member number of the system before us


@dataclass(frozen=True)
class Person:
    """References to one person, in normal form, the strongest first; at least one. The name is for new records."""

    references: tuple[Reference, ...]
    name: str = ""
    joined_at: datetime | None = None


@dataclass(frozen=True)
class Match:
    """Whom a person was found to be; `fresh` when the record is new, `learnt` when a reference was written down."""

    customer_id: int
    fresh: bool = False
    learnt: bool = False
    taken: tuple[str, ...] = ()          # kinds of references that belong to somebody else


def match_people(
    *, people: Sequence[Person], now: datetime, source: str = "import", several: bool = False
) -> list[Match]:
    """Whose each person is; unknown ones are made, and references nobody has yet are written down.

    People are looked at in the order given, so that the same list always gives the same customers. The customer is
    the holder of the strongest reference. When nobody holds it, it is the holder of a weaker one who has nothing of
    the strongest kind yet; else a new record. A known member number is found as `Customer.number` or as an external
    id of the scope `member`. A second phone is written down only with `several`: the phone on an order may be that of
    whoever gets the parcel. Called again it changes nothing. Call it once per transaction (see find_or_create_many).
    """
    require_transaction()
    known = _Known({reference for person in people for reference in person.references}, several=several)
    matches = [known.place(person) for person in people]
    made = dict[int, int]()
    if known.new:
        strongest = {at: Reference(each.references[0].kind, each.references[0].scope, each.references[0].value,
                                   name=each.name, joined_at=each.joined_at)
                     for at, each in known.new.items()}
        found = find_or_create_many(references=list(strongest.values()), now=now, source=source)
        made = {at: found[reference] for at, reference in strongest.items()}
    _write_down([(made.get(owner, owner), reference) for owner, reference in known.learnt])
    return [replace(match, customer_id=made.get(match.customer_id, match.customer_id)) for match in matches]


class _Known:
    """Who holds what: from the database, and from the people placed so far. New customers have numbers below zero."""

    def __init__(self, references: set[Reference], *, several: bool) -> None:
        self.several = several
        wanted = references | {_adopted(each) for each in references if each.kind == identities.NUMBER}
        self.holder = find_many(references=wanted)
        for number in [each for each in references if each.kind == identities.NUMBER]:
            if number not in self.holder and _adopted(number) in self.holder:
                self.holder[number] = self.holder[_adopted(number)]
        self.holds = defaultdict[int, set[tuple[str, str]]](set)
        self.closed = set[int]()                         # forgotten: nothing is written down about them again
        self._look_at(set(self.holder.values()))
        self.new = dict[int, Person]()
        self.learnt = list[tuple[int, Reference]]()

    def _look_at(self, ids: set[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT customer_id, kind, scope FROM customers_identity WHERE customer_id = ANY(%s)",
                [list(ids)],
            )
            for owner, kind, scope in cursor.fetchall():
                self.holds[owner].add((identities.NUMBER, "") if scope == MEMBER_SCOPE else (kind, scope))
        rows = Customer.objects.filter(pk__in=ids).values_list("pk", "number", "forgotten_at")
        for owner, number, forgotten_at in rows.iterator():
            if not numbers.is_ours(number):
                self.holds[owner].add((identities.NUMBER, ""))
            if forgotten_at:
                self.closed.add(owner)

    def place(self, person: Person) -> Match:
        first, *weaker = person.references
        known_before, learnt_before = len(self.new), len(self.learnt)
        owner = self.holder.get(first)
        if owner is None:
            holders = [self.holder[each] for each in weaker if each in self.holder]
            fitting = [each for each in holders if _sort(first) not in self.holds[each] and each not in self.closed]
            owner = fitting[0] if fitting else self._make(person)
        for each in person.references:
            room = self.several or _sort(each) not in self.holds[owner]
            if each not in self.holder and room and owner not in self.closed:
                self.holder[each] = owner
                self.holds[owner].add(_sort(each))
                self.learnt.append((owner, each))
        taken = tuple(each.kind for each in weaker if self.holder.get(each, owner) != owner)
        return Match(owner, len(self.new) > known_before, len(self.learnt) > learnt_before, taken)

    def _make(self, person: Person) -> int:
        owner = -1 - len(self.new)
        self.new[owner] = person
        self.holder[person.references[0]] = owner
        self.holds[owner].add(_sort(person.references[0]))
        return owner


def _sort(reference: Reference) -> tuple[str, str]:
    return reference.kind, reference.scope


def _adopted(number: Reference) -> Reference:
    """How a member number is kept with a customer who has a number of ours already."""
    return Reference(identities.EXTERNAL, MEMBER_SCOPE, number.value)


def _write_down(learnt: Iterable[tuple[int, Reference]]) -> None:
    """Add the identities; one that somebody else has just taken stays theirs. In one order for everybody."""
    rows = sorted(
        (reference.kind, reference.scope, marks.identity_mark(reference.kind, reference.value), owner,
         crypto.encrypt(reference.value), identities.hint(reference.kind, reference.value))
        for owner, each in learnt
        for reference in [_adopted(each) if each.kind == identities.NUMBER else each]
    )
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_identity (kind, scope, blind, customer_id, value_enc, hint)
            SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::bigint[], %s::bytea[], %s::text[])
            ON CONFLICT (kind, scope, blind) DO NOTHING
            """,
            [list(column) for column in zip(*rows, strict=True)],
        )
