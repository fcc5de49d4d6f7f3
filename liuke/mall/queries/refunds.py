"""What can still be sent back, what is on its way, and which refunds a person must look at."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from liuke.mall.models import Order, OrderLine, Refund, RefundLine
from liuke.mall.rules.orders import RefundState
from liuke.mall.rules.shares import Sold

CLAIMS = ~Q(refund__state=RefundState.CANCELLED)


@dataclass(frozen=True)
class LineLeft:
    """A line as far as refunds care; what is wanted, on its way or back counts as claimed."""

    line_id: int
    name: str
    quantity: int
    amount_fen: int
    claimed: int
    claimed_fen: int

    def sold(self) -> Sold:
        return Sold(self.quantity, self.amount_fen, self.claimed, self.claimed_fen)


@dataclass(frozen=True)
class OrderLeft:
    """What of an order can still be sent back."""

    lines: dict[int, LineLeft]
    freight_fen: int

    @property
    def total_fen(self) -> int:
        return self.freight_fen + sum(each.amount_fen - each.claimed_fen for each in self.lines.values())


def left_of_order(order_id: int) -> OrderLeft:
    """Three statements, whatever the size of the order."""
    order = Order.objects.only("freight_fen").get(pk=order_id)
    claims = {
        row["line"]: (row["pieces"], row["fen"])
        for row in RefundLine.objects.filter(CLAIMS, refund__order_id=order_id).values("line").annotate(
            pieces=Sum("quantity"), fen=Sum("amount_fen")
        )
    }
    lines = {
        line.pk: LineLeft(line.pk, line.name, line.quantity, line.amount_fen, *claims.get(line.pk, (0, 0)))
        for line in OrderLine.objects.filter(order_id=order_id).order_by("pk")
    }
    return OrderLeft(lines=lines, freight_fen=order.freight_fen - claims.get(None, (0, 0))[1])


def refunds_list() -> QuerySet[Refund]:
    """All refunds, newest first, with what a page shows of each."""
    return Refund.objects.select_related("payment", "order").order_by("-created_at", "-pk")


def refunds_to_look_at() -> QuerySet[Refund]:
    """Failed, refused by the provider so far, or to be sent by hand."""
    stuck = Q(state=RefundState.FAILED) | Q(state=RefundState.WANTED) & ~Q(error="")
    return refunds_list().filter(stuck | Q(state=RefundState.ASKED, payment__provider="transfer"))
