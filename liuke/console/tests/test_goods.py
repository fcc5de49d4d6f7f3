"""Goods where the whole console meets: the search over everything, and what needs hands today."""

import pytest
from django.urls import reverse

from liuke.mall.models import StockLevel, SupplierStaff
from liuke.mall.rules.catalogue import search_text
from liuke.mall.tests import builders as mall
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
HOME, SEARCH = reverse("console:home"), reverse("console:search")


def test_the_search_finds_a_product_by_initials_and_code(client, owner):
    goods = mall.product(name="小满纸尿裤", code="XM1", search=search_text("小满纸尿裤", ["XM1"]))

    for text in ("znk", "XM1"):
        assert reverse("mall:product", args=[goods.pk]) in client.get(SEARCH, {"q": text}).content.decode()


def test_the_search_shows_a_suppliers_staff_no_product(client):
    client.force_login(org.staff(role=Role.SUPPLIER))
    mall.product(name="小满纸尿裤", search=search_text("小满纸尿裤"))

    assert "小满纸尿裤" not in client.get(SEARCH, {"q": "znk"}).content.decode()


def test_goods_that_run_out_need_hands(client, owner):
    mall.sku(stock=9)
    level = mall.sku(stock=3).levels.get()
    StockLevel.objects.filter(pk=level.pk).update(safety=3)

    page = client.get(HOME).content.decode()

    assert "1 处库存不足" in page
    assert f"{reverse('mall:stock')}?view=low" in page


def test_a_suppliers_staff_is_told_of_its_own_goods_only(client):
    mine = mall.sku(stock=0).levels.get()
    mall.sku(stock=0)
    person = org.staff(role=Role.SUPPLIER)
    SupplierStaff.objects.create(supplier=mine.warehouse.supplier, staff=person)
    client.force_login(person)

    assert "1 处库存不足" in client.get(HOME).content.decode()


def test_an_agent_is_not_asked_to_order_goods(client, agent):
    mall.sku(stock=0)

    assert "库存不足" not in client.get(HOME).content.decode()
