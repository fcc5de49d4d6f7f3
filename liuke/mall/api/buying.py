"""The cart of a customer or guest, the address book, and checkout."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from liuke.mall.api import base
from liuke.mall.api.orders import PurchaseOut, purchase_out
from liuke.mall.models import Address, CartLine
from liuke.mall.queries import cart as in_cart
from liuke.mall.queries.faces import faces
from liuke.mall.queries.prices import buyer
from liuke.mall.services import addresses, cart, checkout
from liuke.mall.services.addresses import Place
from liuke.points import queries as points

router = Router(tags=["cart"], throttle=base.writes)
REFUSED = {401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said}


class CartLineOut(Schema):
    """Without price_fen it cannot be bought any more; another price_fen than seen_fen has changed since."""

    id: int
    shop: str
    sku_id: int
    product: str
    name: str
    cover: str
    values: list[str]
    quantity: int
    chosen: bool
    seen_fen: int
    price_fen: int | None


class PutIn(Schema):
    shop: base.Word
    sku_id: base.Id
    quantity: int


class PutOut(Schema):
    id: int
    quantity: int
    seen_fen: int


class ChangeIn(Schema):
    quantity: int | None = None
    chosen: bool | None = None


class PlaceIn(Schema):
    region: base.Word
    region_name: Annotated[base.Text, Field(max_length=60)]
    name: Annotated[base.Text, Field(max_length=120)]
    phone: base.Word
    street: Annotated[base.Text, Field(max_length=120)]
    preferred: bool = False

    def place(self) -> Place:
        return Place(self.region, self.region_name, self.name, self.phone, self.street)


class AddressOut(Schema):
    id: int
    region: str
    region_name: str
    name: str
    phone: str
    street: str
    preferred: bool


class BeginOut(Schema):
    """The lines that would be bought, and the address book with the preferred one first."""

    lines: list[CartLineOut]
    addresses: list[AddressOut]


class WishIn(Schema):
    """`expected_fen` is the sum that the page showed; another one is refused, so that nobody pays a surprise."""

    address_id: base.Id
    codes: Annotated[list[base.Word], Field(max_length=10)] = []
    points: Annotated[int, Field(ge=0, le=10**9)] = 0
    expected_fen: base.Fen | None = None
    remark: Annotated[base.Text, Field(max_length=200)] = ""

    def wish(self, customer_id: int) -> checkout.Wish:
        return checkout.Wish(customer_id, self.address_id, tuple(self.codes), self.points, self.expected_fen,
                             self.remark)


class PartOut(Schema):
    """What one order of the purchase would cost. `freight_free` says of what benefit sending costs nothing: `tier`,
    `coupon`, `amount` (so much bought), or nothing."""

    shop_id: int
    supplier_id: int
    goods_fen: int
    discount_fen: int
    freight_fen: int
    freight_free: str
    total_fen: int


class QuoteOut(Schema):
    """`changed`: cart lines whose price is not the one the customer saw. `points_most` of the customer's points could
    pay for this, and would pay `points_most_fen`."""

    total_fen: int
    points_most: int
    points_most_fen: int
    parts: list[PartOut]
    changed: list[int]


@router.get("/cart", response={200: list[CartLineOut], 401: base.Said, 422: base.Said})
def cart_lines(request: HttpRequest) -> list[CartLineOut]:
    """What lies in the cart, at today's prices."""
    owner, now = base.owner(request), timezone.now()
    found = in_cart.cart_lines(owner.find(), who=buyer(owner.customer_id, now=now), now=now)
    face = faces(line.sku_id for line in found)
    return [
        CartLineOut(id=line.id, shop=line.shop, sku_id=line.sku_id, product=line.product, name=line.name,
                    cover=face[line.sku_id].cover, values=line.values, quantity=line.quantity, chosen=line.chosen,
                    seen_fen=line.seen_fen,
                    price_fen=line.price.price_fen if line.price else None) for line in found
    ]


@router.post("/cart", response={200: PutOut, **REFUSED})
@transaction.atomic(durable=True)
def put(request: HttpRequest, body: PutIn) -> CartLine:
    """Put so many more pieces into the cart; answers with the line as it is now."""
    owner, now = base.owner(request), timezone.now()
    return cart.put(owner=owner, shop=body.shop, sku_id=body.sku_id, quantity=body.quantity,
                    who=buyer(owner.customer_id, now=now), now=now)


