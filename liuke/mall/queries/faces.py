"""How goods look in lists that hold their SKUs: a cart, an order."""

from collections.abc import Iterable

from msgspec import Struct

from liuke.kit import pictures
from liuke.kit.pictures import Size
from liuke.kit.rows import fetch


class Face(Struct, frozen=True):
    """The product of a SKU: its code, and the address of its first picture, or nothing."""

    product: str
    cover: str


NOBODY = Face("", "")
_FACES = """
SELECT sku.id, product.code,
       (SELECT file FROM mall_picture WHERE product_id = product.id ORDER BY position, id LIMIT 1)
FROM mall_sku sku JOIN mall_product product ON product.id = sku.product_id
WHERE sku.id = ANY(%(skus)s)
"""


def faces(sku_ids: Iterable[int | None]) -> dict[int | None, Face]:
    """By the id of the SKU, in one statement; on sale or not."""
    asked = sorted({sku_id for sku_id in sku_ids if sku_id is not None})
    found = fetch(_FACES, {"skus": asked}) if asked else []
    return {sku_id: Face(code, pictures.url(file, Size.SMALL) if file else "") for sku_id, code, file in found}
