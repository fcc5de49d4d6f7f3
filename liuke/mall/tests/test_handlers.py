"""What a customer bought follows a merge, goes back with it, is handed out, and is forgotten without losing money."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from django.db import transaction

from liuke.customers.queries import personal
from liuke.customers.services import export, forget, merge
from liuke.customers.tests.builders import make_customer
from liuke.kit import crypto
from liuke.mall.models import Address, Order, OrderGroup, Return
from liuke.timeline.testing import settle

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def make_order(customer, number="A1", **more):
    frozen = crypto.encrypt('{"name": "王明月"}')
    group = OrderGroup.objects.create(number=f"G{number}", key=more.pop("key", number), customer=customer,
                                      total_fen=500, state="paid", placed_at=NOW, address_enc=frozen)
    return Order.objects.create(**{"source": "shop", "number": number, "group": group, "customer": customer,
                                   "state": "paid", "placed_at": NOW, "goods_fen": 500, "total_fen": 500,
                                   "remark": "请打电话给王明月", **more})


def make_return(order, key="r1"):
    return Return.objects.create(number=f"R{order.number}", key=key, order=order, customer=order.customer,
                                 kind="refund", reason="broken", words="我是王明月", state="open", asked_at=NOW)


def make_address(customer, *, preferred=False):
    return Address.objects.create(customer=customer, region="310106", region_name="上海市 静安区", preferred=preferred,
                                  **{f"{each}_enc": crypto.encrypt("王明月") for each in ("name", "phone", "street")})


def owners():
    return {f"{model.__name__} {pk}": customer_id for model in (Order, OrderGroup, Return, Address)
            for pk, customer_id in model.objects.values_list("pk", "customer_id")}


@pytest.mark.django_db
class TestMerge:
    def test_purchases_follow_and_go_back(self):
        stays, goes = make_customer(), make_customer()
        order = make_order(goes)
        make_return(order)
        make_address(goes, preferred=True)
        before = owners()
        Order.objects.update(changed_at=NOW)
        with transaction.atomic():
            row = merge.merge(survivor_id=stays.pk, merged_id=goes.pk, now=NOW)
        settle()

        assert set(owners().values()) == {stays.pk}
        order.refresh_from_db()
        assert order.changed_at != NOW                       # or the export for insight would miss it
        late = make_order(stays, "B1")
        with transaction.atomic():
            merge.undo_merge(merge_id=row.pk, now=NOW)
        settle()

        assert {key: owner for key, owner in owners().items() if key in before} == before
        assert Order.objects.get(pk=late.pk).customer == stays

    def test_what_would_clash_stays_where_it_is(self):
        stays, goes = make_customer(), make_customer()
        make_order(stays, "A1", key="same")
        kept = make_order(goes, "A2", key="same")
        for customer in (stays, goes):
            make_address(customer, preferred=True)
        with transaction.atomic():
            merge.merge(survivor_id=stays.pk, merged_id=goes.pk, now=NOW)
        settle()

        assert Order.objects.filter(customer=stays).count() == 2
        assert OrderGroup.objects.get(pk=kept.group_id).customer == goes
        assert Address.objects.filter(customer=goes).count() == 1


@pytest.mark.django_db
class TestPersonal:
    def test_purchases_are_handed_out(self):
        customer = make_customer()
        order = make_order(customer)
        make_return(order)
        make_address(customer)

        with zipfile.ZipFile(io.BytesIO(export.pack(customer, NOW))) as packed:
            data = json.loads(packed.read("data.json"))

        (handed,) = data["orders"]
        assert (handed["number"], handed["total"], handed["address"]) == ("A1", "5.00", "王明月")
        assert [each["words"] for each in data["returns"]] == ["我是王明月"]
        assert [each["name"] for each in data["addresses"]] == ["王明月"]
        assert {"accounts", "statement", "messages"} <= data.keys()

    def test_what_is_not_finished_is_said(self):
        customer = make_customer()
        order = make_order(customer)
        make_return(order)
        make_order(customer, "A2", state="received")
        make_order(customer, "A3", source="import")

        assert personal.open_matters(customer.pk) == ["1 张订单尚未完成", "1 个售后申请尚未结束"]
        assert personal.open_matters(make_customer().pk) == []

    def test_forgetting_takes_the_words_and_leaves_the_money(self):
        customer = make_customer()
        order = make_order(customer)
        make_return(order)
        make_address(customer)
        with transaction.atomic():
            forget.forget(customer_id=customer.pk, confirmed_number=customer.number, now=NOW)

        order.refresh_from_db()
        assert (order.customer, order.total_fen, order.remark) == (customer, 500, "")
        assert bytes(OrderGroup.objects.get().address_enc) == b""
        assert Return.objects.get().words == ""
        assert not Address.objects.exists()
