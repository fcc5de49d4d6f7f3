"""Rows for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import transaction

from liuke.customers.models import Customer
from liuke.mall import models as m
from liuke.mall.queries.prices import GUEST
from liuke.mall.services import addresses, cart, checkout, stock
from liuke.mall.services.addresses import Place
from liuke.org.models import Shop

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
_numbers = count(1)


def customer(**fields) -> Customer:
    return Customer.objects.create(**{"number": f"C{next(_numbers)}", "joined_at": NOW, **fields})


def shop(code: str | None = None) -> Shop:
    code = code or f"S{next(_numbers)}"
    return Shop.objects.get_or_create(code=code, defaults={"name": f"门店 {code}"})[0]


def supplier(**fields) -> m.Supplier:
    code = f"P{next(_numbers)}"
    return m.Supplier.objects.create(**{"code": code, "name": f"供应商 {code}", **fields})


def category(name: str = "纸尿裤") -> m.Category:
    row, created = m.Category.objects.get_or_create(name=name, parent=None)
    if created:
        row.path = [row.pk]
        row.save()
    return row


def product(**fields) -> m.Product:
    number = next(_numbers)
    given = {"code": f"A{number}", "name": f"商品 {number}", "state": "on_sale", **fields}
    given.setdefault("supplier", None)
    given["supplier"] = given["supplier"] or supplier()
    given.setdefault("category", None)
    given["category"] = given["category"] or category()
    return m.Product.objects.create(**given)


def sku(*, stock: int = 10, of: m.Product | None = None, warehouses: int = 1, **fields) -> m.Sku:
    """A SKU with `stock` pieces in each of so many warehouses."""
    of = of or product()
    number = next(_numbers)
    row = m.Sku.objects.create(**{
        "product": of, "code": f"K{number}", "values": [f"规格 {number}"], "supply_fen": 1000, "list_fen": 1990,
        **fields,
    })
    for position in range(warehouses):
        place, _ = m.Warehouse.objects.get_or_create(
            code=f"W{of.supplier_id}-{position}",
            defaults={"supplier": of.supplier, "name": f"仓库 {position}", "position": position},
        )
        level = m.StockLevel.objects.create(sku=row, warehouse=place, on_hand=stock)
        m.Movement.objects.create(level=level, kind="receive", on_hand=stock, key=f"build:{level.pk}")
    return row


def line(of: m.Sku | None = None, *, quantity: int = 1, by: Customer | None = None, **fields) -> m.OrderLine:
    """A line on an order of its own, as a checkout would freeze it."""
    of = of or sku()
    amount = quantity * of.list_fen
    order = m.Order.objects.create(
        source="shop", number=f"O{next(_numbers)}", customer=by or customer(), supplier=of.product.supplier,
        state=fields.pop("state", "placed"), placed_at=NOW, goods_fen=amount, total_fen=amount,
    )
    return m.OrderLine.objects.create(**{
        "order": order, "key": "1", "item": of, "sku": of.code, "quantity": quantity, "price_fen": of.list_fen,
        "supply_fen": of.supply_fen, "shop_fen": of.list_fen, "amount_fen": amount, **fields,
    })


PLACE = Place("310106", "上海市 静安区", "林晓满", "13800138000", "南京西路 1 号")


def address(by: Customer, **fields) -> m.Address:
    return addresses.save(customer_id=by.pk, place=replace(PLACE, **fields))


def cart_line(by: Customer, of: m.Sku, *, quantity: int = 1, at: Shop | None = None) -> m.CartLine:
    return cart.put(owner=cart.Owner(customer_id=by.pk), shop=(at or shop("MINI")).code, sku_id=of.pk,
                    quantity=quantity, who=GUEST, now=NOW)


def wish(by: Customer, **fields) -> checkout.Wish:
    """What the customer wants at checkout, sent to an address made for it."""
    given = {"customer_id": by.pk, "address_id": (by.addresses.first() or address(by)).pk, **fields}
    return checkout.Wish(**given)


def placed(*, by: Customer | None = None, of: m.Sku | None = None, quantity: int = 1, key: str = "k1") -> m.OrderGroup:
    """A purchase as a customer places it, waiting to be paid."""
    by, of = by or customer(), of or sku()
    cart_line(by, of, quantity=quantity)
    return checkout.place(wish=wish(by), key=key, who=GUEST, now=NOW)


def purchase(*orders: list[tuple[m.Sku, int]], now: datetime = NOW, by: Customer | None = None,
             freight_fen: int = 0, discount_fen: int = 0) -> m.OrderGroup:
    """A placed purchase as a checkout leaves it: an order per list of (SKU, pieces), goods promised for half an hour.

    freight_fen is on every order; discount_fen is taken off the first line of the first order.
    """
    orders = orders or ([(sku(), 1)],)
    by = by or customer()
    group = m.OrderGroup.objects.create(
        number=f"26110{next(_numbers):07}", key=f"k{next(_numbers)}", customer=by, total_fen=0, state="placed",
        expires_at=now + timedelta(minutes=30), placed_at=now,
    )
    wanted = []
    for at, bought in enumerate(orders, start=1):
        off = discount_fen if at == 1 else 0
        goods = sum(of.list_fen * pieces for of, pieces in bought)
        order = m.Order.objects.create(
            source="shop", number=f"{group.number}-{at}", group=group, customer=by, shop=shop("S"), state="placed",
            supplier=bought[0][0].product.supplier, placed_at=now, goods_fen=goods, discount_fen=off,
            freight_fen=freight_fen, total_fen=goods - off + freight_fen,
        )
        group.total_fen += order.total_fen
        for place, (of, pieces) in enumerate(bought):
            less = off if place == 0 else 0
            row = m.OrderLine.objects.create(
                order=order, key=of.code, item=of, sku=of.code, name=of.product.name, quantity=pieces,
                price_fen=of.list_fen, supply_fen=of.supply_fen, shop_fen=of.list_fen, discount_fen=less,
                amount_fen=pieces * of.list_fen - less,
            )
            wanted.append(stock.Wanted(row.pk, of.pk, pieces))
    group.save()
    with transaction.atomic():
        stock.reserve(wanted=wanted, expires_at=group.expires_at)
    return group
