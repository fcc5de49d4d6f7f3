"""The record itself: how a person becomes a customer, their name, how they like to be spoken to."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from liuke.customers.models import Customer, Preferences
from liuke.customers.queries import marks
from liuke.customers.queries.records import wishes_of
from liuke.customers.rules import names, numbers
from liuke.customers.rules.records import CustomerForgotten, CustomerMerged, Wishes
from liuke.kit import crypto, rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.timeline import facts
from liuke.timeline.services import record


def join(*, source: str, now: datetime, name: str = "", joined_at: datetime | None = None) -> Customer:
    """Make a new record with a member number of our own; `source` is where the person came from (h5, counter).

    Not safe to repeat: add an identity in the same transaction, which refuses the second one.
    """
    require_transaction()
    customer = Customer(number=next_number(), joined_at=joined_at or now)
    _put_name(customer, name)
    rows.insert([customer])
    record(facts.CustomerJoined(source=source), customer_id=customer.pk, key=f"customer_joined:{customer.pk}",
           happened_at=customer.joined_at)
    return customer


def rename(*, customer_id: int, name: str) -> Customer:
    """Call the customer by another name; the empty name is "unknown"."""
    require_transaction()
    customer = lock_living(customer_id)
    _put_name(customer, name)
    customer.save(update_fields=["name_enc", "name_grams"])
    return customer


def set_wishes(*, customer_id: int, wishes: Wishes, now: datetime) -> Preferences:
    """Replace everything known about how the customer likes to be spoken to. Raises BadInput."""
    require_transaction()
    wishes.check()
    customer = lock_living(customer_id)
    row, _made = Preferences.objects.update_or_create(customer=customer, defaults={**asdict(wishes), "changed_at": now})
    return row


class BirthdayTold(Refused):
    """The birthday is known already; staff can change it."""

    code = "birthday_told"


class BirthdayNotAgreed(BadInput):
    """A birthday is kept only for who agrees to it."""

    code = "birthday_not_agreed"


def tell_birthday(*, customer_id: int, month_day: int, agreed: bool, now: datetime) -> Preferences:
    """The customer tells their birthday (1231; the year is nobody's business) and agrees that it is kept for gifts.

    Once: again with the same day is nothing. Raises BirthdayNotAgreed, BirthdayTold, BadInput.
    """
    require_transaction()
    if not agreed:
        raise BirthdayNotAgreed(_("请先同意我们保存您的生日"))
    customer = lock_living(customer_id)
    known = wishes_of([customer.pk])[customer.pk]
    if known.birth_month_day not in (None, month_day):
        raise BirthdayTold(_("生日已填写，如需更改请联系客服"))
    return set_wishes(customer_id=customer.pk, wishes=replace(known, birth_month_day=month_day), now=now)


def lock_living(customer_id: int) -> Customer:
    """The record, locked; raises CustomerMerged or CustomerForgotten when nothing may be written about it."""
    return lock_all_living([customer_id])[0]


def lock_all_living(customer_ids: Sequence[int]) -> list[Customer]:
    """The records in the given order, locked lowest id first so that nobody waits in a circle."""
    require_transaction()
    held = rows.select(Customer, "id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(customer_ids)])
    by_id = {row.pk: row for row in held}
    found = [by_id[customer_id] if customer_id in by_id else _nobody() for customer_id in customer_ids]
    for row in found:
        if row.merged_into_id is not None:
            raise CustomerMerged
        if row.forgotten_at is not None:
            raise CustomerForgotten
    return found


def _nobody() -> Customer:
    raise Customer.DoesNotExist


def next_number() -> str:
    """A member number of ours that nobody has; turns that meet a foreign number are skipped."""
    while True:
        number = numbers.number_of(rows.fetch("SELECT nextval('customers_number_seq')")[0][0])
        if not rows.fetch("SELECT 1 FROM customers_customer WHERE number = %s", [number]):
            return number


def is_ours(number: str) -> bool:
    """Whether the number came from our sequence, and is not one brought along that happens to look like it."""
    turn = numbers.turn_of(number)
    if turn is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_called AND %s <= last_value FROM customers_number_seq", [turn])
        return bool(cursor.fetchone()[0])


def _put_name(customer: Customer, name: str) -> None:
    name = names.normal_name(name)
    customer.name_enc, customer.name_grams = crypto.encrypt(name), marks.name_grams(name)
