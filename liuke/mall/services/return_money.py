"""The refund that a request ends in: written down with the step that grants it, done when the money is back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.errors import BadInput
from liuke.kit.money import allocate
from liuke.mall.models import Refund, Return, ReturnLine
from liuke.mall.queries.refunds import left_of_order
from liuke.mall.rules.orders import RefundState
from liuke.mall.services import claims, refunds
from liuke.mall.services.refunds import Part


def refund(
    *, request: Return, rows: Sequence[ReturnLine], freight: bool, amounts: Mapping[int, int], now: datetime
) -> Refund:
    """Write down what these lines are worth; a job asks the provider. Raises what refund_lines raises.

    `amounts` (fen by line of the request) takes the place of the worth, for every line of the same goods or for none.
    The freight goes back with the last piece of an order of which nothing was sent, or when staff say so.
    """
    asked = {line_id: [row for row in rows if row.line_id == line_id] for line_id in {row.line_id for row in rows}}
    parts = [
        Part(line_id, sum(row.quantity for row in mine), _said(mine, amounts), stopped=sum(row.stopped for row in mine))
        for line_id, mine in sorted(asked.items())
    ]
    if freight or _nothing_was_sent(request, parts):
        parts += [Part(None)] if left_of_order(request.order_id).freight_fen else []
    times = request.steps.filter(move="refund").count() + 1
    written = refunds.refund_lines(
        order_id=request.order_id, parts=parts, key=f"return:{request.pk}:{times}", now=now,
        reason=_("售后退款 %(number)s") % {"number": request.number},
    )
    sums = dict(written.lines.filter(line__isnull=False).values_list("line_id", "amount_fen"))
    for line_id, mine in asked.items():
        weights = [amounts.get(row.pk, row.quantity) for row in mine]
        for row, fen in zip(mine, allocate(sums[line_id], weights), strict=True):
            row.refund, row.refund_fen = written, fen
            row.save(update_fields=["refund", "refund_fen"])
    return written


def _said(rows: Sequence[ReturnLine], amounts: Mapping[int, int]) -> int | None:
    """What staff say these lines get together; None is their worth. Raises BadInput when only some are said."""
    said = [amounts[row.pk] for row in rows if row.pk in amounts]
    if said and len(said) != len(rows):
        raise BadInput(_("同一种商品请每一行都填写退款金额，或都留空"))
    return sum(said) if said else None


def _nothing_was_sent(request: Return, parts: Sequence[Part]) -> bool:
    back = {part.line_id: part.quantity for part in parts}
    left = left_of_order(request.order_id).lines.values()
    return request.order.shipped_at is None and all(
        line.claimed + back.get(line.line_id, 0) == line.quantity for line in left
    )


def finish_free(*, request: Return, rows: Sequence[ReturnLine], now: datetime) -> None:
    """Goods that cost nothing have no money to wait for."""
    for refund_id in {row.refund_id for row in rows if row.refund and row.refund.state == RefundState.DONE}:
        if refund_id:
            claims.mark_refunded(refund_id=refund_id, now=now)
    request.refresh_from_db()
