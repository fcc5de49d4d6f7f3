"""Lines of orders as those see them who reward or reckon: what was paid for each, and what of it went back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from liuke.kit.rows import fetch

LINES = """
SELECT line.id, line.order_id, o.shop_id, sku.product_id, category.path, line.quantity, line.amount_fen,
       line.refunded_fen, o.received_at
FROM mall_orderline line JOIN mall_order o ON o.id = line.order_id
LEFT JOIN mall_sku sku ON sku.id = line.item_id LEFT JOIN mall_product product ON product.id = sku.product_id
LEFT JOIN mall_category category ON category.id = product.category_id
WHERE line.order_id = ANY(%s::bigint[]) ORDER BY line.id
"""


@dataclass(frozen=True, slots=True)
class PaidLine:
    """amount_fen is what the line really cost after every discount, freight left out; refunded_fen of it went back.

    Imported lines know no product; their categories are empty.
    """

    line_id: int
    order_id: int
    shop_id: int | None
    product_id: int | None
    category_ids: tuple[int, ...]
    quantity: int
    amount_fen: int
    refunded_fen: int
    received_at: datetime | None             # of the order


def paid_lines(order_ids: Collection[int]) -> dict[int, list[PaidLine]]:
    """The lines of each order by their ids; one statement."""
    found: dict[int, list[PaidLine]] = {order_id: [] for order_id in order_ids}
    lines = fetch(LINES, [list(order_ids)]) if order_ids else []
    for line_id, order_id, shop_id, product_id, path, quantity, amount_fen, refunded_fen, received_at in lines:
        found[order_id].append(PaidLine(
            line_id, order_id, shop_id, product_id, tuple(path or ()), quantity, amount_fen, refunded_fen, received_at))
    return found
