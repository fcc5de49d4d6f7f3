"""One customer as staff see them, and what belongs to the record."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from liuke.customers.models import (
    Customer,
    Identity,
    Merge,
    PersonalExport,
    PossibleTwins,
    Preferences,
)
from liuke.customers.queries import marks, tags
from liuke.customers.queries.tags import TagLine
from liuke.customers.rules import identities
from liuke.customers.rules.records import Wishes
from liuke.kit import crypto, rows


@dataclass(frozen=True)
class IdentityLine:
    """One identity, masked; `reveal` shows it in full."""

    id: int
    kind: str
    scope: str
    hint: str
    verified_at: datetime | None


@dataclass(frozen=True)
class Detail:
    """A customer's record; orders, balances and scores belong to other modules."""

    id: int
    number: str
    name: str
    joined_at: datetime
    forgotten_at: datetime | None
    merged_into_id: int | None
    identities: tuple[IdentityLine, ...]
    tags: tuple[TagLine, ...]
    wishes: Wishes


def detail(customer_id: int) -> Detail:
    """Four queries. Raises Customer.DoesNotExist."""
    row = Customer.objects.get(pk=customer_id)
    lines = Identity.objects.filter(customer=row).order_by("pk")
    return Detail(
        row.pk, row.number, crypto.decrypt(row.name_enc), row.joined_at, row.forgotten_at, row.merged_into_id,
        tuple(IdentityLine(each.pk, each.kind, each.scope, each.hint, each.verified_at) for each in lines),
        tags.tags_of([customer_id]).get(customer_id, ()), wishes_of([customer_id])[customer_id],
    )


def reveal(identity_id: int) -> str:
    """The full value of an identity; the door asks for a special right and writes it in the audit."""
    return crypto.decrypt(Identity.objects.values_list("value_enc", flat=True).get(pk=identity_id))


def names_of(customer_ids: Collection[int]) -> dict[int, str]:
    """Decrypted names for a page of ids, in one query."""
    rows = Customer.objects.filter(pk__in=customer_ids).values_list("pk", "name_enc")
    return {pk: crypto.decrypt(name) for pk, name in rows}


def wishes_of(customer_ids: Collection[int]) -> dict[int, Wishes]:
    """How each of them likes to be spoken to; nothing known is empty wishes. One query."""
    known = {
        row.customer_id: Wishes(
            language=row.language, best_channel=row.best_channel, zone=row.zone,
            quiet_from_minutes=row.quiet_from_minutes, quiet_until_minutes=row.quiet_until_minutes,
            birth_month_day=row.birth_month_day,
        )
        for row in Preferences.objects.filter(customer_id__in=customer_ids)
    }
    return {customer_id: known.get(customer_id, Wishes()) for customer_id in customer_ids}


def living(customer_id: int) -> int:
    """The record that stays: the customer itself, or whoever it was merged into."""
    found = rows.fetch(_LIVING, [customer_id])
    if not found:
        raise Customer.DoesNotExist
    return int(found[0][0])


_LIVING = """
WITH RECURSIVE chain AS (
    SELECT id, merged_into_id FROM customers_customer WHERE id = %s
    UNION ALL
    SELECT next.id, next.merged_into_id FROM chain JOIN customers_customer next ON next.id = chain.merged_into_id)
SELECT id FROM chain WHERE merged_into_id IS NULL
"""


def owner_of(*, kind: str, scope: str = "", value: str) -> int | None:
    """Whose identity this is, or None. Raises BadIdentity when it cannot be one."""
    kind, scope, value = identities.normal(kind, scope, value)
    rows = Identity.objects.filter(kind=kind, scope=scope, blind=marks.identity_mark(kind, value))
    return rows.values_list("customer_id", flat=True).first()


def merges_of(customer_id: int) -> QuerySet[Merge]:
    """Merges in which the record took part, the newest first, with both records."""
    rows = Merge.objects.filter(Q(survivor_id=customer_id) | Q(merged_id=customer_id))
    return rows.select_related("survivor", "merged", "merged_by").order_by("-merged_at", "-pk")


def open_twins(customer_id: int | None = None) -> QuerySet[PossibleTwins]:
    """Pairs that may be one person and that nobody has looked at, the newest first."""
    rows = PossibleTwins.objects.filter(
        dismissed_at=None, low__merged_into=None, high__merged_into=None, low__forgotten_at=None,
        high__forgotten_at=None,
    )
    if customer_id is not None:
        rows = rows.filter(Q(low_id=customer_id) | Q(high_id=customer_id))
    return rows.select_related("low", "high").order_by("-noticed_at", "-pk")


def exports_of(customer_id: int) -> QuerySet[PersonalExport]:
    """Exports of this person without their contents, the newest first."""
    return PersonalExport.objects.filter(customer_id=customer_id).defer("zip_enc").order_by("-pk")


def joined_between(since: datetime, until: datetime) -> int:
    """How many living records joined from `since` on and before `until`."""
    return Customer.objects.filter(joined_at__gte=since, joined_at__lt=until, merged_into=None).count()


def born_on(month_day: int) -> QuerySet[Customer]:
    """Living customers whose birthday it is (1231 is the 31st of December)."""
    rows = Customer.objects.filter(preferences__birth_month_day=month_day, merged_into=None, forgotten_at=None)
    return rows.order_by("pk")
