"""Putting the front page together, and which goods of the shop a customer's matter is about."""

from datetime import datetime

from liuke.desk.services.products import BY_CUSTOMER, say_product
from liuke.draws.queries.draws import public_draw
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours
from liuke.mall.models import Category, OrderLine, Product
from liuke.mall.queries.batches import batches_of
from liuke.org.models import Shop
from liuke.storefront.models import Block, Front
from liuke.storefront.queries import blocks
from liuke.storefront.rules import HELLO_CHARACTERS, MOST_BLOCKS, BadBlock, Kind, Leads, Wish, check

SAME = ("kind", "title", "words", "leads", "what", "category_id")


def set_front(*, shop_id: int, hello: str) -> Front:
    """Sell for this shop, with this sentence at the top. Again is once. Raises BadBlock."""
    require_transaction()
    advisory_lock("storefront")
    if not Shop.objects.filter(pk=shop_id, active=True).exists():
        raise BadBlock("shop_id")
    if len(hello) > HELLO_CHARACTERS:
        raise BadBlock("hello")
    row = Front.objects.order_by("pk").first() or Front()
    row.shop_id, row.hello = shop_id, hello
    row.save()
    return row


def add_block(*, wish: Wish, file: str = "") -> Block:
    """One more at the end of the page. Calling twice adds two. Raises BadBlock (`kind` when the page is full)."""
    require_transaction()
    advisory_lock("storefront")
    _check(wish)
    if blocks(hidden=True).count() >= MOST_BLOCKS:
        raise BadBlock("kind")
    last = blocks(hidden=True).last()
    return Block.objects.create(
        **{name: getattr(wish, name) for name in SAME}, codes=list(wish.codes), file=file,
        position=last.position + 1 if last else 0)


def change_block(*, block_id: int, wish: Wish, file: str = "") -> Block:
    """From now on it is this; a new picture takes the place of the old one, which the nightly sweep then finds.

    The kind stays. Raises BadBlock, NotYours.
    """
    require_transaction()
    row = _locked(block_id)
    _check(wish)
    if wish.kind != row.kind:
        raise BadBlock("kind")
    for name in SAME:
        setattr(row, name, getattr(wish, name))
    row.codes, row.file = list(wish.codes), file or row.file
    row.save()
    return row


def hide_block(*, block_id: int, now: datetime, hidden: bool = True) -> Block:
    """Take it off the page, or put it back. Again is nothing. Raises NotYours."""
    require_transaction()
    row = _locked(block_id)
    if (row.hidden_at is not None) != hidden:
        row.hidden_at = now if hidden else None
        row.save(update_fields=["hidden_at"])
    return row


def move_block(*, block_id: int, up: bool) -> None:
    """Change places with the neighbour; at the end of the page nothing happens. Raises NotYours."""
    require_transaction()
    advisory_lock("storefront")
    rows = list(blocks(hidden=True).select_for_update())
    at = next((at for at, row in enumerate(rows) if row.pk == block_id), None)
    if at is None:
        raise NotYours
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows):
        row.position = position
    Block.objects.bulk_update(rows, ["position"])


def remove_block(*, block_id: int) -> None:
    """For good; the nightly sweep finds its picture. Raises NotYours."""
    require_transaction()
    _locked(block_id).delete()


def _locked(block_id: int) -> Block:
    row = Block.objects.select_for_update().filter(pk=block_id).first()
    if row is None:
        raise NotYours
    return row


def _check(wish: Wish) -> None:
    check(wish)
    leads = Leads.DRAW if wish.kind == Kind.DRAW else wish.leads
    codes = set(wish.codes)
    if len(codes) != len(wish.codes) or Product.objects.filter(code__in=codes).count() != len(codes):
        raise BadBlock("codes")
    if wish.category_id is not None and not Category.objects.filter(pk=wish.category_id).exists():
        raise BadBlock("category_id")
    known = {
        Leads.PRODUCT: lambda: Product.objects.filter(code=wish.what).exists(),
        Leads.CATEGORY: lambda: _is_id(wish.what) and Category.objects.filter(pk=int(wish.what)).exists(),
        Leads.DRAW: lambda: _is_draw(wish.what),
    }.get(Leads(leads))
    if known and not known():
        raise BadBlock("what")


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


def _is_draw(number: str) -> bool:
    try:
        public_draw(number)
    except NotYours:
        return False
    return True


def name_goods(*, ticket_id: int, customer_id: int, code: str, order: str, now: datetime) -> None:
    """The customer's ticket is about this product: of the order if one is named, else one on sale. Again is once.

    The caller has looked that the ticket is theirs. Raises NotYours: no such product, or in no order of theirs.
    """
    if order:
        line = OrderLine.objects.filter(order__customer_id=customer_id, order__number=order, item__product__code=code
                                        ).select_related("item").order_by("pk").first()
        product_id = line.item.product_id if line and line.item else None
    else:
        line = None
        product_id = Product.objects.filter(code=code, state="on_sale").values_list("pk", flat=True).first()
    if product_id is None:
        raise NotYours
    say_product(ticket_id=ticket_id, product_id=product_id, line_id=line.pk if line else None, said_by=BY_CUSTOMER,
                batch=batches_of([line.pk]).get(line.pk, "") if line else "", now=now)
