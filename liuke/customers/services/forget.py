"""Forgetting a person: names, phones and texts go everywhere, facts and money stay. It cannot be undone."""

from collections.abc import Sequence
from datetime import datetime

from liuke.customers.models import (
    Customer,
    CustomerTag,
    CustomerToken,
    ForgottenMark,
    Identity,
    LoginCode,
    PersonalExport,
    PossibleTwins,
    Preferences,
)
from liuke.customers.queries import marks, personal
from liuke.customers.rules import identities
from liuke.customers.services import tags
from liuke.customers.services.records import is_ours, lock_living, next_number
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.timeline import facts
from liuke.timeline.services import record


class NotConfirmed(Refused):
    """Type the member number of the person to be forgotten."""

    code = "forget_not_confirmed"


def forget(*, customer_id: int, confirmed_number: str, now: datetime) -> Customer:
    """Blank everything personal of this record and of those merged into it, in every module.

    `confirmed_number` is what staff have typed; NotConfirmed when it is not the member number. Again returns the
    forgotten record. Files that name the person again lead to this blank record and bring nothing back; a person who
    comes back by themselves is a new customer.
    """
    require_transaction()
    row = Customer.objects.get(pk=customer_id)
    if row.forgotten_at is not None:
        return row
    customer = lock_living(customer_id)
    if confirmed_number.strip() != customer.number:
        raise NotConfirmed
    person = personal.one_person(customer_id)
    for part in personal.parts():
        part.blank(person, now)
    record(facts.CustomerForgotten(), customer_id=customer_id, key=f"customer_forgotten:{customer_id}",
           happened_at=now)
    customer.refresh_from_db()
    assert customer.forgotten_at == now, f"{personal.parts()} leaves the customer records out"
    return customer


def blank(customer_ids: Sequence[int], now: datetime) -> None:
    """This module's own part of it, see `personal.Part`."""
    require_transaction()
    records = list(Customer.objects.select_for_update(no_key=True).filter(pk__in=customer_ids).order_by("pk"))
    living = next(row for row in records if row.merged_into_id is None)
    _mark_and_delete_identities(customer_ids, living)
    before = tags.carried([living.pk])
    CustomerTag.objects.filter(customer_id__in=customer_ids).delete()
    tags.count_again(before, tags.carried([living.pk]))
    Preferences.objects.filter(customer_id__in=customer_ids).delete()
    PossibleTwins.objects.filter(low_id__in=customer_ids).delete()
    PossibleTwins.objects.filter(high_id__in=customer_ids).delete()
    PersonalExport.objects.filter(customer_id__in=customer_ids).update(zip_enc=None)
    for row in records:
        _blank_record(row, living, now)


def _mark_and_delete_identities(customer_ids: Sequence[int], living: Customer) -> None:
    rows = Identity.objects.filter(customer_id__in=customer_ids)
    plain = [(row.kind, row.scope, crypto.decrypt(row.value_enc)) for row in rows]
    ForgottenMark.objects.bulk_create(
        (ForgottenMark(customer=living, kind=kind, scope=scope, mark=marks.forgotten_mark(kind, value))
         for kind, scope, value in plain),
        ignore_conflicts=True,
    )
    phones = [crypto.blind("login phone", value) for kind, _, value in plain if kind == identities.PHONE]
    LoginCode.objects.filter(phone_mark__in=phones).delete()
    CustomerToken.objects.filter(customer_id__in=customer_ids).delete()
    rows.delete()


def _blank_record(row: Customer, living: Customer, now: datetime) -> None:
    """A number brought along may itself be a phone: it is replaced by one of ours."""
    if not is_ours(row.number):
        mark = marks.forgotten_mark(identities.NUMBER, row.number)
        ForgottenMark.objects.bulk_create(
            [ForgottenMark(customer=living, kind=identities.NUMBER, mark=mark)], ignore_conflicts=True
        )
        row.number = next_number()
    row.name_enc, row.name_grams, row.forgotten_at = b"", [], now
    row.save(update_fields=["number", "name_enc", "name_grams", "forgotten_at"])
