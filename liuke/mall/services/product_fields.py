"""What a product file may tell of each SKU, and under which column names. The first name is the one an export writes.

Beside the fixed columns there is one for the stock in each warehouse (库存 SH-A) and one for the price in each shop
(门店价 MINI), so that a row is always a whole SKU.
"""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liuke.intake.header import Field, Fields
from liuke.mall.models import Warehouse
from liuke.mall.rules.catalogue import ProductState
from liuke.org.models import Shop

PRODUCT, NAME, SKU, SPEC, SUPPLIER, CATEGORY, LABEL = "product", "name", "sku", "spec", "supplier", "category", "label"
SUMMARY, CARE, BARCODE, WEIGHT, POSITION = "summary", "care", "barcode", "weight", "position"
SUPPLY, LIST, FLOOR, CEILING = "supply_price", "list_price", "floor_price", "ceiling_price"
STATE, ACTIVE, SERIAL, WARRANTY, RETURN_DAYS, STOCK = "state", "active", "serial", "warranty", "return_days", "stock"
MOST_PLACES = 60                         # warehouses, and shops, with a column of their own


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


KNOWN = (
    Field(PRODUCT, _("商品编号"), _names(
        "商品编号, 商品编码, 商品货号, 款号, SPU, SPU编码, 商品ID, product code, product id, spu code, style no")),
    Field(NAME, _("商品名称"), _names(
        "商品名称, 商品标题, 宝贝标题, 品名, 产品名称, 名称, product name, title, name")),
    Field(SKU, _("规格编号"), _names(
        "规格编号, 规格编码, SKU, SKU编码, SKU ID, 商家编码, 货号, sku code, sku no, item code")),
    Field(SPEC, _("规格"), _names("规格, 规格名称, 规格型号, 销售属性, specification, spec, variant, options")),
    Field(SUPPLIER, _("供应商"), _names("供应商, 供应商编号, 供货商, 供应商名称, supplier, vendor, supplier code")),
    Field(CATEGORY, _("分类"), _names(
        "分类, 商品分类, 类目, 商品类目, 品类, 类别, 分类路径, category, category path, product category")),
    Field(LABEL, _("品牌"), _names("品牌, 商品品牌, 品牌名称, brand, label")),
    Field(SUMMARY, _("简介"), _names("简介, 卖点, 副标题, 商品简介, summary, subtitle")),
    Field(CARE, _("养护提示"), _names("养护提示, 使用提示, 养护说明, care, care tips")),
    Field(BARCODE, _("条码"), _names("条码, 商品条码, 条形码, 国际条码, barcode, ean, gtin, upc")),
    Field(SUPPLY, _("供货价"), _names("供货价, 成本价, 进价, 采购价, 供应价, supply price, cost, cost price")),
    Field(LIST, _("零售价"), _names(
        "零售价, 吊牌价, 市场价, 标价, 销售价, 售价, 价格, list price, retail price, price")),
    Field(FLOOR, _("最低价"), _names("最低价, 限价, 最低售价, floor price, minimum price")),
    Field(CEILING, _("最高价"), _names("最高价, 最高售价, ceiling price, maximum price")),
    Field(WEIGHT, _("克重"), _names("克重, 重量克, weight grams, grams")),
    Field(STATE, _("上架状态"), _names("上架状态, 商品状态, 销售状态, 状态, state, status")),
    Field(ACTIVE, _("规格可售"), _names("规格可售, 规格启用, sku active, active")),
    Field(SERIAL, _("序列号管理"), _names("序列号管理, 有序列号, 一物一码, serial numbered")),
    Field(WARRANTY, _("质保月数"), _names("质保月数, 保修月数, 质保期月, warranty months")),
    Field(RETURN_DAYS, _("退换天数"), _names("退换天数, 退货天数, return days")),
    Field(POSITION, _("排序"), _names("排序, 排序值, position, sort order")),
    Field(STOCK, _("库存"), _names("库存, 库存数量, 现有库存, 数量, stock, on hand, quantity")),
)
COLUMNS = tuple(field.names[0] for field in KNOWN if field.name != STOCK)

STATES = {
    ProductState.ON_SALE: _names("在售, 上架, 已上架, 销售中, 出售中, on_sale, 是, 1, yes, active, on sale"),
    ProductState.OFF_SALE: _names("下架, 已下架, 停售, 仓库中, off_sale, 否, 0, no, inactive, off sale"),
    ProductState.DRAFT: _names("草稿, 未上架, draft"),
}
STATE_OF = {word: state for state, words in STATES.items() for word in words}
YES, NO = _names("是, 有, 1, y, true, yes"), _names("否, 无, 0, n, false, no")
# what stands in a shop's column when it does not sell this SKU, and what one nameless specification is called
NOT_OFFERED, UNNAMED = "不售", "规格"  # data, not words

_SIGN = re.compile(r"([\\:;：；])")
_SPEC = re.compile(r"\\(.)|([:：])|([;；])|([^\\:;：；]+)")


def product_fields() -> Fields:
    """All columns of this installation: the fixed ones, one for each warehouse, one for each shop."""
    return Fields(
        known=(*KNOWN, *(stock_field(place) for place in warehouses()), *(shop_field(shop) for shop in shops())),
        needed=((PRODUCT, SKU),),
    )


def warehouses() -> Sequence[Warehouse]:
    return list(Warehouse.objects.filter(active=True).order_by("supplier_id", "position", "pk")[:MOST_PLACES])


def shops() -> Sequence[Shop]:
    return list(Shop.objects.filter(active=True).order_by("pk")[:MOST_PLACES])


def stock_field(place: Warehouse) -> Field:
    names = (f"库存 {place.code}", f"库存 {place.name}", f"stock {place.code}")  # data, not words
    return Field(f"stock-{place.pk}", _now("库存 %(place)s") % {"place": place.name}, names)


def shop_field(shop: Shop) -> Field:
    names = (f"门店价 {shop.code}", f"门店价 {shop.name}", f"shop price {shop.code}")  # data, not words
    return Field(f"shop-{shop.pk}", _now("门店价 %(shop)s") % {"shop": shop.name}, names)


def written_spec(options: Sequence[str], values: Sequence[str]) -> str:
    """颜色:红;尺码:L, with a backslash before a sign that belongs to a name."""
    def plain(text: str) -> str:
        return _SIGN.sub(r"\\\1", text)

    return ";".join(f"{plain(option)}:{plain(value)}" for option, value in zip(options, values, strict=False))


def read_spec(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names and the values of a specification; one without names has the name 规格. Raises ValueError."""
    pairs: list[list[str]] = [[""]]
    for escaped, colon, end, plain in _SPEC.findall(text):
        if colon:
            pairs[-1].append("")
        elif end:
            pairs.append([""])
        else:
            pairs[-1][-1] += escaped or plain
    named = [[part.strip() for part in pair] for pair in pairs if "".join(pair).strip()]
    if len(named) == 1 and len(named[0]) == 1:
        named = [[UNNAMED, named[0][0]]]
    if any(len(pair) != 2 or not all(pair) for pair in named):
        raise ValueError(text)
    return tuple(pair[0] for pair in named), tuple(pair[1] for pair in named)

