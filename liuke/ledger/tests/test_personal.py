"""A person's export holds every posting on their accounts, however many pages that takes."""

import pytest
from django.db import transaction

from liuke.ledger import personal, queries
from liuke.ledger.tests.builders import give, open_points, spend


@pytest.mark.django_db
def test_every_posting_is_handed_out_with_the_balance_after_it(monkeypatch):
    monkeypatch.setattr(personal, "statement", lambda address, **more: queries.statement(address, limit=2, **more))
    with transaction.atomic():
        _house, mine, other = open_points(7, 8)
        for number in range(1, 6):
            give(mine, number, f"give{number}")
        spend(mine, 4, "spend")
        give(other, 9, "other")

    accounts, statement = personal.sheets([7])

    assert list(accounts.rows) == [(mine, "points", 11, 0)]
    assert [(row[3], row[4], row[5]) for row in statement.rows] == [
        (-4, 11, "spend"), (5, 15, "give5"), (4, 10, "give4"), (3, 6, "give3"), (2, 3, "give2"), (1, 1, "give1")]