@router.patch("/cart/{line_id}", response={204: None, **REFUSED})
@transaction.atomic(durable=True)
def change(request: HttpRequest, line_id: base.Id, body: ChangeIn) -> Status[None]:
    """Another quantity, or whether the line is part of the next checkout."""
    cart.change(owner=base.owner(request), line_id=line_id, quantity=body.quantity, chosen=body.chosen)
    return Status(204, None)


@router.delete("/cart/{line_id}", response={204: None, **REFUSED})
@transaction.atomic(durable=True)
def take_out(request: HttpRequest, line_id: base.Id) -> Status[None]:
    cart.take_out(owner=base.owner(request), line_id=line_id)
    return Status(204, None)


@router.get("/addresses", auth=base.customer_auth, response={200: list[AddressOut], 401: base.Said})
def address_book(request: HttpRequest) -> list[AddressOut]:
    rows = Address.objects.filter(customer_id=base.customer_of(request)).order_by("-preferred", "-pk")
    return [_address(row) for row in rows]


@router.post("/addresses", auth=base.customer_auth, response={200: AddressOut, **REFUSED})
@transaction.atomic(durable=True)
def add_address(request: HttpRequest, body: PlaceIn) -> AddressOut:
    return _address(addresses.save(
        customer_id=base.customer_of(request), place=body.place(), preferred=body.preferred))


@router.put("/addresses/{address_id}", auth=base.customer_auth, response={200: AddressOut, **REFUSED})
@transaction.atomic(durable=True)
def change_address(request: HttpRequest, address_id: base.Id, body: PlaceIn) -> AddressOut:
    return _address(addresses.save(customer_id=base.customer_of(request), place=body.place(), address_id=address_id,
                                   preferred=body.preferred))


@router.delete("/addresses/{address_id}", auth=base.customer_auth, response={204: None, **REFUSED})
@transaction.atomic(durable=True)
def remove_address(request: HttpRequest, address_id: base.Id) -> Status[None]:
    addresses.remove(customer_id=base.customer_of(request), address_id=address_id)
    return Status(204, None)


@router.get("/checkout", auth=base.customer_auth, response={200: BeginOut, 401: base.Said})
def begin(request: HttpRequest) -> BeginOut:
    """What a checkout page begins with, in one answer."""
    return BeginOut(lines=[line for line in cart_lines(request) if line.chosen], addresses=address_book(request))


@router.post("/checkout/quote", auth=base.customer_auth, response={200: QuoteOut, **REFUSED})
@transaction.atomic(durable=True)
def quote(request: HttpRequest, body: WishIn) -> QuoteOut:
    """What the chosen lines would cost, sent to this address. Writes nothing."""
    customer_id, now = base.customer_of(request), timezone.now()
    to = addresses.address_for(customer_id=customer_id, address_id=body.address_id)
    who = buyer(customer_id, now=now)
    asked = checkout.quote(wish=body.wish(customer_id), region=to.region, who=who, now=now)
    return quote_out(asked, customer_id=customer_id, now=now)


def quote_out(asked: checkout.Quote, *, customer_id: int, now: datetime) -> QuoteOut:
    most = points.offer_for(customer_id, goods_fen=asked.goods_fen, now=now)
    parts = [
        PartOut(shop_id=shop, supplier_id=supplier, goods_fen=each.goods_fen, discount_fen=each.discount_fen,
                freight_fen=each.freight_fen, freight_free=each.freight_free, total_fen=each.total_fen)
        for (shop, supplier), each in asked.sums.items()
    ]
    return QuoteOut(total_fen=asked.total_fen, parts=parts, changed=asked.changed, points_most=most.points,
                    points_most_fen=most.fen)


@router.post("/checkout", auth=base.customer_auth, response={200: PurchaseOut, **REFUSED})
@transaction.atomic(durable=True)
def place(request: HttpRequest, body: WishIn, key: base.Text = base.KEY) -> PurchaseOut:
    """Place the purchase and hold its goods until it is paid; what costs nothing is paid with it.

    The same Idempotency-Key again is the same purchase; with another body it is refused (`checkout_key_taken`).
    """
    customer_id, now = base.customer_of(request), timezone.now()
    who = buyer(customer_id, now=now)
    group = checkout.place(wish=body.wish(customer_id), key=key, who=who, now=now)
    return purchase_out(group)


def _address(row: Address) -> AddressOut:
    at = addresses.in_the_clear(row)
    return AddressOut(id=row.pk, region=at.region, region_name=at.region_name, name=at.name, phone=at.phone,
                      street=at.street, preferred=row.preferred)
