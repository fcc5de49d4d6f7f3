"""Balances follow merged customers, also later, and go back when the merge is undone."""

import pytest

from liuke.customers.models import Customer
from liuke.ledger import queries
from liuke.ledger import services as ledger
from liuke.ledger.models import Posting
from liuke.ledger.services import Move
from liuke.ledger.services.verifying import verify
from liuke.ledger.tests.builders import NOW, give, points, spend
from liuke.timeline import facts
from liuke.timeline.services import record
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [Customer.objects.create(number=f"M{number}", joined_at=NOW) for number in (1, 2)]


@pytest.fixture
def kept(people):
    ledger.open_account(ledger.NewAccount(purpose="points", unit="points", rolled=True))
    return ledger.open_account(points(people[0].pk, floor=None)).address


@pytest.fixture
def merged(people, kept):
    return ledger.open_account(points(people[1].pk, floor=None)).address


def tell(kind, people, number=1):
    record(kind(merge_id=number, merged_customer_id=people[1].pk), customer_id=people[0].pk,
           key=f"{kind.__name__}:{number}", happened_at=NOW)


def merge(people, number=1):
    tell(facts.CustomersMerged, people, number)
    settle()


def unmerge(people, number=1):
    tell(facts.CustomersUnmerged, people, number)
    settle()


def stand(*addresses):
    return [queries.balance(address).posted for address in addresses]


def test_what_is_free_goes_over_and_comes_back(people, kept, merged):
    give(kept, 5, "k")
    give(merged, 30, "m")

    merge(people)
    assert stand(kept, merged) == [35, 0]
    unmerge(people)

    assert stand(kept, merged) == [5, 30]
    assert verify(now=NOW).ok


def test_an_account_that_the_other_lacks_is_opened_for_them(people, merged):
    growth = ledger.open_account(points(people[1].pk, purpose="growth", unit="growth", floor=None)).address
    ledger.open_account(ledger.NewAccount(purpose="growth", unit="growth", rolled=True))
    ledger.post(key="g", moves=[Move("growth:house", growth, 7)], now=NOW)

    merge(people)

    assert stand(f"growth:customer:{people[0].pk}", growth) == [7, 0]


def test_a_debt_goes_over_too(people, kept, merged):
    give(kept, 5, "k")
    spend(merged, 30, "m")

    merge(people)

    assert stand(kept, merged) == [-25, 0]


def test_what_happens_to_the_old_account_later_follows(people, kept, merged):
    give(merged, 30, "m")
    ledger.hold(key="in", moves=[Move("points:house", merged, 8)], now=NOW)
    ledger.hold(key="out", moves=[Move(merged, "points:house", 10)], now=NOW)
    merge(people)
    assert stand(kept, merged) == [20, 10]

    ledger.void(key="v", of="out", now=NOW)
    ledger.confirm(key="c", of="in", now=NOW)
    assert stand(kept, merged) == [38, 0]
    ledger.reverse(of="m", now=NOW)
    assert stand(kept, merged) == [8, 0]
    unmerge(people)

    assert stand(kept, merged) == [0, 8]
    assert verify(now=NOW).ok


def test_a_debt_waits_where_the_other_account_may_not_go_negative(people, kept, merged):
    ledger.set_floor(address=kept, floor=0)
    give(kept, 5, "k")
    spend(merged, 30, "m")

    merge(people)
    assert stand(kept, merged) == [0, -25]
    give(merged, 40, "m2")

    assert stand(kept, merged) == [15, 0]


def test_only_what_is_still_there_goes_back_when_the_account_may_not_go_negative(people, kept, merged):
    ledger.set_floor(address=kept, floor=0)
    give(merged, 30, "m")
    merge(people)
    spend(kept, 12, "s")

    unmerge(people)

    assert stand(kept, merged) == [0, 18]


def test_told_again_nothing_moves(people, kept, merged):
    give(merged, 30, "m")
    merge(people)
    merge(people)
    unmerge(people)
    unmerge(people)

    assert Posting.objects.count() == 3


def test_merged_again_after_an_undo(people, kept, merged):
    give(merged, 30, "m")
    merge(people)
    unmerge(people)

    merge(people, number=2)
    assert stand(kept, merged) == [30, 0]
    unmerge(people, number=2)

    assert stand(kept, merged) == [0, 30]


def test_a_merge_that_was_undone_before_we_looked_moves_nothing(people, kept, merged):
    give(merged, 30, "m")
    tell(facts.CustomersMerged, people)
    tell(facts.CustomersUnmerged, people)

    settle()

    assert stand(kept, merged) == [0, 30]
