"""Many orders leave from pasted lines; every line is answered, and looking first says what will be."""

import pytest

from liuke.kit.errors import BadInput
from liuke.mall.models import Order, Shipment
from liuke.mall.rules.pasting import MAX_PASTED, Wrong, pasted
from liuke.mall.services import fulfilment
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


@pytest.mark.django_db
def test_numbered_goods_are_left_for_the_orders_own_page():
    order = paid(of=builders.sku(of=builders.product(serial_numbered=True)))

    assert look_at(text=f"{order.number} SF T1", orders=ALL)[0].error == str(WORDS[Wrong.SERIALS])


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
