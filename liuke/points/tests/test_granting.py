import pytest

from liuke.ledger import queries as ledger
from liuke.ledger import services as posts
from liuke.points import queries
from liuke.points.models import Change, Lot
from liuke.points.services import (
    BadPoints,
    Grant,
    NotEnoughPoints,
    TakeBack,
    Unpend,
    expire,
    grant,
    make_available,
    reserve,
    spend,
    take_back,
)
from liuke.points.tests.builders import DAY, NOW, customer, given, rests, rich

pytestmark = pytest.mark.django_db


def budget(amount):
    with_floor = posts.NewAccount(purpose="reward", unit="points", owner_kind="budget", owner_id=1, floor=0)
    posts.open_account(with_floor)
    posts.open_account(posts.NewAccount(purpose="points", unit="points", debit_normal=True, rolled=True))
    posts.post(key="fund", moves=[posts.Move("points:house", with_floor.address, amount)], now=NOW)
    return with_floor.address


def test_the_same_grant_again_gives_nothing_and_another_amount_is_refused():
    ann = rich()
    given(ann, 30, "award:1", days=5)

    given(ann, 30, "award:1", days=5)
    (refusal,) = grant(grants=[Grant(customer_id=ann.pk, amount=31, key="award:1")], now=NOW)

    assert refusal.code == "ledger_key_taken"
    assert (rests(ann), queries.balance(ann.pk, now=NOW).available) == ([30], 30)


def test_a_budget_gives_as_far_as_it_reaches_and_refuses_the_rest_one_by_one():
    people, source = [customer() for _ in range(3)], budget(50)

    refusals = grant(now=NOW, grants=[
        Grant(customer_id=each.pk, amount=amount, key=f"award:{each.pk}", source=source)
        for each, amount in zip(people, [30, 30, 20], strict=True)])

    assert [each and each.code for each in refusals] == [None, "ledger_overdrawn", None]
    assert [queries.balance(each.pk, now=NOW).available for each in people] == [30, 0, 20]
    assert Lot.objects.count() == 2


def test_pending_points_are_shown_and_cannot_be_spent():
    ann = rich()
    given(ann, 30, "award:1", pending=True)

    assert queries.balance(ann.pk, now=NOW) == queries.Balance(0, 0, 30, 0, None)
    with pytest.raises(NotEnoughPoints):
        reserve(customer_id=ann.pk, amount=1, key="p1", now=NOW)


def test_made_available_they_can_be_and_again_is_nothing():
    ann = rich()
    given(ann, 30, "award:1", pending=True)

    ready = [Unpend(key="award:1", expires_at=NOW + 9 * DAY), Unpend(key="unknown")]
    assert make_available(ready=ready, now=NOW) == 1
    assert make_available(ready=ready, now=NOW) == 0

    assert queries.balance(ann.pk, now=NOW) == queries.Balance(30, 0, 0, 30, NOW + 9 * DAY)


def test_of_pending_points_that_are_taken_back_only_the_rest_becomes_available():
    ann, source = rich(), budget(100)
    given(ann, 30, "award:1", pending=True, source=source)

    assert take_back(back=TakeBack(of="award:1", amount=10, key="refund:1"), now=NOW)
    assert not take_back(back=TakeBack(of="award:1", amount=10, key="refund:1"), now=NOW)
    assert make_available(ready=[Unpend(key="award:1")], now=NOW) == 1

    assert queries.balance(ann.pk, now=NOW).available == 20
    assert ledger.balance(source) == ledger.Balance(80, 0)


def test_pending_points_taken_back_whole_never_become_available():
    ann = rich()
    given(ann, 30, "award:1", pending=True)
    take_back(back=TakeBack(of="award:1", amount=30, key="refund:1"), now=NOW)

    assert make_available(ready=[Unpend(key="award:1")], now=NOW) == 0
    assert queries.balance(ann.pk, now=NOW) == queries.Balance(0, 0, 0, 0, None)


def test_what_is_taken_back_leaves_its_own_lot_first_then_the_first_out():
    ann = rich(100, 50, 30)
    spend(customer_id=ann.pk, amount=110, key="p1", now=NOW)      # lots hold 0, 40, 30

    take_back(back=TakeBack(of=f"lot3:{ann.pk}", amount=30, key="refund:1"), now=NOW)
    assert rests(ann) == [40]
    take_back(back=TakeBack(of=f"lot1:{ann.pk}", amount=25, key="refund:2"), now=NOW)

    assert rests(ann) == [15]


def test_what_was_spent_already_is_a_debt_that_the_next_points_pay():
    ann = rich(100)
    spend(customer_id=ann.pk, amount=100, key="p1", now=NOW)

    take_back(back=TakeBack(of=f"lot1:{ann.pk}", amount=100, key="refund:1"), now=NOW)
    assert queries.balance(ann.pk, now=NOW).available == -100
    given(ann, 60, "next", days=5)
    assert (queries.balance(ann.pk, now=NOW).available, rests(ann)) == (-40, [])
    given(ann, 60, "after", days=5)

    assert (queries.balance(ann.pk, now=NOW).available, rests(ann)) == (20, [20])
    assert list(Change.objects.filter(kind="debt").order_by("pk").values_list("amount", flat=True)) == [60, 40]


def test_several_grants_at_once_pay_one_debt_together():
    ann = rich(100)
    spend(customer_id=ann.pk, amount=100, key="p1", now=NOW)
    take_back(back=TakeBack(of=f"lot1:{ann.pk}", amount=100, key="refund:1"), now=NOW)

    grant(now=NOW, grants=[Grant(customer_id=ann.pk, amount=60, key="b", expires_at=NOW + 9 * DAY),
                           Grant(customer_id=ann.pk, amount=70, key="a", expires_at=NOW + 5 * DAY)])

    assert (rests(ann), queries.balance(ann.pk, now=NOW).available) == ([30], 30)


def test_more_than_was_given_cannot_be_taken_back():
    ann = rich(100)
    take_back(back=TakeBack(of=f"lot1:{ann.pk}", amount=60, key="refund:1"), now=NOW)

    with pytest.raises(posts.NothingLeft):
        take_back(back=TakeBack(of=f"lot1:{ann.pk}", amount=41, key="refund:2"), now=NOW)
    with pytest.raises(BadPoints):
        take_back(back=TakeBack(of="nothing", amount=1, key="refund:3"), now=NOW)


def test_points_expire_once_for_all_customers_and_stay_counted():
    ann, ben = rich(100, 50), rich(30)

    assert expire(now=NOW + 10 * DAY) == 2
    assert expire(now=NOW + 10 * DAY) == 0

    assert (rests(ann), rests(ben)) == ([50], [])
    assert ledger.balances([f"points:customer:{each.pk}" for each in (ann, ben)]) == {
        f"points:customer:{ann.pk}": 50, f"points:customer:{ben.pk}": 0}
    assert ledger.balance("points_expired:house").posted == 130


def test_expiry_takes_a_batch_at_a_time():
    people = [rich(10) for _ in range(5)]

    taken = [expire(now=NOW + 10 * DAY, limit=2) for _ in range(4)]

    assert taken == [2, 2, 1, 0]
    assert [rests(each) for each in people] == [[]] * 5
