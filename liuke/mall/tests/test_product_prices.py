"""Files that change prices: as quick as one statement for all, and exactly what product by product would do."""

import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liuke.mall.models import Product, ShopPrice, Sku, StockLevel, Supplier, Warehouse
from liuke.mall.services import product_merge
from liuke.mall.tests import builders
from liuke.mall.tests.product_files import bring, counts, goods, rejected, row

pytestmark = pytest.mark.django_db
MANY = 150


@pytest.fixture(autouse=True)
def parties(settings, tmp_path):
    settings.LIUKE_DATA = tmp_path
    Warehouse.objects.create(supplier=Supplier.objects.create(code="FAC", name="织造厂"), code="W-FAC", name="仓")
    builders.shop("MINI")


def file(products=MANY, letter="A", **changed):
    """Two SKUs of each product."""
    usual = {"最低价": "60", "最高价": "150", **changed}
    return [row(f"{letter}{at}", f"{letter}{at}-{size}", 规格=f"尺码:{size}", **usual)
            for at in range(products) for size in "SL"]


def test_many_prices_are_written_in_a_few_statements(tmp_path):
    bring(file(), tmp_path)

    with CaptureQueriesContext(connection) as spent:
        run = bring(file(零售价="109.90", **{"门店价 MINI": "99"}), tmp_path)

    assert counts(run) == (2 * MANY, 0, 0)
    assert len(spent) < 100, len(spent)
    assert set(Sku.objects.values_list("list_fen", flat=True)) == {10_990}
    assert set(Product.objects.values_list("from_fen", "version")) == {(10_990, 2)}
    assert ShopPrice.objects.filter(price_fen=9900).count() == 2 * MANY
    assert counts(bring(file(零售价="109.90", **{"门店价 MINI": "99"}), tmp_path)) == (0, 2 * MANY, 0)


PRICES = ("", "59", "60", "99", "120", "151")
SHOPS = ("", "99", "30%", "10%", "不售", "200")


@pytest.mark.parametrize("seed", range(3))
def test_the_quick_way_leaves_what_the_slow_way_leaves(tmp_path, monkeypatch, seed):
    """The oracle is the way product by product, which is taken when the quick one is switched off."""

    def outcome(letter):
        draw = random.Random(seed)
        folder = tmp_path / letter
        folder.mkdir()
        bring(file(6, letter), folder)
        StockLevel.objects.create(sku=Sku.objects.get(code=f"{letter}0-S"), warehouse=Warehouse.objects.get(),
                                  on_hand=9, reserved=3)
        run = bring([row(
            f"{letter}{at}", f"{letter}{at}-{size}", 规格=f"尺码:{size}", 零售价=draw.choice(PRICES),
            供货价=draw.choice(PRICES), 最低价=draw.choice(("", "60", "0")),
            商品名称=draw.choice(("纸尿裤", "纸尿裤", "纸尿裤", "新名字")),
            **{"门店价 MINI": draw.choice(SHOPS), "库存 W-FAC": draw.choice(("", "5", "2"))},
        ) for at in range(6) for size in "SL"], folder)
        left = {code: about for code, about in goods().items() if code.startswith(letter)}
        said = repr((rejected(run) if run.rejected else {}, left))
        return counts(run), re.sub(rf"(?i)\b{letter}(?=\d)", "#", said)

    quick = outcome("Q")
    monkeypatch.setattr(product_merge, "reprice", lambda *_given, **_named: set())

    assert outcome("W") == quick
