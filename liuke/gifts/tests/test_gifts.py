"""A gift is promised, claimed once, sent like every order, and comes back while it has not left."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.gifts import queries
from liuke.gifts.models import Gift
from liuke.gifts.rules import BadGift
from liuke.gifts.services import claiming, giving, kinds
from liuke.gifts.tests.builders import DAY, NOW, claim, free, give, kind, mine, person
from liuke.insight.rules.bought import NOT_SOLD
from liuke.kit.errors import NotYours
from liuke.ledger.queries import balance
from liuke.loyalty.models import Award
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.reversing import take_back_for_refund
from liuke.loyalty.tests.builders import budget, fact, order, paid, refund, rule
from liuke.mall.models import Order
from liuke.mall.queries.board import orders_seen
from liuke.mall.queries.orders import bought, has_ordered
from liuke.mall.queries.shopper import orders_page
from liuke.mall.services import fulfilment, orders, refunds
from liuke.mall.services.gifts import SOURCE, GiftOver
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.referral.queries.orders import lock_paid
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def ship(gift):
    """All of it leaves in one parcel."""
    packed = fulfilment.pack(order_id=gift.order_id, key=f"pack:{gift.pk}", now=NOW)
    fulfilment.ship(shipment_id=packed.pk, carrier="sf", tracking=f"SF{gift.pk:012}", now=NOW)


def kinds_of_facts(someone):
    return list(Fact.objects.filter(customer=someone).order_by("pk").values_list("kind", flat=True))


def test_a_gift_is_promised_when_given_and_sent_when_claimed():
    cup, ann = kind(stock=10, money=10_000), person()

    assert give(cup, ann) == [""]
    assert give(cup, ann) == [""]

    gift = mine(ann)
    assert (gift.state, gift.order.source, gift.order.state, free(cup)) == ("open", "gift", "placed", 9)
    assert (balance(cup.budget.address).free, queries.open_worth()) == (6_200, (1, 3_800))
    assert list(orders_seen(staff(role=Role.OWNER))) == []

    claimed = claim(gift)

    assert (claimed.state, claimed.order_id, orders_seen(staff(username="b", role=Role.OWNER)).get()) == (
        "claimed", gift.order_id, gift.order)
    assert [row.pk for row in orders_page(ann.pk).orders] == [gift.order_id]
    assert kinds_of_facts(ann) == ["GiftGiven", "GiftClaimed"]
    assert (queries.differing(), free(cup), claim(gift).order_id) == ([], 9, gift.order_id)


def test_a_gift_is_no_purchase_anywhere():
    cup, ann = kind(), person()
    rule("满额送", fact_kind="OrderReceived", benefit="growth", amount="100")
    give(cup, ann)
    claim(mine(ann))
    row = mine(ann).order
    Order.objects.filter(pk=row.pk).update(state="received", received_at=NOW)
    received = fact(ann, "OrderReceived", order_id=row.pk, total_fen=0)

    assert award(facts=[received], now=NOW) == 0
    assert (bought(ann.pk).orders, has_ordered(ann.pk), lock_paid(row.pk)) == (0, False, None)
    assert "OrderPaid" not in kinds_of_facts(ann)
    assert SOURCE in NOT_SOLD              # what figures, tastes and margins leave out


def test_the_first_purchase_is_the_first_that_cost_something():
    cup, ann = kind(), person()
    rule("首单", conditions={"first": {"is": True}}, benefit="growth", amount="7")
    give(cup, ann)
    free_one = order(ann, 0)
    fact(ann, order_id=free_one.pk, total_fen=0)

    assert award(facts=[paid(ann, 5_000, at=NOW + DAY)], now=NOW + DAY) == 1


def test_time_runs_out_and_everything_is_where_it_was():
    cup, ann = kind(stock=3, money=10_000, claim_days=2), person()
    give(cup, ann)
    late = mine(ann).claim_by

    assert late == NOW.replace(hour=16) + 2 * DAY                  # the local midnight after the second day
    assert orders.expire(now=late) == 1
    settle()

    assert (mine(ann).state, free(cup), balance(cup.budget.address).free) == ("expired", 3, 10_000)
    assert kinds_of_facts(ann) == ["GiftGiven", "OrderCancelled", "GiftEnded"]
    with pytest.raises(GiftOver):
        claim(mine(ann), now=late)
    assert queries.differing() == []


def test_a_minute_too_late_is_refused_before_the_clock_has_run():
    cup, ann = kind(claim_days=1), person()
    give(cup, ann)

    with pytest.raises(GiftOver):
        claim(mine(ann), now=mine(ann).claim_by)
    assert claim(mine(ann), now=mine(ann).claim_by - timedelta(seconds=1)).state == "claimed"


def test_a_refund_takes_it_back_until_it_has_left():
    cup = kind(stock=10, money=20_000)
    rule("满 100 送杯", benefit="gift", details={"gift": cup.pk}, amount="1")
    people = [person() for _ in range(3)]
    sold = [paid(each, 20_000) for each in people]
    award(facts=sold, now=NOW)
    assert (free(cup), balance(cup.budget.address).free) == (7, 20_000 - 3 * 3_800)
    for each in people[1:]:
        claim(mine(each))
    ship(mine(people[2]))

    for each in sold:
        back = refund(each, 20_000)
        take_back_for_refund(order_id=back.data["order_id"], fact_id=back.pk, now=NOW)

    assert [mine(each).state for each in people] == ["taken", "taken", "claimed"]
    assert [mine(each).order.state for each in people] == ["cancelled", "refunded", "shipped"]
    assert (free(cup), balance(cup.budget.address).free, queries.differing()) == (9, 16_200, [])
    assert set(Award.objects.values_list("state", "taken")) == {("undone", 1)}


def test_pending_until_the_goods_stay_and_open_from_then_on():
    cup, ann = kind(claim_days=3), person()
    give(cup, ann, pending=True)
    assert (mine(ann).state, free(cup), kinds_of_facts(ann)) == ("pending", 9, [])
    with pytest.raises(GiftOver):
        claim(mine(ann))
    assert list(queries.gifts_of(ann.pk)) == []

    assert giving.release(of=[mine(ann).of], now=NOW + 20 * DAY) == 1
    assert giving.release(of=[mine(ann).of], now=NOW + 30 * DAY) == 0

    assert mine(ann).claim_by == NOW.replace(hour=16) + 23 * DAY
    assert claim(mine(ann), now=NOW + 23 * DAY).state == "claimed"


@pytest.mark.parametrize(("change", "why"), [
    ({"stock": 2, "pieces": 3}, "gift_out_of_stock"), ({"money": 3_799}, "budget"), ({"count": 6}, "too_many"),
    ({"stopped": True}, "gift_stopped"),
], ids=["stock", "budget", "many", "stopped"])
def test_what_cannot_be_given_says_why_and_nothing_is_left_of_it(change, why):
    given = {name: change[name] for name in ("stock", "pieces", "money") if name in change}
    cup, ann = kind(**given), person()
    if change.get("stopped"):
        kinds.stop_kind(kind_id=cup.pk, now=NOW)
    before = free(cup), balance(cup.budget.address).free

    assert give(cup, ann, count=change.get("count", 1)) == [why]

    assert (Gift.objects.count(), Order.objects.count()) == (0, 0)
    assert (free(cup), balance(cup.budget.address).free) == before


@pytest.mark.parametrize(("about", "wrong"), [
    ("name", {"name": " "}), ("pieces", {"pieces": 0}), ("cost_fen", {"cost_fen": 0}), ("cost_fen", {"cost_fen": -5}),
    ("claim_days", {"claim_days": 366}), ("sku_id", {"sku_id": 999_999}), ("shop_id", {"shop_id": 999_999}),
    ("budget_id", {"budget_id": 999_999}),
], ids=["name", "pieces", "free", "negative", "days", "sku", "shop", "budget"])
def test_a_kind_that_does_not_hold_together_is_refused_where_it_is_written(about, wrong):
    with pytest.raises(BadGift) as refused:
        kind(**wrong)
    assert (refused.value.about, refused.value.code) == (about, "gift_kind")


def test_a_budget_of_points_or_of_a_person_pays_for_no_gift():
    with pytest.raises(BadGift, match="budget_id"):
        kind(budget_id=budget(100).pk)
    with pytest.raises(kinds.KindNameTaken):
        kind(name=kind().name)


def test_over_http_a_customer_claims_once_and_sees_only_their_own(client):
    cup, ann, ben = kind(), person(), person()
    give(cup, ann, ben, now=timezone.now())
    token = tokens.issue_token(customer_id=ann.pk, now=timezone.now())
    bearer = {"authorization": f"Bearer {token}"}
    (shown,) = client.get("/api/v1/gifts/?open_only=true", headers=bearer).json()
    assert (shown["state"], shown["pieces"], shown["order"]) == ("open", 1, "")

    def post(gift, what, **body):
        return client.post(f"/api/v1/gifts/{gift.pk}/{what}", json.dumps(body), "application/json", headers=bearer)

    assert post(mine(ben), "claim", address_id=ann.addresses.get().pk).status_code == 404
    assert post(mine(ann), "claim", address_id=ben.addresses.get().pk).status_code == 404
    assert post(mine(ann), "claim", address_id="x").json()["code"] == "bad_input"
    first, again = (post(mine(ann), "claim", address_id=ann.addresses.get().pk) for _ in range(2))
    assert (first.status_code, first.json(), first.json()["order"]) == (200, again.json(), mine(ann).order.number)
    assert post(mine(ann), "decline").json()["code"] == "gift_left"
    assert client.get(f"/api/v1/shop/orders/{mine(ann).order.number}", headers=bearer).json()["total_fen"] == 0
    assert client.get("/api/v1/gifts/").status_code == 401


def test_declined_it_is_free_for_others_and_withdrawn_again_is_nothing():
    cup, ann, ben = kind(stock=2), person(), person()
    give(cup, ann, ben)

    claiming.decline(gift_id=mine(ann).pk, customer_id=ann.pk, now=NOW)
    for _ in range(2):
        claiming.withdraw(gift_id=mine(ben).pk, now=NOW)

    assert ([mine(each).state for each in (ann, ben)], free(cup), queries.differing()) == (["expired", "taken"], 2, [])
    with pytest.raises(NotYours):
        claiming.decline(gift_id=mine(ben).pk, customer_id=ann.pk, now=NOW)


def test_cancelled_on_the_order_s_own_page_the_gift_is_over_too():
    cup, ann = kind(stock=2, money=3_800), person()
    give(cup, ann)
    claim(mine(ann))

    refunds.refund_rest(order_id=mine(ann).order_id, key="page", reason="取消", now=NOW)
    settle()

    assert (mine(ann).state, free(cup), balance(cup.budget.address).free) == ("taken", 2, 3_800)
    assert kinds_of_facts(ann)[-2:] == ["OrderCancelled", "GiftEnded"]


def test_staff_see_how_many_are_open_take_one_back_and_write_a_kind(inside):
    cup, ann = kind(), person()
    give(cup, ann)
    client = inside(Role.OPERATOR)

    page = client.get("/console/gifts/?view=open").content.decode()
    assert "1 份待领取" in page
    assert "¥38.00" in page
    assert client.post(f"/console/gifts/{mine(ann).pk}/withdraw/").status_code == 302
    assert mine(ann).state == "taken"
    new = {"name": "生日围兜", "sku_id": cup.sku_id, "pieces": "2", "shop_id": cup.shop_id, "claim_days": "7",
           "cost": "12.5", "budget_id": cup.budget_id}
    assert client.post("/console/gifts/kinds/new/", {**new, "cost": "0"}).status_code == 422
    assert client.post("/console/gifts/kinds/new/", new).status_code == 302
    assert "生日围兜" in client.get("/console/gifts/kinds/").content.decode()
    assert queries.kinds_list().first().cost_fen == 1_250
