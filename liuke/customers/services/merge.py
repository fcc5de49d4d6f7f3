"""Two records become one person, and for 30 days two again.

At once: identities, tags, consents, preferences and facts. Other modules move their rows in reaction to
CustomersMerged and CustomersUnmerged with `move_rows` and `move_rows_back`. What is written after the merge stays with
the record that survived, also when the merge is undone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from liuke.customers.models import Consent, Customer, CustomerTag, Identity, Merge, MovedRows, Preferences
from liuke.customers.queries import consents as said
from liuke.customers.rules import consents, records
from liuke.customers.rules.consents import Subject
from liuke.customers.services import tags
from liuke.customers.services.consents import write
from liuke.customers.services.records import lock_all_living
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.timeline import facts
from liuke.timeline.models import Fact
from liuke.timeline.services import record


class SameRecord(Refused):
    """A record cannot be merged into itself."""

    code = "merge_same"


class TooLate(Refused):
    """A merge can be undone for 30 days."""

    code = "merge_too_old"


class Covered(Refused):
    """The surviving record was merged in its turn: undo that first."""

    code = "merge_covered"


def merge(*, survivor_id: int, merged_id: int, now: datetime, by_id: int | None = None) -> Merge:
    """Make one record of two; the survivor keeps its number, and its name unless it has none.

    Consent: a refusal on either record wins, else what either has allowed is allowed.
    Raises SameRecord, CustomerMerged (also for the second of two merges at once), CustomerForgotten.
    """
    require_transaction()
    if survivor_id == merged_id:
        raise SameRecord
    survivor, merged = lock_all_living([survivor_id, merged_id])
    row = Merge.objects.create(
        survivor=survivor, merged=merged, merged_at=now, merged_by_id=by_id, undo_until=now + records.UNDO,
        name_taken=not survivor.name_enc and bool(merged.name_enc),
    )
    if row.name_taken:
        survivor.name_enc, survivor.name_grams = merged.name_enc, merged.name_grams
        survivor.save(update_fields=["name_enc", "name_grams"])
    merged.merged_into = survivor
    merged.save(update_fields=["merged_into"])
    _carry_consents(row, now)
    _move_own(row)
    record(facts.CustomersMerged(merge_id=row.pk, merged_customer_id=merged.pk), customer_id=survivor.pk,
           key=f"customers_merged:{row.pk}", happened_at=now)
    return row


def undo_merge(*, merge_id: int, now: datetime, by_id: int | None = None) -> Merge:
    """Make two records of one again: everything the merge has moved goes back. Again returns the same row.

    Raises TooLate, Covered, CustomerForgotten.
    """
    require_transaction()
    row = Merge.objects.select_for_update().get(pk=merge_id)
    if row.undone_at is not None:
        return row
    if now > row.undo_until:
        raise TooLate
    try:
        (survivor,) = lock_all_living([row.survivor_id])
    except records.CustomerMerged as error:
        raise Covered from error
    merged = Customer.objects.select_for_update(no_key=True).get(pk=row.merged_id)
    _restore(row, survivor, merged)
    _take_consents_back(row, now)
    _move_own_back(row)
    row.undone_at, row.undone_by_id = now, by_id
    row.save(update_fields=["undone_at", "undone_by"])
    record(facts.CustomersUnmerged(merge_id=row.pk, merged_customer_id=merged.pk), customer_id=survivor.pk,
           key=f"customers_unmerged:{row.pk}", happened_at=now)
    return row


def move_rows(
    *, merge_id: int, rows: QuerySet[Any, Any], column: str = "customer_id", also: Mapping[str, Any] | None = None,
    once: Sequence[str] = (),
) -> int:
    """Give the merged record's rows among `rows` to the survivor and remember which; returns how many.

    `also` sets further columns of the moved rows (a changed_at). A row stays where it is if the survivor has one that
    is the same in all columns of `once`. Again moves what has come since. After the merge was
    undone it moves nothing, so a late reaction does no harm.
    """
    require_transaction()
    merge_row = Merge.objects.select_for_update().get(pk=merge_id)
    if merge_row.undone_at is not None:
        return 0
    mine = rows.filter(**{column: merge_row.merged_id}).order_by("pk")
    if once:
        same = {column: merge_row.survivor_id, **{name: OuterRef(name) for name in once}}
        mine = mine.filter(~Exists(rows.model._default_manager.filter(**same)))         # noqa: SLF001  as in _by_id
    ids = list(mine.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    if ids:
        _by_id(rows.model, ids).update(**{column: merge_row.survivor_id}, **(also or {}))
        moved, _ = MovedRows.objects.get_or_create(merge=merge_row, column=_name(rows.model, column),
                                                   defaults={"ids": []})
        moved.ids = [*moved.ids, *ids]
        moved.save(update_fields=["ids"])
    return len(ids)


def move_rows_back(
    *, merge_id: int, model: type[Model], column: str = "customer_id", also: Mapping[str, Any] | None = None
) -> int:
    """Give back what `move_rows` has moved and the survivor still has; returns how many. Again moves nothing."""
    require_transaction()
    merge_row = Merge.objects.select_for_update().get(pk=merge_id)
    moved = MovedRows.objects.filter(merge=merge_row, column=_name(model, column)).first()
    if moved is None:
        return 0
    still = _by_id(model, moved.ids).filter(**{column: merge_row.survivor_id})
    return still.update(**{column: merge_row.merged_id}, **(also or {}))


def _by_id(model: type[Model], ids: list[int]) -> QuerySet[Any]:
    return model._default_manager.filter(pk__in=ids)            # noqa: SLF001  Django's documented name for it


def _name(model: type[Model], column: str) -> str:
    return f"{model._meta.db_table}.{column}"                   # noqa: SLF001  Django's documented name for it


def _move_own(row: Merge) -> None:
    """What this module and the floors below hold. Tags and wishes that the survivor has already stay where they are."""
    before = tags.carried([row.survivor_id, row.merged_id])
    move_rows(merge_id=row.pk, rows=CustomerTag.objects.all(), once=("tag_id", "source"))
    tags.count_again(before, tags.carried([row.survivor_id]))
    if not Preferences.objects.filter(customer_id=row.survivor_id).exists():
        move_rows(merge_id=row.pk, rows=Preferences.objects.all())
    move_rows(merge_id=row.pk, rows=Identity.objects.all())
    move_rows(merge_id=row.pk, rows=Fact.objects.all())


def _move_own_back(row: Merge) -> None:
    before = tags.carried([row.survivor_id])
    for model in (CustomerTag, Preferences, Identity, Fact):
        move_rows_back(merge_id=row.pk, model=model)
    tags.count_again(before, tags.carried([row.survivor_id, row.merged_id]))


def _restore(row: Merge, survivor: Customer, merged: Customer) -> None:
    if row.name_taken and bytes(survivor.name_enc) == bytes(merged.name_enc):
        survivor.name_enc, survivor.name_grams = b"", []
        survivor.save(update_fields=["name_enc", "name_grams"])
    merged.merged_into = None
    merged.save(update_fields=["merged_into"])


def _carry_consents(row: Merge, now: datetime) -> None:
    """Say on the survivor what holds for both, where that differs. The merged record's own rows stay as they are."""
    have = {Subject(each.channel, each.purpose): each for each in said.latest([row.survivor_id])}
    for brought in said.latest([row.merged_id]).select_related("text"):
        subject = Subject(brought.channel, brought.purpose)
        mine = have.get(subject)
        before = mine.state if mine else consents.CLEARED
        if (state := consents.together(before, brought.state)) != before:
            at = max(now, mine.happened_at) if mine else now
            _say_for(row, subject, state, brought, source="merge", happened_at=at, merge=row)


def _take_consents_back(row: Merge, now: datetime) -> None:
    """Say again what held before the merge, unless the customer has said something since."""
    mine = {Subject(each.channel, each.purpose): each for each in said.latest([row.survivor_id])}
    for carried in Consent.objects.filter(merge=row).order_by("pk"):
        subject = Subject(carried.channel, carried.purpose)
        if mine[subject].pk != carried.pk:
            continue
        others = Consent.objects.filter(customer_id=row.survivor_id, channel=subject.channel, purpose=subject.purpose)
        before = others.exclude(pk=carried.pk).select_related("text").order_by("-happened_at", "-pk").first()
        state = before.state if before else consents.CLEARED
        _say_for(row, subject, state, before, source="unmerge", happened_at=max(now, carried.happened_at))


def _say_for(
    row: Merge, subject: Subject, state: str, origin: Consent | None, *, source: str, happened_at: datetime,
    merge: Merge | None = None
) -> None:
    write(Consent(
        customer_id=row.survivor_id, channel=subject.channel, purpose=subject.purpose, state=state,
        text=origin.text if origin and state == consents.GIVEN else None, source=source, happened_at=happened_at,
        recorded_by_id=row.merged_by_id, carried_from=origin, merge=merge,
    ))
