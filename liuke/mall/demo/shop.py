"""The demo brand's mall before its first customer: parties, tree, goods, stock, prices, what goes with what."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from liuke.kit.db import require_transaction
from liuke.mall import demo
from liuke.mall.demo import tree
from liuke.mall.models import Category, Movement, Picture, Product, Sku, StockLevel, Supplier, Warehouse
from liuke.mall.rules.freight import Row
from liuke.mall.rules.stock import MovementKind
from liuke.mall.services import catalogue, categories, partners, pricing, stock
from liuke.mall.services.catalogue import About, Beside, Piece
from liuke.mall.services.catalogue_bulk import New, open_products
from liuke.mall.services.stock import Change
from liuke.org.models import Shop, Staff

SUPPLY_PERCENT, FLOOR_PERCENT = 62, 70
HELP = "https://help.xiaoman.example/"
STAFF = "supplier"                       # the login that works for the supplier of care goods


@dataclass(frozen=True)
class Ground:
    """What the goods stand on: ids of suppliers and labels by name, of categories by name."""

    suppliers: dict[str, int]
    labels: dict[str, int]
    categories: dict[str, int]


def seed(*, cards: dict[str, str], now: datetime) -> None:
    """Fill the catalogue. `cards` are the drawn pictures: name of the goods -> file. In the caller's transaction."""
    require_transaction()
    ground = _ground()
    rows = _rows()
    products = open_products(news=[*_goods(ground, rows), *_machines(ground)], now=now)
    _stock(products)
    _prices(products, now)
    _companions({product.code: product for product in products}, now)
    Picture.objects.bulk_create([
        Picture(product=product, file=cards[name], width=600, height=600)
        for product in products if (name := product.name.split(" ", 1)[1]) in cards
    ])


def _rows() -> list[dict[str, str]]:
    with open(demo.HERE / "goods.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _ground() -> Ground:
    suppliers = {code: categories.open_supplier(code=code, name=name).pk for code, name in tree.SUPPLIERS}
    for at, (supplier, code, name) in enumerate(tree.WAREHOUSES):
        Warehouse.objects.create(supplier_id=suppliers[supplier], code=code, name=name, position=at)
    far = [Row(region, True, 1000, 2500, 1000, 1000) for region in ("54", "65")]        # Tibet, Xinjiang
    for code, first, free in ((tree.FOOD, 800, 9900), (tree.CARE, 1000, 12900)):
        near = Row("", True, 1000, first, 1000, 200, free)
        partners.set_freight(supplier_id=suppliers[code], name="标准运费", rows=[near, *far])
    if Staff.objects.filter(username=STAFF, is_active=True).exists():
        partners.employ(supplier_id=suppliers[tree.CARE], username=STAFF)
    labels = {name: categories.open_label(name=name).pk for name in demo.BRANDS}
    found = dict[str, int]()
    for at, group in enumerate((*tree.GROUPS, tree.DEVICES)):
        top = categories.open_category(name=group.name, position=at)
        below = group.categories or tuple(machine.category for machine in tree.MACHINES)
        leaves = Category.objects.bulk_create(
            [Category(name=name, parent=top, position=place) for place, name in enumerate(below)])
        for leaf in leaves:
            leaf.path = [top.pk, leaf.pk]
            found[leaf.name] = leaf.pk
        Category.objects.bulk_update(leaves, ["path"])
    return Ground(suppliers, labels, found)


def _goods(ground: Ground, rows: Sequence[dict[str, str]]) -> list[New]:
    """A product for each brand, in a small and a large size; the codes are those of the year of orders."""
    group_of = {name: group for group in tree.GROUPS for name in group.categories}
    articles, news = demo.articles(), []
    for at, row in enumerate(rows):
        group = group_of[row["category"]]
        for brand, name in enumerate(demo.BRANDS):
            sizes = articles[(at * len(demo.BRANDS) + brand) * 2:][:2]
            about = About(
                supplier_id=ground.suppliers[group.supplier], category_id=ground.categories[row["category"]],
                label_id=ground.labels[name], code=f"XM{at + 1:03}-{brand + 1}", name=f"{name} {row['name']}",
                summary=f"{row['small']} 或 {row['large']}，家里常备", care=group.care, options=("规格",),
                position=(at * 7 + brand * 3) % 100,
            )
            pieces = tuple(
                _piece(size.sku, row[kind], size.price_fen, 300 if kind == "small" else 1200)
                for size, kind in zip(sizes, ("small", "large"), strict=True))
            news.append(New(about, pieces, on_sale=(at + brand) % 45 != 44))
    return news


def _piece(code: str, value: str, list_fen: int, grams: int) -> Piece:
    return Piece(
        code=code, values=(value,) if value else (), supply_fen=list_fen * SUPPLY_PERCENT // 100, list_fen=list_fen,
        floor_fen=list_fen * FLOOR_PERCENT // 100, ceiling_fen=list_fen * 2, weight_grams=grams,
        barcode=_barcode(code),
    )


def _barcode(code: str) -> str:
    """Thirteen digits that any scanner takes: of China, made up, with the check digit of EAN-13."""
    number = int.from_bytes(hashlib.blake2b(code.encode(), digest_size=4).digest()) % 10**10
    twelve = f"69{number:010}"
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(twelve))
    return f"{twelve}{-weighed % 10}"


