"""The pages of orders: found, seen as far as one may, shipped in parts or together, cancelled."""

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.kit import crypto
from liuke.mall.models import Order, OrderNote, Payment, Refund, Serial, Shipment, SupplierStaff
from liuke.mall.queries import board
from liuke.mall.rules.stages import Stage, stage_of
from liuke.mall.services import fulfilment
from liuke.mall.services.fulfilment import Parcel, Step
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW
from liuke.mall.tests.cashbox import opened
from liuke.mall.tests.test_fulfilment import paid, send
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    person = org.staff("lin", role=Role.OWNER)
    client.force_login(person)
    return person


def of_supplier(client, order):
    person = org.staff("shen", role=Role.SUPPLIER)
    SupplierStaff.objects.create(supplier=order.supplier, staff=person)
    client.force_login(person)
    return person


def page(client, name="mall:orders", *args, **asked):
    response = client.get(reverse(name, args=args), asked)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def named(name, **fields):
    return builders.customer(name_enc=crypto.encrypt(name), **fields)


def test_the_list_opens_with_what_waits_to_be_sent(client, owner):
    waiting, gone = paid(by=named("王小满")), paid(key="k2")
    send(gone)

    text = page(client)

    assert waiting.number in text
    assert "王小满" in text
    assert gone.number not in text
    assert gone.number in page(client, stage="shipped")
    assert gone.number in page(client, stage="all")


def test_the_stages_of_the_database_are_those_of_the_rule():
    orders = [paid(key=f"k{at}") for at in range(5)]
    Order.objects.filter(pk=orders[0].pk).update(state="placed")
    fulfilment.pack(order_id=orders[2].pk, key="p", now=NOW)
    for at in (3, 4):
        send(orders[at], f"SF{at}")
    fulfilment.track(carrier="SF", tracking="SF4", steps=[Step(NOW, "in_transit")], now=NOW)

    for stage, condition in board.STAGES.items():
        fits = [order.pk for order in Order.objects.all()
                if stage_of(order.state, list(order.shipments.values_list("state", flat=True))) == stage]
        assert sorted(Order.objects.filter(condition).values_list("pk", flat=True)) == sorted(fits), stage
    counts = board.counts(Order.objects.all(), now=NOW)
    assert [counts[stage] for stage in (Stage.PLACED, Stage.TO_PICK, Stage.PACKED, Stage.SHIPPED, Stage.IN_TRANSIT)] \
        == [1, 1, 1, 1, 1]


def test_an_order_is_found_by_whatever_the_caller_reads_out(client, owner):
    from liuke.customers.services import identities

    buyer = builders.customer()
    identities.add_identity(customer_id=buyer.pk, kind="phone", value="13900005678", now=NOW)
    order, other = paid(by=buyer), paid(key="k2")
    parcel = send(order, "SF778899")
    for text in (order.number, order.group.number, "sf778899", parcel.number, order.lines.get().sku, "13900005678",
                 "5678", buyer.number):
        found = page(client, q=text)
        assert order.number in found, text
        assert other.number not in found, text
    assert "没有找到这样的订单" in page(client, q="nothing-like-it")


def test_filters_narrow_by_party_day_and_lateness(client, owner):
    order, other = paid(), paid(key="k2")
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now(), placed_at=timezone.now())

    assert other.number not in page(client, supplier=order.supplier_id)
    assert order.number not in page(client, late="1")
    assert other.number in page(client, late="1")
    assert order.number not in page(client, until="2026-11-02")
    for broken in ({"supplier": "x"}, {"since": "2026-99-99"}, {"stage": "dance"}, {"after": "~"}, {"shop": "9" * 30}):
        page(client, **broken)


def test_the_list_and_the_page_cost_a_fixed_number_of_statements(client, owner, django_assert_max_num_queries):
    orders = [paid(key=f"k{at}") for at in range(12)]
    send(orders[0])
    client.get(reverse("mall:orders"))

    with django_assert_max_num_queries(16):
        client.get(reverse("mall:orders"))
    with django_assert_max_num_queries(12):
        client.get(reverse("mall:orders_columns"))
    with django_assert_max_num_queries(25):
        client.get(reverse("mall:order", args=[orders[0].number]))


def test_the_board_has_the_oldest_order_on_top_and_says_how_many_more(client, owner):
    orders = [paid(key=f"k{at}") for at in range(10)]

    text = page(client, "mall:orders_board")

    assert orders[0].number in text
    assert orders[9].number not in text
    assert "看全部 10 单" in text


def test_the_page_says_every_fen_and_what_comes_next(client, owner):
    order = Order.objects.get(group=builders.purchase([(builders.sku(list_fen=1990), 2)], freight_fen=800,
                                                      discount_fen=199))

    text = page(client, "mall:order", order.number)

    for words in ("¥19.90", "-¥1.99", "¥37.81", "¥8.00", "¥45.81", "等待顾客付款"):
        assert words in text, words


