"""Many orders leave from pasted lines; every line is answered, and looking first says what will be."""

import pytest

from liuke.kit.errors import BadInput
from liuke.mall.models import Order, Serial, Shipment, ShipmentLine, Sku
from liuke.mall.rules.pasting import MAX_PASTED, Wrong, batches_in, dealt, pasted
from liuke.mall.services import fulfilment, stock
from liuke.mall.services.fulfilment import Parcel
from liuke.mall.services.pasting import WORDS, look_at, ship_pasted
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW
from liuke.mall.tests.test_fulfilment import paid

ALL = Order.objects.all()


@pytest.mark.parametrize(("text", "carrier", "meant"), [
    ("D1,SF,sf123", "", ("D1", "SF", "SF123")),
    ("D1\t顺丰速运\tSF 123", "", None),
    ("D1；圆通快递；YT9", "", ("D1", "YTO", "YT9")),
    (" D1 | 京东 | JD1 ", "", ("D1", "JD", "JD1")),
    ("D1  SF123", "顺丰", ("D1", "SF", "SF123")),
    ("D1 SF123", "", None),
    ("D1 SF 运单", "", None),
], ids=range(7))
def test_a_line_is_taken_apart_however_it_was_written(text, carrier, meant):
    line = pasted(text, carrier=carrier)[0]

    assert (None if line.wrong else (line.order, line.carrier, line.tracking)) == meant


def test_one_number_for_two_orders_is_told_and_the_same_line_twice_is_not():
    found = pasted("D1 SF A1\nD2 顺丰 a1\nD1 SF A1\nD3 YTO A1")

    assert [line.wrong for line in found] == [None, Wrong.REPEATED, None, None]


@pytest.mark.django_db
def test_pasted_lines_are_each_answered_and_a_wrong_one_stops_nobody():
    first, second, foreign = paid(), paid(key="k2"), paid(key="k3")
    unpaid = Order.objects.get(group=builders.placed(key="k4"))
    mine = Order.objects.exclude(pk=foreign.pk)
    text = "\n".join([
        f"{first.number},SF,T1", "", "rubbish", f"{second.number}\tSF\tT1", f"{foreign.number} SF T9",
        f"{second.number}，YTO，T2", f"{unpaid.number} SF T3", f"{second.number} SF T4",
    ])

    looked = look_at(text=text, orders=mine)
    assert Shipment.objects.count() == 0
    answers = ship_pasted(text=text, orders=mine, now=NOW)
    again = ship_pasted(text=text, orders=mine, now=NOW)

    wrong = [None, Wrong.PARTS, Wrong.REPEATED, Wrong.UNKNOWN, None, Wrong.STATE, Wrong.NOTHING]
    assert [each.error for each in answers] == [str(WORDS[each]) if each else "" for each in wrong]
    assert [each.error for each in looked] == [each.error for each in answers]
    assert [each.done for each in again] == [True, False, False, False, True, False, False]
    assert set(Shipment.objects.values_list("order__number", "carrier", "tracking")) == {
        (first.number, "SF", "T1"), (second.number, "YTO", "T2")}


@pytest.mark.django_db
def test_a_number_of_another_parcel_is_told_before_and_changes_nothing():
    first, second = paid(), paid(key="k2")
    ship_pasted(text=f"{first.number} SF T1", orders=ALL, now=NOW)

    answer = ship_pasted(text=f"{second.number} 顺丰速运 t1", orders=ALL, now=NOW)

    assert answer[0].error == str(WORDS[Wrong.TAKEN])
    assert Order.objects.get(pk=second.pk).state == "paid"


@pytest.mark.django_db
def test_a_packed_parcel_leaves_and_the_rest_waits():
    order = paid(quantity=3)
    fulfilment.pack(order_id=order.pk, key="p", now=NOW, parcel=Parcel({order.lines.get().pk: 2}))

    ship_pasted(text=f"{order.number} SF T1", orders=ALL, now=NOW)
    assert Order.objects.get(pk=order.pk).state == "paid"
    ship_pasted(text=f"{order.number} SF T2", orders=ALL, now=NOW)

    order.refresh_from_db()
    assert (order.state, order.lines.get().shipped) == ("shipped", 3)


def test_a_carrier_chosen_for_all_may_stand_on_a_line_and_serials_behind_the_number():
    found = pasted("D1 SF9 A1 A2\nD2 圆通 YT9 B1\nD3 T3", carrier="SF")

    assert [(line.order, line.carrier, line.tracking, line.more) for line in found] == [
        ("D1", "SF", "SF9", ("A1", "A2")), ("D2", "YTO", "YT9", ("B1",)), ("D3", "SF", "T3", ())]


@pytest.mark.parametrize(("serials", "wanted", "found"), [
    ("A1 A2", {"K1": 2}, {"K1": ["A1", "A2"]}), ("A1", {"K1": 2}, None), ("A1 A1", {"K1": 2}, None),
    ("A1 A2 A3", {"K1": 2}, None), ("k1=A1 K2=B1", {"K1": 1, "K2": 1}, {"K1": ["A1"], "K2": ["B1"]}),
    ("A1 B1", {"K1": 1, "K2": 1}, None), ("K1=A1 K1=A2", {"K1": 1, "K2": 1}, None),
    ("K1=A1", {"K1": 1}, {"K1": ["A1"]}),
    ("S=A1", {"K1": 1}, {"K1": ["S=A1"]}), ("K1=", {"K1": 1}, None), ("", {}, {}), ("A1", {}, None),
], ids=range(12))
def test_serials_are_dealt_to_the_goods_that_want_them(serials, wanted, found):
    assert dealt(serials.split(), wanted) == found


