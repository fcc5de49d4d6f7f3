"""Rows without the query builder are the rows that the ORM would write and read."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from liuke.kit import rows
from liuke.mall.models import Address, Movement, OrderGroup, Payment
from liuke.mall.tests import builders

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def payment(group, number=1, **fields) -> Payment:
    return Payment(**{"group": group, "key": f"k{number}", "number": f"N{number}", "provider": "demo", "state": "new",
                      "way": f"w{number}", "amount_fen": 10**number, "expires_at": NOW, **fields})


def columns(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def group():
    return builders.placed()


def test_inserted_rows_are_told_all_that_the_database_knows_of_them(group, django_assert_num_queries):
    made = [payment(group, number, prepared={"a": ["1", {"二": 2}]}) for number in (1, 2, 3)]

    with django_assert_num_queries(1):
        rows.insert(made)

    stored = list(Payment.objects.order_by("pk"))
    assert [columns(row) for row in stored] == [columns(row) for row in made]
    assert stored == made
    assert not made[0]._state.adding
    made[0].save()                                           # an UPDATE, as with any other row
    assert Payment.objects.count() == 3


def test_what_the_database_fills_in_can_also_be_said(group):
    at = payment(group, created_at=NOW)

    rows.insert([at])

    assert Payment.objects.get().created_at == NOW


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        rows.insert([])


def test_selected_rows_are_those_of_the_orm(group, django_assert_num_queries):
    rows.insert([payment(group, 1, prepared={"url": "x"}), payment(group, 2, paid_at=NOW)])

    with django_assert_num_queries(1):
        found = rows.select(Payment, "group_id = %s ORDER BY id FOR UPDATE", [group.pk])

    assert [columns(row) for row in found] == [columns(row) for row in Payment.objects.order_by("pk")]
    address, = rows.select(Address, "customer_id = %s", [group.customer_id])
    assert columns(address) == columns(Address.objects.get())


def test_only_the_named_fields_are_saved(group):
    row = payment(group)
    rows.insert([row])
    row.state, row.prepared, row.error = "open", {"url": "y"}, "not this one"

    rows.update(row, "state", "prepared")

    stored = Payment.objects.get()
    assert (stored.state, stored.prepared, stored.error) == ("open", {"url": "y"}, "")
    row.group = builders.purchase()
    rows.update(row, "group")
    assert Payment.objects.get().group_id == row.group_id


def test_a_row_that_is_not_there_cannot_be_saved(group):
    with pytest.raises(AssertionError):
        rows.update(OrderGroup(pk=group.pk + 1, state="paid"), "state")


def test_a_change_answers_with_the_rows_as_they_are_then(group):
    changed = rows.change(OrderGroup, "state = 'paid' WHERE id = %s AND state = %s", [group.pk, "placed"])

    assert [columns(row) for row in changed] == [columns(OrderGroup.objects.get())]
    assert rows.change(OrderGroup, "state = 'paid' WHERE id = %s AND state = %s", [group.pk, "placed"]) == []


def test_small_and_large_numbers_are_one_statement_to_the_server():
    level = builders.sku().levels.get()
    for number, key in ((1, "a"), (70_000, "b"), (2, "c"), (1, "d"), (5, "e")):
        rows.insert([Movement(level=level, kind="take", on_hand=number, key=key)])

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE position('mall_movement' in statement) = 14")
        assert cursor.fetchone() == (1,)
