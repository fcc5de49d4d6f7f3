"""The front page in one answer, and which goods a matter of the customer is about. Under /api/v1/storefront/."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from liuke.customers import doors
from liuke.desk.queries import cases
from liuke.kit import pictures
from liuke.mall.api import base
from liuke.mall.api.shelf import ShelfItemOut
from liuke.mall.queries.catalogue import Item
from liuke.org.queries import brand
from liuke.storefront import queries, services

router = Router(tags=["storefront"], throttle=base.reads)


class BlockOut(Schema):
    """`kind`: banner, products, coupons, draw. A banner `leads` to a product, category or draw (then `what` names it),
    to coupons, points, share, or nowhere; a draw names itself in `what`. Leave out kinds you do not know."""

    id: int
    kind: str
    title: str
    words: str
    picture: str
    leads: str
    what: str
    products: list[ShelfItemOut]


class WayOut(Schema):
    """A way to pay, as the door `pay` wants it."""

    provider: str
    way: str


class HomeOut(Schema):
    """`shop` is the code that shelf and cart want. `demo`: nothing here is real, and codes are shown on the screen."""

    brand: str
    shop: str
    hello: str
    demo: bool
    ways: list[WayOut]
    blocks: list[BlockOut]


class GoodsIn(Schema):
    """A product by its code; `order` is the customer's order that it came with, or empty."""

    product: doors.Word
    order: doors.Word = ""


@router.put("/cases/{number}/goods", response={200: GoodsIn, 401: doors.Said, 404: doors.Said, 422: doors.Said},
            auth=doors.customer_auth, throttle=base.writes)
def say_goods(request: HttpRequest, number: doors.Word, body: GoodsIn) -> GoodsIn:
    """Say which goods one's own matter is about. Again is once; what the staff found out stays."""
    customer_id = doors.customer_of(request)
    ticket = cases.ticket_of(customer_id, number)
    with transaction.atomic(durable=True):
        services.name_goods(ticket_id=ticket.pk, customer_id=customer_id, code=body.product, order=body.order,
                            now=timezone.now())
    return body


@router.get("/home", response={200: HomeOut, 401: base.Said, 404: base.Said})
def home(request: HttpRequest) -> HomeOut:
    """The brand, its shop, and the blocks of the front page with the products at the caller's prices."""
    front, known = queries.front(), brand()
    shop, now = queries.shop_of(front), timezone.now()
    parts = queries.parts(shop, who=base.who(request), now=now)
    return HomeOut(
        brand=known.name if known else "", shop=shop.code, hello=front.hello if front else "",
        demo=settings.LIUKE_DEMO, blocks=[_block(part) for part in parts],
        ways=[WayOut(provider=provider, way=way) for provider, way in queries.ways()],
    )


def _block(part: queries.Part) -> BlockOut:
    row = part.block
    return BlockOut(
        id=row.pk, kind=row.kind, title=row.title, words=row.words, leads=row.leads, what=row.what,
        picture=pictures.url(row.file) if row.file else "", products=[_item(item) for item in part.products])


def _item(item: Item) -> ShelfItemOut:
    return ShelfItemOut(**{name: getattr(item, name) for name in ShelfItemOut.model_fields})
