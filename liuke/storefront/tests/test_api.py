"""The first page of the shop is one answer."""

import pytest

from liuke.mall.tests import builders as mall
from liuke.storefront.tests.builders import block, front

pytestmark = pytest.mark.django_db


def home(client):
    answer = client.get("/api/v1/storefront/home")
    assert answer.status_code == 200
    return answer.json()


def test_blocks_come_in_order_with_their_products_at_the_shops_prices(client):
    opened = front(hello="您好")
    low, high = mall.sku(list_fen=1_000), mall.sku(list_fen=9_900)
    block(title="领券", kind="coupons")
    block(title="精选", kind="products", codes=(high.product.code, low.product.code))

    told = home(client)

    assert (told["shop"], told["hello"]) == (opened.shop.code, "您好")
    assert [each["title"] for each in told["blocks"]] == ["领券", "精选"]
    assert [(item["code"], item["price_fen"]) for item in told["blocks"][1]["products"]] == [
        (high.product.code, 9_900), (low.product.code, 1_000)]


def test_a_block_whose_products_are_gone_is_left_out(client):
    front()
    sku = mall.sku()
    block(title="精选", kind="products", codes=(sku.product.code,))
    sku.product.state = "off_sale"
    sku.product.save()

    assert home(client)["blocks"] == []


def test_without_a_front_the_oldest_open_shop_sells(client):
    assert client.get("/api/v1/storefront/home").status_code == 404

    shop = mall.shop()

    assert home(client)["shop"] == shop.code