def test_the_phone_is_masked_until_somebody_asks_and_that_is_noted(client, owner):
    order = paid()
    assert "13800138000" not in page(client, "mall:order", order.number)

    shown = client.post(reverse("mall:order_phone", args=[order.number]))

    assert "13800138000" in shown.content.decode()
    assert AuditEntry.objects.get().action == "mall.console.order.order_phone"


def test_parts_leave_and_the_rest_waits(client, owner):
    order = paid(quantity=3)
    line, address = order.lines.get(), reverse("mall:order_ship", args=[order.number])

    client.post(address, {"key": "a", "do": "ship", f"pieces-{line.pk}": "2", "carrier": "顺丰",
                          "tracking": "sf 1"})
    again = client.post(address, {"key": "a", "do": "ship", f"pieces-{line.pk}": "2", "carrier": "SF",
                                  "tracking": "SF1"})

    assert again.status_code == 302
    shipment = Shipment.objects.get()
    assert (shipment.carrier, shipment.tracking, shipment.lines.get().quantity) == ("SF", "SF1", 2)
    assert Order.objects.get().state == "paid"


@pytest.mark.parametrize("wrong", [
    {"pieces": "9", "tracking": "SF1"}, {"pieces": "x", "tracking": "SF1"}, {"pieces": "0", "tracking": "SF1"},
    {"pieces": "1", "tracking": ""}, {"pieces": "-1", "tracking": "SF1"},
], ids=["too-many", "no-number", "none", "no-tracking", "negative"])
def test_what_cannot_be_shipped_is_told_and_nothing_is_written(client, owner, wrong):
    order = paid(quantity=2)
    line = order.lines.get()

    answer = client.post(reverse("mall:order_ship", args=[order.number]), {
        "key": "a", "do": "ship", f"pieces-{line.pk}": wrong["pieces"], "carrier": "SF", "tracking": wrong["tracking"]})

    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.content.decode()
    assert Shipment.objects.count() == AuditEntry.objects.count() == 0


def test_numbered_goods_are_shipped_with_their_numbers(client, owner):
    order = paid(of=builders.sku(of=builders.product(serial_numbered=True)), quantity=2)
    line = order.lines.get()

    client.post(reverse("mall:order_ship", args=[order.number]), {
        "key": "a", "do": "ship", f"pieces-{line.pk}": "2", f"serials-{line.pk}": "A1，A2", "carrier": "SF",
        "tracking": "SF1"})

    assert set(Serial.objects.values_list("number", flat=True)) == {"A1", "A2"}


def test_a_packed_parcel_leaves_later_or_is_taken_apart(client, owner):
    order = paid(quantity=2)
    line = order.lines.get()
    for key in ("a", "b"):
        client.post(reverse("mall:order_ship", args=[order.number]),
                    {"key": key, "do": "pack", f"pieces-{line.pk}": "1"})
    first, second = Shipment.objects.order_by("pk")

    client.post(reverse("mall:parcel_ship", args=[order.number, first.number]), {"carrier": "SF", "tracking": "SF1"})
    client.post(reverse("mall:parcel_unpack", args=[order.number, second.number]))
    gone = client.post(reverse("mall:parcel_unpack", args=[order.number, first.number]), follow=True)

    assert [row.tracking for row in Shipment.objects.all()] == ["SF1"]
    assert "不能拆开" in gone.content.decode()


def test_a_foreign_tracking_number_is_told_on_the_page(client, owner):
    send(paid(), "SF1")
    order = paid(key="k2")

    answer = client.post(reverse("mall:order_ship", args=[order.number]), {
        "key": "a", "do": "ship", f"pieces-{order.lines.get().pk}": "1", "carrier": "SF", "tracking": "SF1"})

    assert "已用于另一个包裹" in answer.content.decode()
    assert order.shipments.count() == 0


def test_an_unpaid_purchase_is_called_off_and_a_paid_order_gives_the_money_back(client, owner, bank):
    unpaid = Order.objects.get(group=builders.purchase())
    client.post(reverse("mall:order_cancel", args=[unpaid.number]))
    assert Order.objects.get(pk=unpaid.pk).state == "cancelled"

    group = builders.purchase(now=timezone.now())
    payment = opened(group, provider="transfer", way="bank")
    order = group.orders.get()
    paid_page = reverse("mall:transfer", args=[payment.number])
    for wrong in ({"amount": "1"}, {"amount": "x"}, {"amount": "19.90", "day": "2099-01-01"}):
        said = client.post(paid_page, {"reference": "B1", "day": str(timezone.localdate()), **wrong})
        assert said.status_code in (409, 422), wrong
    client.post(paid_page, {"reference": "B2", "amount": "¥19.90", "day": str(timezone.localdate())})
    assert Payment.objects.get(pk=payment.pk).state == "paid"

    packed = fulfilment.pack(order_id=order.pk, key="p", now=timezone.now())
    said = client.post(reverse("mall:order_cancel", args=[order.number]), follow=True).content.decode()
    client.post(reverse("mall:order_cancel", args=[order.number]))

    assert f"包裹 {packed.number} 已拆开，请把不再寄的商品放回货架" in said
    assert not Shipment.objects.exists()
    assert Refund.objects.get().amount_fen == order.total_fen


