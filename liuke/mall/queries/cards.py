"""What is printed for orders: the label with the address, and the card with its text filled in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from liuke.customers.queries import records
from liuke.mall.models import Order, PackingCard
from liuke.mall.rules.cards import care_of, filled
from liuke.org.queries import brand


@dataclass(frozen=True)
class Card:
    title: str
    note: str
    footer: str
    review: str


@dataclass(frozen=True)
class Printed:
    """One order as it goes onto paper. Goods are (name, code, pieces)."""

    number: str
    sender: str
    name: str
    goods: Sequence[tuple[str, str, int]]
    remark: str
    card: Card
    order: Order
    parcel: str = ""


def default_card() -> PackingCard:
    """What is printed before anybody has written a card."""
    return PackingCard(
        title=_("谢谢您，{name}"),
        note=_("这份包裹是我们亲手装好的，愿它让您的一天轻松一点。\n\n{care}\n\n有任何不满意，请告诉我们，两小时内一定有人回复。"),
        footer=_("{shop} 敬上"),
    )


def card_of(supplier_id: int | None) -> PackingCard:
    """The supplier's own card, else the brand's, else the one that Liuke comes with."""
    return _cards({supplier_id})[supplier_id]


def _cards(supplier_ids: set[int | None]) -> dict[int | None, PackingCard]:
    known = {card.supplier_id: card for card in PackingCard.objects.order_by("-pk")}
    common = known.get(None) or default_card()
    return {supplier_id: known.get(supplier_id, common) for supplier_id in supplier_ids}


def printed(orders: Sequence[Order]) -> list[Printed]:
    """What to print for these orders (as `board.picked` gives them); four statements for all of them."""
    prefetch_related_objects(list(orders), "lines__item__product")
    house = brand()
    names = records.names_of({order.customer_id for order in orders})
    cards = _cards({order.supplier_id for order in orders})
    return [
        _printed(order, names.get(order.customer_id, ""), cards[order.supplier_id], house.name if house else "")
        for order in orders
    ]


def _printed(order: Order, name: str, card: PackingCard, house: str) -> Printed:
    lines = list(order.lines.all())
    tips = {line.item.product.name: line.item.product.care for line in lines if line.item}
    values = {"name": name or _("朋友"), "shop": house or (order.shop.name if order.shop else ""),
              "number": order.number, "care": care_of(tips)}
    parcel = next((row.number for row in order.shipments.all() if row.shipped_at is None), "")
    return Printed(
        order.number, house or (order.supplier.name if order.supplier else ""), values["name"],
        [(line.name or line.sku, line.sku, line.quantity) for line in lines], order.remark,
        Card(filled(card.title, values), filled(card.note, values), filled(card.footer, values),
             filled(card.review, values)), order, parcel,
    )