@pytest.mark.parametrize(("more", "batches", "left"), [
    ("", {}, []), ("#26A", {"K1": "26A", "K2": "26A"}, []), ("k1#26A A7", {"K1": "26A"}, ["A7"]),
    ("#26A K2#26B", {"K1": "26A", "K2": "26B"}, []), ("S#1 #26A", {"K1": "26A", "K2": "26A"}, ["S#1"]),
    ("#26A #26B", None, []), ("K1#26A K1#26B", None, []), ("#", None, []),
    ("#26A #26A", {"K1": "26A", "K2": "26A"}, []),
], ids=range(9))
def test_batches_are_told_from_serials(more, batches, left):
    assert batches_in(more.split(), ["K1", "K2"]) == (batches, left)


@pytest.mark.django_db
def test_a_parcel_that_leaves_by_a_pasted_line_notes_its_batches():
    order, plain = paid(of=numbered("M1")), paid(key="k2")
    text = f"{order.number} SF T1 A1 m1#2609a\n{plain.number},SF,T2,#2610B\n"

    wrong = ship_pasted(text=f"{plain.number} SF T2 #1 #2", orders=ALL, now=NOW)
    looked = look_at(text=text, orders=ALL)
    ship_pasted(text=text, orders=ALL, now=NOW)

    assert wrong[0].error == str(WORDS[Wrong.BATCH])
    assert [line.batch_names for line in looked] == [["2609a"], ["2610B"]]
    assert dict(ShipmentLine.objects.values_list("shipment__tracking", "batch")) == {"T1": "2609A", "T2": "2610B"}


def numbered(code):
    return builders.sku(of=builders.product(serial_numbered=True, name=f"机器 {code}"), code=code)


@pytest.mark.django_db
def test_numbered_goods_leave_with_the_serials_behind_their_number():
    order = paid(of=numbered("M1"), quantity=2)
    group = builders.purchase([(numbered("M2"), 1), (numbered("M3"), 1), (numbered("M4"), 1), (builders.sku(), 3)])
    mixed = group.orders.get()
    stock.keep(group_id=mixed.group_id)
    Order.objects.filter(pk=mixed.pk).update(state="paid", paid_at=NOW)
    text = f"{order.number} SF T1 A1 A2\n{mixed.number} SF T2 M2=B1 M3=C1 M4=D1"

    answers = ship_pasted(text=text, orders=ALL, now=NOW)
    again = ship_pasted(text=text, orders=ALL, now=NOW)

    assert [line.error for line in answers] == ["", ""]
    assert [line.done for line in again] == [True, True]
    assert sorted(Serial.objects.values_list("sku__code", "number", "shipment__tracking")) == [
        ("M1", "A1", "T1"), ("M1", "A2", "T1"), ("M2", "B1", "T2"), ("M3", "C1", "T2"), ("M4", "D1", "T2")]


@pytest.mark.django_db
def test_what_is_wrong_with_serials_is_said_before_and_nothing_leaves():
    first, second, plain = paid(of=numbered("M1"), quantity=2), paid(of=numbered("M2"), key="k2"), paid(key="k3")
    gone = paid(of=Sku.objects.get(code="M2"), key="k4")
    fulfilment.pack(order_id=gone.pk, key="p", now=NOW, parcel=Parcel({gone.lines.get().pk: 1},
                                                                       {gone.lines.get().pk: ["TAKEN"]}))
    text = "\n".join([
        f"{first.number} SF T1", f"{first.number} SF T1 A1", f"{second.number} SF T2 TAKEN", f"{plain.number} SF T3 X9",
        f"{gone.number} SF T4 TAKEN", f"{first.number} SF T1 A1 A2", f"{second.number} SF T5 B1",
    ])

    looked = [line.error for line in look_at(text=text, orders=ALL)]

    wants = "要登记 2 个不同的序列号（机器 M1"
    assert looked[0].startswith(wants)
    assert looked[0].endswith(" × 2）：写在运单号后面，用空格隔开")
    assert looked[1] == looked[0]
    assert looked[2:] == [str(WORDS[Wrong.SERIAL_TAKEN]), str(WORDS[Wrong.NOT_NUMBERED]), str(WORDS[Wrong.PACKED]),
                          "", ""]
    assert [line.error for line in ship_pasted(text=text, orders=ALL, now=NOW)] == looked
    assert Shipment.objects.exclude(tracking="").count() == 2


@pytest.mark.django_db
def test_one_serial_for_two_orders_is_told_on_the_second():
    of = numbered("M1")
    first, second = paid(of=of), paid(of=of, key="k2")

    answers = look_at(text=f"{first.number} SF T1 A1\n{second.number} SF T2 A1", orders=ALL)

    assert [line.error for line in answers] == ["", str(WORDS[Wrong.SERIAL_TAKEN])]


@pytest.mark.django_db
def test_looking_costs_the_same_for_one_line_and_for_twenty(django_assert_num_queries):
    orders = [paid(key=f"k{at}") for at in range(20)]
    for some in (orders[:1], orders):
        text = "\n".join(f"{order.number} SF T{at}" for at, order in enumerate(some))
        with django_assert_num_queries(7):
            assert not any(line.error for line in look_at(text=text, orders=ALL))


@pytest.mark.django_db
def test_too_many_lines_are_refused():
    with pytest.raises(BadInput):
        look_at(text="D1 SF T1\n" * (MAX_PASTED + 1), orders=ALL)
