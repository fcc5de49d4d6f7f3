"""The server takes 65,535 values in a statement; longer lists go in several."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from liuke.mall.models import TrackingEvent

AT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.django_db
def test_more_rows_than_one_statement_holds_are_written_and_found():
    rows = [TrackingEvent(carrier="SF", tracking=f"SF{at}", happened_at=AT, state="picked_up") for at in range(14_000)]

    TrackingEvent.objects.bulk_create(rows)

    assert TrackingEvent.objects.count() == 14_000
    assert len(TrackingEvent.objects.in_bulk([*range(70_000), *(row.pk for row in rows)])) == 14_000


def test_the_limit_counts_values_not_rows():
    assert connection.ops.bulk_batch_size(["a"] * 10, [None] * 100) == 100
    assert connection.ops.bulk_batch_size(["a"] * 10, [None] * 10_000) == 6_553
    assert connection.ops.bulk_batch_size([], [None] * 100_000) == 100_000
