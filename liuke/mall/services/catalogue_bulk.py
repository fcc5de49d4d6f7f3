"""Many new products in a few statements, as a file or a demo brings them. Each is what `open_product` makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput
from liuke.mall.models import Category, Label, Product, Sku, Supplier
from liuke.mall.rules.catalogue import ProductState
from liuke.mall.services.catalogue import About, NotReady, Piece, check_pieces, fields_of, fill, index
from liuke.mall.services.categories import DuplicateCode

AT_ONCE = 1_000                          # rows of one INSERT


@dataclass(frozen=True)
class New:
    """A product that is not there yet; on sale at once, or a draft."""

    about: About
    pieces: tuple[Piece, ...]
    on_sale: bool = False


def open_products(*, news: Sequence[New], now: datetime) -> list[Product]:
    """All of them or none, in the given order, their SKUs in `product.skus` of the database.

    Raises what `open_product` and `put_on_sale` raise.
    """
    require_transaction()
    products = _checked(news, now)
    skus = [[fill(Sku(product=product), piece) for piece in new.pieces]
            for product, new in zip(products, news, strict=True)]
    for product, mine in zip(products, skus, strict=True):
        index(product, [sku for sku in mine if sku.active])
    try:
        with transaction.atomic():
            Product.objects.bulk_create(products, batch_size=AT_ONCE)
            Sku.objects.bulk_create([sku for mine in skus for sku in mine], batch_size=AT_ONCE)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise DuplicateCode(_("编号或名称已经存在")) from error
        raise
    return products


def _checked(news: Sequence[New], now: datetime) -> list[Product]:
    suppliers = dict(Supplier.objects.values_list("pk", "active"))
    labels = Label.objects.in_bulk()
    categories = set(Category.objects.values_list("pk", flat=True))
    found = []
    for new in news:
        about = new.about
        if about.supplier_id not in suppliers or about.category_id not in categories or not (
                about.label_id is None or about.label_id in labels):
            raise BadInput(_("没有这个供应商、分类或商品品牌"))
        check_pieces(about, new.pieces)
        if new.on_sale and not (suppliers[about.supplier_id] and any(piece.active for piece in new.pieces)):
            raise NotReady(_("%(name)s 没有可售规格, 或供应商已停用") % {"name": about.name})
        product = Product(
            state=ProductState.ON_SALE if new.on_sale else ProductState.DRAFT, version=2 if new.on_sale else 1,
            changed_at=now, **fields_of(about),
        )
        product.label = labels.get(about.label_id) if about.label_id else None
        found.append(product)
    return found