def test_what_was_sent_is_not_cancelled_but_asked_back(client, owner):
    order = paid()
    send(order)

    answer = client.post(reverse("mall:order_cancel", args=[order.number]), follow=True)

    assert "请走售后" in answer.content.decode()
    assert Order.objects.get(pk=order.pk).state == "shipped"


def test_a_note_is_kept_and_can_be_taken_back_by_whoever_wrote_it(client, owner):
    order = paid()
    client.post(reverse("mall:note_add", args=[order.number]), {"text": "周末送"})
    client.post(reverse("mall:note_add", args=[order.number]), {"text": " "})
    note = OrderNote.objects.get()
    assert "周末送" in page(client, "mall:order", order.number)

    client.force_login(org.staff("kefu", role=Role.AGENT))
    assert client.post(reverse("mall:note_remove", args=[order.number, note.pk])).status_code == 404
    client.force_login(owner)
    client.post(reverse("mall:note_remove", args=[order.number, note.pk]))

    assert OrderNote.objects.count() == 0


def test_a_suppliers_staff_sees_and_ships_only_what_the_supplier_sends(client):
    mine, other = paid(by=named("王小满")), paid(key="k2")
    of_supplier(client, mine)

    assert mine.number in page(client)
    assert other.number not in page(client, stage="all")
    assert "没有找到这样的订单" in page(client, q="王小满")      # customers are the brand's
    text = page(client, "mall:order", mine.number)
    assert "¥19.90" not in text
    assert "¥10.00" in text
    for name in ("order", "order_ship", "order_phone", "note_add"):
        call = client.get if name == "order" else client.post
        assert call(reverse(f"mall:{name}", args=[other.number])).status_code == 404, name
    for name in ("order_cancel",):
        assert client.post(reverse(f"mall:{name}", args=[mine.number])).status_code == 403
    client.post(reverse("mall:orders_ship"), {"step": "apply", "text": f"{mine.number} SF T1\n{other.number} SF T2"})
    assert list(Shipment.objects.values_list("order__number", flat=True)) == [mine.number]


def test_a_shop_manager_sees_the_orders_of_the_own_shop(client):
    shop = builders.shop("SH")
    mine, other = paid(), paid(key="k2")
    Order.objects.filter(pk=mine.pk).update(shop=shop)
    client.force_login(org.staff(role=Role.SHOP_MANAGER, at=shop))

    assert other.number not in page(client, stage="all")
    assert client.get(reverse("mall:order", args=[other.number])).status_code == 404
    assert mine.number in page(client, stage="all")


def test_who_may_look_may_not_ship(client):
    order = paid()
    client.force_login(org.staff(role=Role.ANALYST))

    assert "批量发货" not in page(client)
    for name, args in (("order_ship", [order.number]), ("orders_ship", []), ("orders_print", []),
                       ("order_cancel", [order.number])):
        assert client.post(reverse(f"mall:{name}", args=args)).status_code == 403, name


def test_numbers_are_pasted_looked_at_shipped_and_the_wrong_lines_stay(client, owner):
    first, second = paid(by=named("王小满")), paid(key="k2")
    text = f"{first.number} SF T1\n{second.number} SF T1\nNOBODY SF T3"

    looked = client.post(reverse("mall:orders_ship"), {"step": "look", "text": text}).content.decode()
    assert ("王小满" in looked, "已用于另一个订单" in looked, "没有这个订单" in looked) == (True, True, True)
    assert Shipment.objects.count() == AuditEntry.objects.count() == 0

    done = client.post(reverse("mall:orders_ship"), {"step": "apply", "text": text}).content.decode()

    assert "1 单已发货" in done
    assert f"{second.number} SF T1\nNOBODY SF T3</textarea>" in done
    assert AuditEntry.objects.get().detail == {"order_ids": [first.pk], "refused": 2}


def test_picked_orders_stand_in_the_field_and_too_many_lines_are_told(client, owner):
    order = paid()

    start = client.post(reverse("mall:orders_ship"), {"step": "start", "pick": [order.number]}).content.decode()
    too_many = client.post(reverse("mall:orders_ship"), {"step": "look", "text": "A SF 1\n" * 501})

    assert f"{order.number}, </textarea>" in start
    assert too_many.status_code == 422
    assert "最多粘贴 500 行" in too_many.content.decode()


def test_a_partly_sent_order_keeps_its_page_true(client, owner):
    order = paid(quantity=3)
    send(order, "SF1", parcel=Parcel({order.lines.get().pk: 2}))
    fulfilment.track(carrier="SF", tracking="SF1", steps=[Step(NOW, "problem", "地址不详")], now=NOW)

    text = page(client, "mall:order", order.number)

    assert "地址不详" in text
    assert 'max="1"' in text
