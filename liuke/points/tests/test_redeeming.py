import pytest

from liuke.ledger import queries as ledger
from liuke.points import queries
from liuke.points.models import Lot, Redemption
from liuke.points.rules import GIVE_BACK_GRACE, RELEASE_GRACE, State
from liuke.points.services import (
    BadPoints,
    NotEnoughPoints,
    NotReserved,
    RedemptionDiffers,
    TakeBack,
    TooMuchBack,
    give_back,
    release,
    reserve,
    spend,
    take_back,
    use,
)
from liuke.points.tests.builders import DAY, NOW, given, rests, rich

pytestmark = pytest.mark.django_db


def test_what_expires_first_is_taken_first_and_remembered():
    ann = rich(100, 50, 30)

    taken = reserve(customer_id=ann.pk, amount=120, key="p1", now=NOW)

    lots = list(Lot.objects.filter(customer=ann).order_by("expires_at").values_list("pk", flat=True))
    assert (taken.lots, taken.parts, taken.state) == ((lots[0], lots[1]), (100, 20), State.RESERVED)
    assert rests(ann) == [30, 30]
    assert queries.balance(ann.pk, now=NOW) == queries.Balance(60, 120, 0, 30, NOW + 20 * DAY)


def test_lots_without_an_end_are_taken_last_and_equal_ends_in_the_order_they_came():
    ann = rich()
    given(ann, 5, "never")
    given(ann, 5, "b", days=3)
    given(ann, 5, "a", days=3)

    reserve(customer_id=ann.pk, amount=12, key="p1", now=NOW)

    assert [lot.key for lot in queries.lots_of(ann.pk) if hasattr(lot, "open")] == ["never"]
    assert rests(ann) == [3]


def test_asking_again_is_once_and_another_amount_is_refused():
    ann = rich(100)
    first = reserve(customer_id=ann.pk, amount=40, key="p1", now=NOW)

    assert reserve(customer_id=ann.pk, amount=40, key="p1", now=NOW + DAY) == first
    with pytest.raises(RedemptionDiffers):
        reserve(customer_id=ann.pk, amount=41, key="p1", now=NOW)
    with pytest.raises(RedemptionDiffers):
        spend(customer_id=ann.pk, amount=40, key="p1", now=NOW)
    assert rests(ann) == [60]


def test_more_than_there_is_is_refused_and_nothing_is_written():
    ann = rich(100)
    reserve(customer_id=ann.pk, amount=60, key="p1", now=NOW)

    with pytest.raises(NotEnoughPoints):
        reserve(customer_id=ann.pk, amount=41, key="p2", now=NOW)

    assert rests(ann) == [40]
    assert Redemption.objects.count() == 1


def test_points_whose_time_is_up_cannot_be_spent_even_before_the_clock_took_them():
    ann = rich(100, 50)

    with pytest.raises(NotEnoughPoints):
        reserve(customer_id=ann.pk, amount=51, key="p1", now=NOW + 10 * DAY)
    reserve(customer_id=ann.pk, amount=50, key="p2", now=NOW + 10 * DAY)

    assert ledger.balance(f"points:customer:{ann.pk}").free == 0
    assert ledger.balance("points_expired:house").posted == 100


@pytest.mark.parametrize("amount", [0, -1, 10**9 + 1, 1.5])
def test_an_amount_that_is_none_is_refused(amount):
    ann = rich(100)

    with pytest.raises(BadPoints):
        reserve(customer_id=ann.pk, amount=amount, key="p1", now=NOW)


def test_used_points_are_the_houses_and_using_again_is_once():
    ann = rich(100)
    reserve(customer_id=ann.pk, amount=40, key="p1", now=NOW)

    used = use(key="p1", now=NOW)

    assert (used.state, use(key="p1", now=NOW + DAY)) == (State.USED, used)
    assert release(key="p1", now=NOW).state == State.USED
    assert ledger.balance("points_spent:house").posted == 40
    assert queries.balance(ann.pk, now=NOW) == queries.Balance(60, 0, 0, 60, NOW + 10 * DAY)


def test_a_purchase_without_points_is_nothing_to_use_release_or_give_back():
    assert use(key="p1", now=NOW) is None
    assert release(key="p1", now=NOW) is None
    assert give_back(key="p1", part=1, part_key="r1", now=NOW) is None


def test_released_points_go_back_to_their_lots_with_their_expiry():
    ann = rich(100, 50)
    reserve(customer_id=ann.pk, amount=120, key="p1", now=NOW)

    release(key="p1", now=NOW)
    release(key="p1", now=NOW)

    assert rests(ann) == [100, 50]
    assert queries.balance(ann.pk, now=NOW) == queries.Balance(150, 0, 0, 100, NOW + 10 * DAY)


def test_what_expired_while_reserved_lives_a_day_longer():
    ann = rich(100, 50)
    reserve(customer_id=ann.pk, amount=120, key="p1", now=NOW)

    release(key="p1", now=NOW + 11 * DAY)

    open_lots = queries.open_lots_of(ann.pk, now=NOW + 11 * DAY)
    assert [(each.rest, each.expires_at) for each in open_lots] == [
        (100, NOW + 11 * DAY + RELEASE_GRACE), (50, NOW + 20 * DAY)]


def test_a_released_purchase_can_be_reserved_again_and_then_used():
    ann = rich(100)
    reserve(customer_id=ann.pk, amount=40, key="p1", now=NOW)
    release(key="p1", now=NOW)

    with pytest.raises(NotReserved):
        use(key="p1", now=NOW)
    again = reserve(customer_id=ann.pk, amount=40, key="p1", now=NOW)

    assert (again.tries, again.state, rests(ann)) == (2, State.RESERVED, [60])
    assert use(key="p1", now=NOW).state == State.USED
    assert queries.balance(ann.pk, now=NOW).available == 60


def test_parts_given_back_go_to_what_was_taken_last_and_sum_to_all():
    ann = rich(100, 200)
    given(ann, 1_000, "never")
    reserve(customer_id=ann.pk, amount=320, key="p1", now=NOW)
    use(key="p1", now=NOW)

    give_back(key="p1", part=50, part_key="r1", now=NOW)
    give_back(key="p1", part=50, part_key="r1", now=NOW)
    assert [(each.rest, each.expires_at) for each in queries.open_lots_of(ann.pk, now=NOW)] == [
        (30, NOW + GIVE_BACK_GRACE), (1_000, None)]
    give_back(key="p1", part=270, part_key="r2", now=NOW)

    open_lots = queries.open_lots_of(ann.pk, now=NOW)
    assert [(each.rest, each.expires_at) for each in open_lots] == [
        (30, NOW + GIVE_BACK_GRACE), (100, NOW + GIVE_BACK_GRACE), (170, NOW + GIVE_BACK_GRACE), (1_000, None)]
    with pytest.raises(TooMuchBack):
        give_back(key="p1", part=1, part_key="r3", now=NOW)
    with pytest.raises(RedemptionDiffers):
        give_back(key="p1", part=51, part_key="r1", now=NOW)


def test_what_comes_back_to_a_customer_in_debt_pays_the_debt_first():
    ann = rich(100)
    spend(customer_id=ann.pk, amount=80, key="p1", now=NOW)
    take_back(back=TakeBack(of=f"lot1:{ann.pk}", amount=70, key="refund:1"), now=NOW)
    assert (queries.balance(ann.pk, now=NOW).available, rests(ann)) == (-50, [])

    give_back(key="p1", part=60, part_key="r1", now=NOW)

    assert (queries.balance(ann.pk, now=NOW).available, rests(ann)) == (10, [10])
