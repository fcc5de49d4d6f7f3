"""Any course of gifts agrees with a plain dictionary: states, stock and money."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from liuke.gifts import queries
from liuke.gifts.models import Gift
from liuke.gifts.services import claiming, giving
from liuke.gifts.services.claiming import GiftLeft
from liuke.gifts.tests.builders import DAY, NOW, claim, free, give, kind, person
from liuke.ledger.queries import balance
from liuke.mall.services import fulfilment, orders
from liuke.mall.services.gifts import GiftOver
from liuke.timeline.testing import settle_facts

STOCK, MONEY, COST, DAYS = 6, 30_000, 3_800, 5
WHO = st.integers(0, 3)
STEPS = st.lists(st.one_of(
    st.tuples(st.just("give"), WHO, st.booleans()), st.tuples(st.just("claim"), WHO, st.none()),
    st.tuples(st.just("release"), WHO, st.none()), st.tuples(st.just("decline"), WHO, st.none()),
    st.tuples(st.just("take_back"), WHO, st.none()), st.tuples(st.just("ship"), WHO, st.none()),
    st.tuples(st.just("wait"), st.just(0), st.integers(1, 7)),
), max_size=14)


class Oracle:
    """What should be: of each person the gift's state, and the day until which it can be claimed."""

    def __init__(self) -> None:
        self.day, self.state, self.until, self.shipped = 0, {}, {}, set()

    def left(self):
        held = sum(state in ("pending", "open", "claimed") for state in self.state.values())
        return STOCK - held, MONEY - held * COST

    def give(self, who, pending):
        pieces, money = self.left()
        if who in self.state:
            return ""
        if pieces < 1 or money < COST:
            return "gift_out_of_stock" if pieces < 1 else "budget"
        self.state[who], self.until[who] = "pending" if pending else "open", self.day + DAYS
        return ""

    def wait(self, days):
        self.day += days
        for who, state in self.state.items():
            if state == "open" and self.day > self.until[who]:
                self.state[who] = "expired"


class TestGifts(TestCase):
    @given(steps=STEPS)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def test_agrees_with_a_dictionary(self, steps):
        cup, people, world = kind(stock=STOCK, money=MONEY, claim_days=DAYS), [person() for _ in range(4)], Oracle()
        for what, who, more in steps:
            getattr(self, f"_{what}")(cup, people, world, who, more)
            found = {at: Gift.objects.filter(customer=one).values_list("state", flat=True).first()
                     for at, one in enumerate(people)}
            assert {at: state for at, state in found.items() if state} == world.state
            assert (free(cup), balance(cup.budget.address).free) == world.left()
        assert queries.differing() == []

    def _now(self, world):
        return NOW + world.day * DAY

    def _give(self, cup, people, world, who, pending):
        assert give(cup, people[who], now=self._now(world), pending=pending) == [world.give(who, pending)]

    def _gift(self, people, who):
        return Gift.objects.select_related("customer", "order").filter(customer=people[who]).first()

    def _claim(self, _cup, people, world, who, _more):
        if gift := self._gift(people, who):
            try:
                claim(gift, now=self._now(world))
            except GiftOver:
                assert world.state[who] in ("pending", "expired", "taken")
            else:
                assert world.state[who] in ("open", "claimed")
                world.state[who] = "claimed"

    def _release(self, _cup, people, world, who, _more):
        if gift := self._gift(people, who):
            giving.release(of=[gift.of], now=self._now(world))
            if world.state[who] == "pending":
                world.state[who], world.until[who] = "open", world.day + DAYS

    def _decline(self, _cup, people, world, who, _more):
        if gift := self._gift(people, who):
            try:
                claiming.decline(gift_id=gift.pk, customer_id=gift.customer_id, now=self._now(world))
            except GiftLeft:
                assert world.state[who] == "claimed"
            if world.state[who] == "open":
                world.state[who] = "expired"

    def _take_back(self, _cup, people, world, who, _more):
        if gift := self._gift(people, who):
            goes = world.state[who] in ("pending", "open", "claimed") and who not in world.shipped
            assert giving.take_back(of=gift.of, given=1, left=0, now=self._now(world)) == goes
            if goes:
                world.state[who] = "taken"

    def _ship(self, _cup, people, world, who, _more):
        if world.state.get(who) == "claimed" and who not in world.shipped:
            gift = self._gift(people, who)
            packed = fulfilment.pack(order_id=gift.order_id, key=f"p{gift.pk}", now=self._now(world))
            fulfilment.ship(shipment_id=packed.pk, carrier="sf", tracking=f"SF{gift.pk:012}", now=self._now(world))
            world.shipped.add(who)

    def _wait(self, _cup, _people, world, _who, days):
        world.wait(days)
        orders.expire(now=self._now(world))
        settle_facts()
