"""What staff do to goods, in a real browser: a product from the first word to the shopper's phone."""

import re

import pytest
from PIL import Image

from liuke.mall.models import Product, StockLevel, Warehouse
from liuke.mall.tests import builders as mall
from liuke.org.tests import builders as org

from .test_journeys import CHINESE, NAMELESS, TWICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHELF = "/api/v1/shop/products?shop=MINI"
PAGES = [
    "products/", "products/new/", "products/categories/", "products/brands/", "prices/", "prices/tiers/",
    "prices/timed/", "prices/timed/new/", "prices/why/", "stock/", "stock/?view=low", "stock/journal/",
    "stock/receive/", "stock/take/", "suppliers/",
]


@pytest.fixture
def place(live_server):
    """A shop, a supplier with a warehouse, and a category: what must be there before the first product."""
    org.shop("MINI", name="小程序商城")
    mall.category("纸尿裤")
    return Warehouse.objects.create(supplier=mall.supplier(code="FAC01", name="小满自有仓"), code="WH01", name="嘉兴仓")


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    picture = tmp_path / "cover.jpg"
    Image.new("RGB", (600, 600), "#cfe3da").save(picture)
    return picture


def test_put_a_product_on_sale(inside, place, media):
    inside.goto("/console/mall/products/")
    inside.click(".page-head >> text=新建商品")
    inside.fill("#id_name", "小满纸尿裤")
    inside.fill("#id_code", "XM1")
    inside.select_option("#id_supplier", label="小满自有仓")
    inside.select_option("#id_category", label="纸尿裤")
    inside.fill("#id_option0", "尺码")
    inside.fill("#id_values0", "L，XL")
    inside.fill("#id_supply_fen", "50")
    inside.fill("#id_list_fen", "89元")
    inside.click("button:has-text('存为草稿')")

    assert "已建好草稿" in inside.inner_text("#toasts")
    inside.fill("#id_row1-list_fen", "99")
    inside.click("button:has-text('保存规格表')")
    assert "¥99.00" in inside.inner_text("main")

    inside.click("nav.tabs >> text=图片")
    inside.set_input_files("#pictures", str(media))
    inside.click("button:has-text('上传')")
    assert "封面" in inside.inner_text(".shots")
    assert inside.evaluate("document.querySelector('.shots img').naturalWidth") > 0

    inside.goto("/console/mall/stock/receive/")
    inside.fill("#lines", "XM1-1 24\nXM1-2 12")
    inside.click("button:has-text('核对')")
    inside.click("button:has-text('把 36 件收进嘉兴仓')")
    assert sum(StockLevel.objects.values_list("on_hand", flat=True)) == 36
    assert inside.request.get(SHELF).json()["items"] == []

    inside.goto("/console/mall/products/")
    inside.click("table >> text=小满纸尿裤")
    inside.click("button:has-text('上架')")
    assert "已上架 1 件商品" in inside.inner_text("#toasts")

    (item,) = inside.request.get(SHELF).json()["items"]
    assert (item["code"], item["price_fen"], item["in_stock"]) == ("XM1", 8900, True)
    assert inside.request.get(item["cover"]).status == 200

    inside.click("#toasts >> text=撤销")
    assert Product.objects.get().state == "off_sale"
    assert inside.request.get(SHELF).json()["items"] == []


def test_change_the_prices_of_several_and_take_it_back(inside, place):
    for name in ("甲", "乙"):
        mall.sku(of=mall.product(name=name, supplier=place.supplier), list_fen=10_000)
    inside.goto("/console/mall/products/")
    inside.check("thead .pick input")
    assert inside.inner_text("[data-picked]") == "2"

    inside.click(".bulk >> text=改价")
    inside.fill("#id_share", "-5%")
    inside.click("main button:has-text('预览')")
    assert "¥95.00" in inside.inner_text("main table")
    inside.click("button:has-text('改 2 个规格的价格')")
    assert "¥95.00" in inside.inner_text("main table")
    inside.click("#toasts >> text=撤销")

    assert "¥100.00" in inside.inner_text("main table")


def test_count_goods_and_put_the_difference_right(inside, place):
    level = mall.sku(stock=5).levels.get()
    inside.goto(f"/console/mall/stock/take/?warehouse={level.warehouse_id}")
    inside.fill(f"[name=count{level.pk}]", "3")
    inside.click("button:has-text('看差异')")
    assert "-2" in inside.inner_text("main table")

    inside.click("button:has-text('改 1 处差异')")

    level.refresh_from_db()
    assert level.on_hand == 3


@pytest.fixture
def stocked(place):
    """One of everything, with a long name."""
    product = mall.product(name="小满 超长名称 " + "Very Long Name " * 6, supplier=place.supplier, options=["尺码"])
    return mall.sku(of=product, stock=1_234_567, list_fen=12_345_678, values=["L"])


def own_pages(sku):
    of, level = sku.product, sku.levels.get()
    views = [f"products/{of.pk}/?view={view}" for view in ("about", "skus", "pictures", "beside", "shops")]
    return [*views, f"products/prices/?pick={of.pk}&which=list&share=5&amount=&ending=exact", f"stock/{level.pk}/",
            f"suppliers/{of.supplier_id}/", f"suppliers/{of.supplier_id}/freight/",
            f"prices/why/?sku={sku.code}", f"stock/take/?warehouse={level.warehouse_id}"]


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_page_of_goods_is_wider_than_the_window(inside, stocked, width):
    inside.set_viewport_size({"width": width, "height": 844})
    for page in [*PAGES, *own_pages(stocked)]:
        inside.goto(f"/console/mall/{page}")
        assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth"), page


def test_every_control_of_goods_has_a_name(inside, stocked):
    for page in [*PAGES, *own_pages(stocked)]:
        inside.goto(f"/console/mall/{page}")
        assert inside.evaluate(NAMELESS) == [], page
        assert inside.evaluate(TWICE) == [], page
        assert inside.locator("h1").count() == 1, page


def test_in_english_the_pages_of_goods_speak_no_chinese(inside, place, context):
    context.add_cookies([{"name": "liuke_language", "value": "en", "url": inside.url}])
    own = re.compile("小满自有仓|嘉兴仓|纸尿裤|小程序商城|全国|浙江|简体中文|林小满|小满")
    for page in [*PAGES, f"suppliers/{place.supplier_id}/"]:
        inside.goto(f"/console/mall/{page}")
        said = own.sub("", inside.inner_text("main"))
        assert CHINESE.findall(said) == [], page
