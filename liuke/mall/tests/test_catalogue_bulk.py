"""Many products at once are the same products as one by one."""

import pytest

from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Product, Sku
from liuke.mall.services import catalogue, categories
from liuke.mall.services.catalogue import About, NotReady, Piece
from liuke.mall.services.catalogue_bulk import New, open_products
from liuke.mall.services.categories import DuplicateCode
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = pytest.mark.django_db


def about(code="A", **fields):
    return About(**{"supplier_id": builders.supplier().pk, "category_id": builders.category().pk, "code": code,
                    "name": f" 商品 {code} ", **fields})


def piece(code, **fields):
    return Piece(**{"code": code, "supply_fen": 100, "list_fen": 900, **fields})


def plain(code):
    """A product with its SKUs, without ids and codes."""
    product = Product.objects.get(code=code)
    rows = [product, *product.skus.order_by("pk")]
    hidden = ("id", "_state", "code", "created_at", "supplier_id", "product_id", "search", "name")
    return [{key: value for key, value in row.__dict__.items() if key not in hidden} for row in rows], (
        product.search.replace(code.lower(), "?"), product.name.replace(code, "?"))


@pytest.mark.parametrize("on_sale", [False, True])
def test_each_is_what_one_alone_would_be(on_sale):
    label = categories.open_label(name="贝亲")

    def said(code):
        return about(code, label_id=label.pk, options=("颜色",), serial_numbered=True, warranty_months=3), (
            piece(f"{code}1", values=(" 红 ",), barcode="69"), piece(f"{code}2", values=("蓝",), list_fen=800),
            piece(f"{code}3", values=("黑",), active=False, list_fen=1))

    one = catalogue.open_product(about=said("X1")[0], pieces=said("X1")[1], now=NOW)
    if on_sale:
        catalogue.put_on_sale(product_ids=[one.pk], now=NOW)
    many = open_products(news=[New(*said(code), on_sale=on_sale) for code in ("X2", "X3")], now=NOW)

    assert [product.code for product in many] == ["X2", "X3"]
    assert plain("X2") == plain("X3") == plain("X1")


def test_ten_products_cost_as_many_statements_as_one(django_assert_num_queries):
    news = [New(about(f"A{at}"), (piece(f"A{at}"),)) for at in range(10)]

    with django_assert_num_queries(7):           # three look-ups, two inserts, a savepoint
        open_products(news=news, now=NOW)


@pytest.mark.parametrize(("fields", "pieces", "refusal"), [
    ({"name": ""}, 1, Refused), ({"category_id": 0}, 1, BadInput), ({"label_id": 0}, 1, BadInput), ({}, 0, NotReady),
], ids=["no-name", "no-category", "no-label", "no-sku"])
def test_one_that_makes_no_sense_stops_all(fields, pieces, refusal):
    good, bad = about("A"), about("B", **fields)

    with pytest.raises(refusal):
        open_products(news=[New(good, (piece("A"),)), New(bad, (piece("B"),) * pieces, on_sale=True)], now=NOW)
    assert Product.objects.count() == Sku.objects.count() == 0


def test_a_code_that_is_taken_is_said_and_the_transaction_stays_usable():
    builders.product(code="A")

    with pytest.raises(DuplicateCode):
        open_products(news=[New(about("A"), (piece("X"),))], now=NOW)
    assert Sku.objects.count() == 0
