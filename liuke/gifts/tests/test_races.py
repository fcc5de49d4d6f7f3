"""Many claim at once, the last ones are given at once, the clock and the customer meet: everything happens once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from liuke.gifts import queries
from liuke.gifts.models import Gift
from liuke.gifts.services import claiming, giving
from liuke.gifts.tests.builders import NOW, claim, free, give, kind, mine, person
from liuke.ledger.queries import balance
from liuke.mall.models import Order
from liuke.mall.services import orders
from liuke.mall.services.gifts import GiftOver
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def together(*calls):
    """Each call in a thread and transaction of its own; what they answer, or the refusal."""

    def run(call):
        try:
            with transaction.atomic():
                return call()
        except GiftOver as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(run, calls))


def test_a_gift_that_is_claimed_sixteen_times_is_one_order():
    with transaction.atomic():
        cup, ann = kind(), person()
        give(cup, ann)
    gift = Gift.objects.select_related("customer").get()

    answers = together(*[lambda: claim(gift).order_id] * 16)

    assert set(answers) == {gift.order_id}
    assert (Order.objects.count(), Order.objects.get().state, free(cup)) == (1, "paid", 9)
    assert Fact.objects.filter(kind="GiftClaimed").count() == 1


def test_forty_awards_of_the_last_seven_give_seven():
    with transaction.atomic():
        cup, people = kind(stock=7, money=1_000_000), [person() for _ in range(40)]

    answers = together(*[lambda each=each: give(cup, each)[0] for each in people])

    assert sorted(answers) == [""] * 7 + ["gift_out_of_stock"] * 33
    assert (Gift.objects.count(), Order.objects.count(), free(cup), queries.differing()) == (7, 7, 0, [])


@pytest.mark.parametrize("other", ["clock", "staff", "refund"])
def test_claimed_at_the_moment_it_ends_it_is_one_or_the_other(other):
    with transaction.atomic():
        cup, people = kind(stock=20, money=1_000_000), [person() for _ in range(8)]
        give(cup, *people)
    gifts = {each.customer_id: each for each in Gift.objects.select_related("customer")}
    at_the_end = next(iter(gifts.values())).claim_by
    end = {
        "clock": lambda _gift: orders.expire(now=at_the_end),
        "staff": lambda gift: claiming.withdraw(gift_id=gift.pk, now=NOW).state,
        "refund": lambda gift: giving.take_back(of=gift.of, given=1, left=0, now=NOW),
    }[other]

    calls = [call for gift in gifts.values()
             for call in (lambda gift=gift: claim(gift), lambda gift=gift: end(gift))]
    together(*calls)
    settle()

    states = [mine(each).state for each in people]
    assert set(states) <= ({"claimed", "expired"} if other == "clock" else {"taken"})
    kept = states.count("claimed")
    assert (free(cup), balance(cup.budget.address).free) == (20 - kept, 1_000_000 - 3_800 * kept)
    assert queries.differing() == []
