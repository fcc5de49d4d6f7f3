"""Lines of orders as those see them who reward or reckon: what was paid for each, and what of it went back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from liuke.mall.models import OrderLine


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
    rows = OrderLine.objects.filter(order_id__in=order_ids).order_by("pk").values_list(
        "pk", "order_id", "order__shop_id", "item__product_id", "item__product__category__path", "quantity",
        "amount_fen", "refunded_fen", "order__received_at",
    )
    found: dict[int, list[PaidLine]] = {order_id: [] for order_id in order_ids}
    for line_id, order_id, shop_id, product_id, path, quantity, amount_fen, refunded_fen, received_at in rows:
        found[order_id].append(PaidLine(
            line_id, order_id, shop_id, product_id, tuple(path or ()), quantity, amount_fen, refunded_fen, received_at))
    return found
