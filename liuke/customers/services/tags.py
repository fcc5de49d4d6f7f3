"""Tags: the list of words, and putting them on customers and taking them off.

A tag's row is locked before what it is on changes, so `Tag.customers` is exact at every commit; several tags are
always locked lowest id first.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef

from liuke.customers.models import CustomerTag, Tag
from liuke.customers.rules import tags as rules
from liuke.customers.services.records import lock_living
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.timeline import facts
from liuke.timeline.services import record


class NameTaken(Refused):
    """There is another tag of this name: merge the two instead."""

    code = "tag_name_taken"


class TooManyTags(Refused):
    """The list of tags is full: merge or delete some first."""

    code = "tags_full"


class TagInUse(Refused):
    """Customers carry this tag; take it off or merge it first."""

    code = "tag_in_use"


def find_or_create_tag(*, name: str) -> Tag:
    """The tag of this name, whatever its case. Raises BadInput, TooManyTags."""
    require_transaction()
    name = rules.normal_name(name)
    if found := Tag.objects.filter(name__iexact=name).first():
        return found
    if Tag.objects.count() >= rules.MAX_TAGS:
        raise TooManyTags
    try:
        with transaction.atomic():
            return Tag.objects.create(name=name)
    except IntegrityError:
        return Tag.objects.get(name__iexact=name)


def rename_tag(*, tag_id: int, name: str) -> Tag:
    """Call it otherwise, everywhere at once. Raises NameTaken."""
    require_transaction()
    tag = Tag.objects.select_for_update().get(pk=tag_id)
    tag.name = rules.normal_name(name)
    try:
        with transaction.atomic():
            tag.save(update_fields=["name"])
    except IntegrityError as error:
        raise NameTaken from error
    return tag


def merge_tags(*, kept_id: int, merged_id: int) -> Tag:
    """Put the kept tag wherever the other one is, and delete the other. It cannot be undone. Again is nothing."""
    require_transaction()
    by_id = {tag.pk: tag for tag in Tag.objects.select_for_update().filter(pk__in=[kept_id, merged_id]).order_by("pk")}
    kept = by_id[kept_id] if kept_id in by_id else Tag.objects.get(pk=kept_id)
    if merged_id not in by_id or kept_id == merged_id:
        return kept
    same = CustomerTag.objects.filter(tag=kept, customer_id=OuterRef("customer_id"), source=OuterRef("source"))
    CustomerTag.objects.filter(~Exists(same), tag_id=merged_id).update(tag=kept)
    CustomerTag.objects.filter(tag_id=merged_id).delete()
    by_id[merged_id].delete()
    return recount(tag_id=kept_id)


def delete_tag(*, tag_id: int) -> None:
    """Take an unused word off the list. Raises TagInUse. Again is nothing."""
    require_transaction()
    tag = Tag.objects.select_for_update().filter(pk=tag_id).first()
    if tag is None:
        return
    if CustomerTag.objects.filter(tag=tag).exists():
        raise TagInUse
    tag.delete()


def add_tag(*, customer_id: int, tag_id: int, source: str, now: datetime, by_id: int | None = None) -> CustomerTag:
    """Put the tag on. Again from the same source returns the same row; another source is another row."""
    require_transaction()
    rules.check_source(source)
    lock_living(customer_id)
    tag = Tag.objects.select_for_update().get(pk=tag_id)
    on = {row.source: row for row in CustomerTag.objects.filter(customer_id=customer_id, tag=tag)}
    if source in on:
        return on[source]
    row = CustomerTag.objects.create(customer_id=customer_id, tag=tag, source=source, added_by_id=by_id, added_at=now)
    if not on:
        Tag.objects.filter(pk=tag_id).update(customers=F("customers") + 1)
    record(facts.TagAdded(tag_id=tag_id, source=rules.fact_source(source)), customer_id=customer_id,
           key=f"tag_added:{row.pk}", happened_at=now)
    return row


def remove_tag(*, customer_id: int, tag_id: int, source: str, now: datetime) -> None:
    """Take it off as far as it came from this source. Again is nothing."""
    require_transaction()
    lock_living(customer_id)
    Tag.objects.select_for_update().get(pk=tag_id)
    on = {row.source: row for row in CustomerTag.objects.filter(customer_id=customer_id, tag_id=tag_id)}
    row = on.get(source)
    if row is None:
        return
    row_id = row.pk
    row.delete()
    if len(on) == 1:
        Tag.objects.filter(pk=tag_id).update(customers=F("customers") - 1)
    record(facts.TagRemoved(tag_id=tag_id, source=rules.fact_source(source)), customer_id=customer_id,
           key=f"tag_removed:{row_id}", happened_at=now)


def add_tag_to_many(
    *, tag_id: int, customer_ids: Sequence[int], source: str, now: datetime, by_id: int | None = None
) -> int:
    """Put the tag on many customers in a few statements, for imports and segments; returns how many are new.

    No facts are told: who wants reactions adds it one by one. Merged and forgotten records are passed over.
    """
    require_transaction()
    rules.check_source(source)
    Tag.objects.select_for_update().get(pk=tag_id)
    added = 0
    with connection.cursor() as cursor:
        for at in range(0, len(customer_ids), rules.BATCH):
            cursor.execute(
                """
                INSERT INTO customers_customertag (customer_id, tag_id, source, added_by_id, added_at)
                SELECT id, %s, %s, %s, %s FROM customers_customer
                WHERE id = ANY(%s) AND merged_into_id IS NULL AND forgotten_at IS NULL
                ON CONFLICT (customer_id, tag_id, source) DO NOTHING
                """,
                [tag_id, source, by_id, now, list(customer_ids[at : at + rules.BATCH])],
            )
            added += cursor.rowcount
    recount(tag_id=tag_id)
    return added


def recount(*, tag_id: int) -> Tag:
    """Count anew who carries the tag."""
    require_transaction()
    tag = Tag.objects.select_for_update().get(pk=tag_id)
    living = CustomerTag.objects.filter(tag=tag, customer__merged_into=None)
    tag.customers = living.values("customer_id").distinct().count()
    tag.save(update_fields=["customers"])
    return tag


def carried(customer_ids: Collection[int]) -> Counter[int]:
    """How many of these customers carry each tag; for this package only."""
    rows = CustomerTag.objects.filter(customer_id__in=customer_ids).values_list("tag_id", "customer_id").distinct()
    return Counter(tag_id for tag_id, _ in rows)


def count_again(before: Counter[int], after: Counter[int]) -> None:
    """Set the counts right when tags have moved between records; for this package only."""
    for tag_id in sorted(before | after):
        if change := after[tag_id] - before[tag_id]:
            Tag.objects.filter(pk=tag_id).update(customers=F("customers") + change)
