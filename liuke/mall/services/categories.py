"""Where products come from and where they stand: suppliers, labels and the tree of categories."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import Category, Label, Supplier
from liuke.mall.rules.catalogue import MAX_DEPTH, ProductState

NAME = 60


class DuplicateCode(Refused):
    """Something else has this code or name already."""

    code = "duplicate_code"


class BadText(BadInput):
    """A text is missing, too long, or holds characters that cannot be stored."""

    code = "bad_text"


class BadMove(Refused):
    """A category cannot stand below itself, nor too deep."""

    code = "category_move"


class InUse(Refused):
    """It holds categories or products."""

    code = "category_in_use"


@contextmanager
def unique() -> Iterator[None]:
    """A code that somebody has just taken is refused, and the transaction stays usable."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise DuplicateCode(_("编号或名称已经存在")) from error
        raise


def text(value: str, most: int, *, needed: bool = True) -> str:
    """The value without blanks around it. Raises BadText."""
    value = value.strip()
    if (needed and not value) or len(value) > most or "\x00" in value:
        raise BadText(_("请填写 1 到 %(most)s 个字") % {"most": most})
    return value


def open_supplier(*, code: str, name: str) -> Supplier:
    """Raises DuplicateCode, BadText."""
    require_transaction()
    with unique():
        return Supplier.objects.create(code=text(code, 20), name=text(name, NAME))


def change_supplier(*, supplier_id: int, name: str, active: bool, now: datetime) -> Supplier:
    """A supplier that is not active sells nothing: its products leave the shelves at once. Raises NotYours, BadText."""
    require_transaction()
    supplier = Supplier.objects.select_for_update().filter(pk=supplier_id).first()
    if supplier is None:
        raise NotYours
    supplier.name, supplier.active = text(name, NAME), active
    supplier.save(update_fields=["name", "active"])
    if not active:
        supplier.products.filter(state=ProductState.ON_SALE).update(
            state=ProductState.OFF_SALE, version=F("version") + 1, changed_at=now
        )
    return supplier


def open_label(*, name: str) -> Label:
    """Raises DuplicateCode, BadText."""
    require_transaction()
    with unique():
        return Label.objects.create(name=text(name, NAME))


def change_label(*, label_id: int, name: str) -> Label:
    """Raises NotYours, DuplicateCode, BadText."""
    require_transaction()
    label = Label.objects.select_for_update().filter(pk=label_id).first()
    if label is None:
        raise NotYours
    label.name = text(name, NAME)
    with unique():
        label.save(update_fields=["name"])
    return label


def open_category(*, name: str, parent_id: int | None = None, position: int = 0) -> Category:
    """Raises NotYours, DuplicateCode, BadText, BadMove below MAX_DEPTH levels."""
    require_transaction()
    advisory_lock("categories")
    above = _category(parent_id).path if parent_id else []
    if len(above) >= MAX_DEPTH:
        raise BadMove(_("分类最多 %(most)s 层") % {"most": MAX_DEPTH})
    with unique():
        category = Category.objects.create(name=text(name, NAME), parent_id=parent_id, position=_place(position))
    category.path = [*above, category.pk]
    category.save(update_fields=["path"])
    return category


def change_category(
    *, category_id: int, name: str, parent_id: int | None, position: int = 0
) -> Category:
    """Rename a category, or move it with everything below it. Again is once. Raises as `open_category` does."""
    require_transaction()
    advisory_lock("categories")
    category = _category(category_id)
    above = _category(parent_id).path if parent_id else []
    if category.pk in above:
        raise BadMove(_("不能把分类移动到它自己下面"))
    depth = max(len(path) for path in Category.objects.filter(path__contains=[category.pk]).values_list(
        "path", flat=True)) - len(category.path) + 1
    if len(above) + depth > MAX_DEPTH:
        raise BadMove(_("分类最多 %(most)s 层") % {"most": MAX_DEPTH})
    old = len(category.path)
    category.name, category.parent_id, category.position = text(name, NAME), parent_id, _place(position)
    with unique():
        category.save(update_fields=["name", "parent", "position"])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mall_category SET path = %s::bigint[] || path[%s:] WHERE path @> ARRAY[%s::bigint]",
            [above, old, category.pk],
        )
    category.refresh_from_db()
    return category


def close_category(*, category_id: int) -> None:
    """Remove an empty category. Raises NotYours, InUse."""
    require_transaction()
    advisory_lock("categories")
    category = _category(category_id)
    if category.children.exists() or category.products.exists():
        raise InUse(_("分类里还有内容, 请先移走"))
    category.delete()


def _category(category_id: int) -> Category:
    category = Category.objects.select_for_update().filter(pk=category_id).first()
    if category is None:
        raise NotYours
    return category


def _place(position: int) -> int:
    if not 0 <= position < 2**31:
        raise BadInput(_("排序值不正确"))
    return position
