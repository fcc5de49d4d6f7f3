"""Products and their SKUs: opened as a draft, changed by version, put on sale and taken off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import Category, Companion, Label, Product, Sku, Supplier
from liuke.mall.rules import catalogue as rules
from liuke.mall.rules.catalogue import ProductState
from liuke.mall.services.categories import BadText, text, unique

MAX_AT_ONCE = 500
MAX_MONTHS, MAX_DAYS = 240, 365


class Stale(Refused):
    """Somebody changed the product since you opened it. Look at it again, then change it."""

    code = "stale_version"


class NotReady(Refused):
    """A product goes on sale with at least one active SKU and an active supplier."""

    code = "product_not_ready"


class BadCompanion(BadInput):
    """A tutorial has a title and an address on the web; an accessory is another product."""

    code = "bad_companion"


@dataclass(frozen=True, kw_only=True)
class About:
    """What is said of a product. `options` are the names of its specifications: 颜色, 尺码."""

    supplier_id: int
    category_id: int
    code: str
    name: str
    label_id: int | None = None
    summary: str = ""
    description: str = ""
    care: str = ""
    options: tuple[str, ...] = ()
    serial_numbered: bool = False
    warranty_months: int = 0
    return_days: int = 7
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What is said of a SKU, one value per option. Fen per piece."""

    code: str
    supply_fen: int
    list_fen: int
    values: tuple[str, ...] = ()
    floor_fen: int = 0
    ceiling_fen: int | None = None
    barcode: str = ""
    weight_grams: int = 0
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A tutorial (title, url) or an accessory (product id) of a product."""

    kind: str
    title: str = ""
    url: str = ""
    accessory_id: int | None = None


def pieces_of_all(options: Mapping[str, Sequence[str]], *, like: Piece) -> list[Piece]:
    """A SKU for every combination, priced like the given one; codes are numbered: A1-1, A1-2. Raises TooManySkus."""
    fields = {**like.__dict__, "barcode": ""}
    return [
        Piece(**{**fields, "code": f"{like.code}-{at}", "values": values})
        for at, values in enumerate(rules.combinations(options), start=1)
    ]


def open_product(*, about: About, pieces: Sequence[Piece], now: datetime) -> Product:
    """A new product, as a draft. Raises DuplicateCode, BadText, BadInput, BadValues, TooManySkus, PriceBounds."""
    require_transaction()
    product = Product(state=ProductState.DRAFT, changed_at=now, **_checked(about))
    check_pieces(about, pieces)
    with unique():
        product.save()
        _write_pieces(product, pieces)
    _reindex(product)
    return product


def change_product(
    *, product_id: int, version: int, about: About, pieces: Sequence[Piece] | None = None, now: datetime
) -> Product:
    """Say something else of the product that the caller saw as `version`.

    With pieces: those with a known code are changed, others added, and those not named are not sold any more; what was
    bought keeps what it was. Raises NotYours, Stale, NotReady when nothing would be left on sale, and what
    `open_product` raises.
    """
    require_transaction()
    product = _locked(product_id)
    if product.version != version:
        raise Stale(_("商品已被其他人修改, 请刷新后再试"))
    for field, value in _checked(about).items():
        setattr(product, field, value)
    if pieces is None:
        rules.check_values(about.options, product.skus.filter(active=True).values_list("values", flat=True))
    else:
        check_pieces(about, pieces)
    product.version, product.changed_at = product.version + 1, now
    with unique():
        product.save()
        if pieces is not None:
            _write_pieces(product, pieces)
    _reindex(product)
    if product.state == ProductState.ON_SALE and not product.skus.filter(active=True).exists():
        raise NotReady(_("在售商品至少要有一个可售规格"))
    return product


def put_on_sale(*, product_ids: Sequence[int], now: datetime) -> int:
    """Show these products to customers, all or none; returns how many were not on sale before.

    Raises NotYours, NotReady (which names the first product that is not).
    """
    require_transaction()
    sellable = Exists(Sku.objects.filter(product=OuterRef("pk"), active=True))
    rows = list(
        Product.objects.select_for_update(of=("self",)).filter(pk__in=_some(product_ids)).order_by("pk")
        .annotate(sellable=sellable, supplied=F("supplier__active"))
    )
    if len(rows) != len(set(product_ids)):
        raise NotYours
    for row in rows:
        if not (row.sellable and row.supplied):
            raise NotReady(_("%(name)s 没有可售规格, 或供应商已停用") % {"name": row.name})
    return _set_state(rows, ProductState.ON_SALE, now)


def take_off_sale(*, product_ids: Sequence[int], now: datetime) -> int:
    """Hide these products; what lies in carts cannot be bought any more. Returns how many were on sale before."""
    require_transaction()
    rows = list(Product.objects.select_for_update().filter(
        pk__in=_some(product_ids), state=ProductState.ON_SALE).order_by("pk"))
    return _set_state(rows, ProductState.OFF_SALE, now)


def set_companions(*, product_id: int, companions: Sequence[Beside], now: datetime) -> list[Companion]:
    """These are its tutorials and accessories from now on, in this order. Raises NotYours, BadCompanion, BadText."""
    require_transaction()
    product = _locked(product_id)
    if len(companions) > rules.MAX_COMPANIONS:
        raise BadCompanion(_("最多 %(most)s 项") % {"most": rules.MAX_COMPANIONS})
    others = {each.accessory_id for each in companions if each.kind == "accessory"}
    if product.pk in others or Product.objects.filter(pk__in=others - {None}).count() != len(others):
        raise BadCompanion(_("配件必须是另一件已有的商品"))
    rows = [_companion(product, each, at) for at, each in enumerate(companions)]
    product.companions.all().delete()
    Companion.objects.bulk_create(rows)
    _set_state([product], ProductState(product.state), now, force=True)
    return rows


def _companion(product: Product, given: Beside, position: int) -> Companion:
    title = text(given.title, 100, needed=given.kind == "tutorial")
    if given.kind == "accessory":
        return Companion(product=product, kind=given.kind, title=title, accessory_id=given.accessory_id,
                         position=position)
    url = text(given.url, 200)
    if given.kind != "tutorial" or not url.startswith(("https://", "http://")):
        raise BadCompanion(_("教程需要标题和网址"))
    return Companion(product=product, kind=given.kind, title=title, url=url, position=position)


def _some(product_ids: Sequence[int]) -> set[int]:
    if len(product_ids) > MAX_AT_ONCE:
        raise BadInput(_("一次最多处理 %(most)s 件商品") % {"most": MAX_AT_ONCE})
    return set(product_ids)


def _locked(product_id: int) -> Product:
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotYours(_("没有这件商品"))
    return product


def _set_state(rows: Sequence[Product], state: ProductState, now: datetime, *, force: bool = False) -> int:
    moved = [row.pk for row in rows if force or row.state != state]
    return Product.objects.filter(pk__in=moved).update(state=state, version=F("version") + 1, changed_at=now)


def _checked(about: About) -> dict[str, object]:
    """The fields of the row, looked at, with what they refer to. Raises BadText, BadInput."""
    if not Supplier.objects.filter(pk=about.supplier_id).exists():
        raise BadInput(_("没有这个供应商"))
    if not Category.objects.filter(pk=about.category_id).exists():
        raise BadInput(_("没有这个分类"))
    if about.label_id is not None and not Label.objects.filter(pk=about.label_id).exists():
        raise BadInput(_("没有这个商品品牌"))
    return fields_of(about)


def fields_of(about: About) -> dict[str, object]:
    """The fields of the row, looked at without the database. Raises BadText, BadInput."""
    if not (0 <= about.warranty_months <= MAX_MONTHS and 0 <= about.return_days <= MAX_DAYS
            and abs(about.position) < 2**31):
        raise BadInput(_("质保月数、退换天数或排序值不正确"))
    return {
        **about.__dict__,
        "code": text(about.code, 60),
        "name": text(about.name, 200),
        "summary": text(about.summary, 300, needed=False),
        "description": text(about.description, rules.MAX_DESCRIPTION, needed=False),
        "care": text(about.care, 2_000, needed=False),
        "options": [text(each, 30) for each in about.options],
    }


def check_pieces(about: About, pieces: Sequence[Piece]) -> None:
    """Raises BadValues, TooManySkus, PriceBounds, BadText."""
    rules.check_values(about.options, [each.values for each in pieces])
    if len({each.code for each in pieces}) != len(pieces):
        raise rules.BadValues(_("规格编号重复"))
    for each in pieces:
        rules.check_prices(supply_fen=each.supply_fen, list_fen=each.list_fen, floor_fen=each.floor_fen,
                           ceiling_fen=each.ceiling_fen)
        if not 0 <= each.weight_grams < 2**31:
            raise BadText(_("重量不正确"))


def _write_pieces(product: Product, pieces: Sequence[Piece]) -> None:
    """Add, change, and let go what is not named; let go first, so that two SKUs can change places."""
    known = {row.code: row for row in product.skus.select_for_update().order_by("pk")}
    product.skus.update(active=False)
    for given in pieces:
        code = text(given.code, 60)
        row = known.get(code) or Sku(product=product)
        fill(row, given)
        row.save()


def fill(row: Sku, given: Piece) -> Sku:
    """The SKU as it is said to be. Raises BadText."""
    for field, value in given.__dict__.items():
        setattr(row, field, value)
    row.code, row.barcode = text(given.code, 60), text(given.barcode, 30, needed=False)
    row.values = [text(each, 60) for each in given.values]
    return row


def _reindex(product: Product) -> None:
    """What the product is found by, and the price it is sorted by."""
    index(product, list(product.skus.filter(active=True).order_by("pk")))
    product.save(update_fields=["search", "from_fen"])


def index(product: Product, active: Sequence[Sku]) -> None:
    """Write both into the product; its active SKUs are given in their order."""
    words = [product.code, *(word for sku in active for word in (sku.code, sku.barcode))]
    if product.label:
        words.append(rules.search_text(product.label.name).strip())
    product.search = rules.search_text(product.name, words)
    product.from_fen = min((sku.list_fen for sku in active), default=0)
