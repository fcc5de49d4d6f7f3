"""What customers buy and send back."""

from dataclasses import dataclass

from liuke.timeline.facts.body import FactBody


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(FactBody):
    """A purchase of one or more orders was placed and waits to be paid."""

    label = "提交订单"
    group_id: int
    total_fen: int


@dataclass(frozen=True, kw_only=True)
class OrderPaid(FactBody):
    """An order was paid. `source` is shop or import."""

    label = "支付订单"
    order_id: int
    total_fen: int
    source: str = "shop"


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(FactBody):
    """An order was cancelled before it was paid. `source` is shop, repair, or gift (also one that was
    claimed, until it has left)."""

    label = "取消订单"
    order_id: int
    source: str = "shop"


@dataclass(frozen=True, kw_only=True)
class PaymentReturned(FactBody):
    """A payment came too late or a second time, and all of it goes back; no order of the purchase is paid by it."""

    label = "款项退回"
    payment_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class BalanceChanged(FactBody):
    """Staff topped up the customer's stored balance, or corrected it (`kind`); amount_fen may be negative."""

    label = "余额变动"
    amount_fen: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class OrderShipped(FactBody):
    """A parcel of an order left; an order may have several."""

    label = "包裹发出"
    order_id: int
    shipment_id: int


@dataclass(frozen=True, kw_only=True)
class OrderDelivered(FactBody):
    """The last parcel of an order arrived."""

    label = "包裹送达"
    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderReceived(FactBody):
    """The customer has everything, or was silent long enough."""

    label = "确认收货"
    order_id: int
    total_fen: int


@dataclass(frozen=True, kw_only=True)
class OrderRefunded(FactBody):
    """Money went back for an order; refund_fen is this refund's amount, positive."""

    label = "订单退款"
    order_id: int
    refund_fen: int
    source: str = "shop"
    refund_id: int | None = None                # of the mall; imported refunds have none


@dataclass(frozen=True, kw_only=True)
class ReturnRequested(FactBody):
    """The customer asks for money back, a return, an exchange or a repair (`kind`)."""

    label = "申请售后"
    return_id: int
    order_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class ReturnDecided(FactBody):
    """The request was approved or refused."""

    label = "售后审核"
    return_id: int
    order_id: int
    approved: bool


@dataclass(frozen=True, kw_only=True)
class ReturnMoved(FactBody):
    """A request went a step further: a parcel came or left, a quote was given, answered or paid (`move`)."""

    label = "售后进展"
    return_id: int
    order_id: int
    move: str


@dataclass(frozen=True, kw_only=True)
class ReturnClosed(FactBody):
    """Nothing more will happen to any line of the request."""

    label = "售后结束"
    return_id: int
    order_id: int


@dataclass(frozen=True, kw_only=True)
class RepairPaid(FactBody):
    """The customer paid for a repair. It is no purchase: OrderPaid is not said of it."""

    label = "支付维修费"
    return_id: int
    order_id: int
    total_fen: int


@dataclass(frozen=True, kw_only=True)
class RepairFinished(FactBody):
    """A piece was repaired and goes back to the customer."""

    label = "维修完成"
    return_id: int
    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderCorrected(FactBody):
    """A later import changed an order that was known already."""

    label = "更正订单"
    order_id: int
    run_id: int
