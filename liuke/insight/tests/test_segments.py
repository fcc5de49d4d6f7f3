"""The segment that prices go by is the one that the grid shows."""

from itertools import product

import pytest
from django.db import connection

from liuke.insight.queries.segments import AUDIENCE
from liuke.insight.rules.tiers import LEVELS, segment

pytestmark = pytest.mark.django_db


def test_the_statement_agrees_with_the_rule_for_every_level():
    levels = list(product(range(1, LEVELS + 1), repeat=3))
    rows = ", ".join(str((at, *each)) for at, each in enumerate(levels))
    scores = f"WITH insight_customerscore (customer_id, recency, frequency, money) AS (VALUES {rows})"

    with connection.cursor() as cursor:
        found = []
        for at in range(len(levels)):
            cursor.execute(scores + AUDIENCE, {"customer": at})
            found.append(cursor.fetchone())

    assert found == [("segment", str(segment(*each))) for each in levels]
