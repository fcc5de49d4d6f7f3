"""The whole catalogue as rows of a file that `import products` reads back and finds unchanged."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from liuke.kit.money import yuan
from liuke.mall.models import Category, ShopPrice, Sku, StockLevel
from liuke.mall.rules.catalogue import ProductState
from liuke.mall.services import product_fields as fields

AT_ONCE = 2_000
STATE_WORDS = {ProductState(state): words[0] for state, words in fields.STATES.items()}


def count() -> int:
    """How many rows there are now."""
    return Sku.objects.count()


def columns() -> list[str]:
    """What stands above the rows: the fixed columns, the stock of each warehouse, the price of each shop."""
    places, shops = fields.warehouses(), fields.shops()
    return [*fields.COLUMNS, *(fields.stock_field(place).names[0] for place in places),
            *(fields.shop_field(shop).names[0] for shop in shops)]


def rows() -> Iterator[list[object]]:
    """A row for each SKU, also of drafts and of what is not sold any more, in the order they were made."""
    paths = _paths()
    places, shops = [place.pk for place in fields.warehouses()], [shop.pk for shop in fields.shops()]
    skus = Sku.objects.select_related("product__supplier", "product__label").order_by("product_id", "pk").iterator(
        chunk_size=AT_ONCE)
    while chunk := list(islice(skus, AT_ONCE)):
        stock, prices = _stock(chunk), _prices(chunk)
        for sku in chunk:
            yield [*_fixed(sku, paths), *(stock[sku.pk, place] for place in places),
                   *(prices[sku.pk, shop] for shop in shops)]


def _fixed(sku: Sku, paths: dict[int, str]) -> Iterator[object]:
    product = sku.product
    whole = len(sku.values) == len(product.options)
    said = {
        fields.PRODUCT: product.code, fields.NAME: product.name, fields.SKU: sku.code,
        fields.SPEC: fields.written_spec(product.options, sku.values) if whole else "",
        fields.SUPPLIER: product.supplier.code, fields.CATEGORY: paths[product.category_id],
        fields.LABEL: product.label.name if product.label else "", fields.SUMMARY: product.summary,
        fields.CARE: product.care, fields.BARCODE: sku.barcode, fields.SUPPLY: _money(sku.supply_fen),
        fields.LIST: _money(sku.list_fen), fields.FLOOR: _money(sku.floor_fen),
        fields.CEILING: "" if sku.ceiling_fen is None else _money(sku.ceiling_fen), fields.WEIGHT: sku.weight_grams,
        fields.STATE: STATE_WORDS[ProductState(product.state)], fields.ACTIVE: _word(yes=sku.active),
        fields.SERIAL: _word(yes=product.serial_numbered), fields.WARRANTY: product.warranty_months,
        fields.RETURN_DAYS: product.return_days, fields.POSITION: product.position,
    }
    return (said[field.name] for field in fields.KNOWN if field.name != fields.STOCK)


def _stock(skus: Sequence[Sku]) -> dict[tuple[int, int], object]:
    rows = StockLevel.objects.filter(sku__in=skus).values_list("sku_id", "warehouse_id", "on_hand")
    return defaultdict(str, {(sku, place): pieces for sku, place, pieces in rows})


def _prices(skus: Sequence[Sku]) -> dict[tuple[int, int], str]:
    rows = ShopPrice.objects.filter(sku__in=skus)
    return defaultdict(str, {(row.sku_id, row.shop_id): _price(row) for row in rows if row.sku_id})


def _price(row: ShopPrice) -> str:
    if not row.offered:
        return fields.NOT_OFFERED
    if row.price_fen is not None:
        return _money(row.price_fen)
    whole, hundredths = divmod(row.markup_bp or 0, 100)
    return f"{whole}.{hundredths:02}%"


def _paths() -> dict[int, str]:
    names = dict(Category.objects.values_list("pk", "name"))
    return {pk: " > ".join(names[each] for each in path) for pk, path in Category.objects.values_list("pk", "path")}


def _word(*, yes: bool) -> str:
    return (fields.YES if yes else fields.NO)[0]


def _money(fen: int) -> str:
    return yuan(fen).replace(",", "")
