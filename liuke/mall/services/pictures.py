"""The pictures of a product: added, put in order, taken away. The first is the cover.

They are changed beside the product's form, so they do not move its `version`.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.kit.jobs import later
from liuke.kit.pictures import Stored, used
from liuke.mall.models import Picture, Product
from liuke.mall.rules.catalogue import MAX_PICTURES


class TooManyPictures(Refused):
    """A product has at most MAX_PICTURES pictures."""

    code = "too_many_pictures"


def add_picture(*, product_id: int, picture: Stored, now: datetime) -> Picture:
    """One more, behind the others. The door stores the file around its transaction: see `kit.pictures.kept`.

    Raises NotYours, TooManyPictures. Calling twice adds two.
    """
    require_transaction()
    product = _locked(product_id, now)
    places = list(product.pictures.order_by("position").values_list("position", flat=True))
    if len(places) >= MAX_PICTURES:
        raise TooManyPictures(_("一件商品最多 %(most)s 张图片") % {"most": MAX_PICTURES})
    return Picture.objects.create(
        product=product, position=places[-1] + 1 if places else 0, file=picture.file, width=picture.width,
        height=picture.height,
    )


def order_pictures(*, product_id: int, picture_ids: Sequence[int], now: datetime) -> None:
    """Show them in this order; the first is the cover. Raises NotYours, BadInput unless it names each exactly once."""
    require_transaction()
    product = _locked(product_id, now)
    rows = {row.pk: row for row in product.pictures.all()}
    if sorted(picture_ids) != sorted(rows):
        raise BadInput(_("图片已有变化, 请刷新后再排序"))
    for position, pk in enumerate(picture_ids):
        rows[pk].position = position
    Picture.objects.bulk_update(rows.values(), ["position"])


def remove_picture(*, product_id: int, picture_id: int, now: datetime) -> None:
    """Take it off the product; a job takes its file away once this is committed. Again raises NotYours."""
    require_transaction()
    product = _locked(product_id, now)
    row = product.pictures.filter(pk=picture_id).first()
    if row is None:
        raise NotYours(_("没有这张图片"))
    row.delete()
    later("mall.remove_file", file=row.file)


def _locked(product_id: int, now: datetime) -> Product:
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotYours(_("没有这件商品"))
    product.changed_at = now
    product.save(update_fields=["changed_at"])
    return product


def is_used(*, file: str) -> bool:
    """Whether a picture in the storage still belongs to something."""
    return bool(used([file]))