def _machines(ground: Ground) -> list[New]:
    news = []
    for machine in tree.MACHINES:
        name, fen = machine.accessory
        part = About(supplier_id=ground.suppliers[tree.BABY], category_id=ground.categories[machine.category],
                     label_id=ground.labels["木棉"], code=f"{machine.code}-P", name=name)
        news.append(New(
            replace(part, code=machine.code, name=machine.name, options=(machine.option,), serial_numbered=True,
                    warranty_months=machine.months, return_days=15, care=tree.DEVICES.care, position=200,
                    summary=f"保修 {machine.months} 个月，寄修进度随时可查"),
            tuple(_piece(f"{machine.code}-{at}", value, price, 2500)
                  for at, (value, price) in enumerate(machine.versions, start=1)), on_sale=True))
        news.append(New(part, (_piece(part.code, "", fen, 400),), on_sale=True))
    return news


def _stock(products: Sequence[Product]) -> None:
    """First deliveries, through the journal. Some goods run low, a few are gone."""
    places = dict[int, list[Warehouse]]()
    for place in Warehouse.objects.order_by("position"):
        places.setdefault(place.supplier_id, []).append(place)
    skus = Sku.objects.filter(product__in=products).select_related("product").order_by("pk")
    levels = StockLevel.objects.bulk_create([
        StockLevel(sku=sku, warehouse=place, safety=2)
        for sku in skus for place in places[sku.product.supplier_id]], batch_size=1_000)
    stock.apply([
        Change(level.pk, MovementKind.RECEIVE, f"demo:{level.pk}", on_hand=pieces, reason="首批入库")
        for at, level in enumerate(levels) if (pieces := 0 if at % 61 == 60 else 6 if at % 23 == 22 else 80 + at % 90)])
    assert Movement.objects.count() <= len(levels), "the demo fills an empty journal"


def _prices(products: Sequence[Product], now: datetime) -> None:
    """The counters mark up on their own, and a few goods are on a timed price in the mini-program."""
    shops = {shop.code: shop.pk for shop in Shop.objects.all()}
    for code, markup_bp in (("SH01", 6500), ("HZ01", 6000), ("CD01", 5500)):
        if code in shops:
            pricing.set_shop_price(shop_id=shops[code], sku_id=None, markup_bp=markup_bp)
    for product in [row for row in products if row.state == "on_sale"][5::110]:
        sku = product.skus.order_by("pk")[0]
        pricing.set_timed_price(now=now, sale=pricing.Sale(
            sku_id=sku.pk, shop_id=shops.get("MINI"), price_fen=sku.list_fen * 80 // 100, quantity=50, per_customer=2,
            starts_at=now - timedelta(hours=2), ends_at=now + timedelta(days=3)))


def _companions(products: dict[str, Product], now: datetime) -> None:
    for machine in tree.MACHINES:
        catalogue.set_companions(product_id=products[machine.code].pk, now=now, companions=[
            Beside(kind="tutorial", title=machine.tutorial, url=f"{HELP}{machine.code.lower()}"),
            Beside(kind="accessory", accessory_id=products[f"{machine.code}-P"].pk)])


def is_there() -> bool:
    """Whether the mall has been filled."""
    return Supplier.objects.exists()
