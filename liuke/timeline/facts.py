"""All kinds of facts, the shared language of the modules. A fact holds ids and amounts, never names, phones or texts.

A new kind is one dataclass here and one row in `liuke/reactions.py`; it needs no migration.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class FactBody:
    """Base of all kinds; the kind's name is the class name."""

    label: ClassVar[str]              # what a person reads on the timeline, in Chinese (translated there)

    def data(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class CustomerJoined(FactBody):
    """The customer became known to the brand."""

    label = "成为客户"
    source: str


@dataclass(frozen=True, kw_only=True)
class IdentityAdded(FactBody):
    """The customer can be recognised by one thing more; kind is phone, email, wechat_openid and so on."""

    label = "添加身份"
    identity_id: int
    kind: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class IdentityVerified(FactBody):
    """The customer has proved that an identity is theirs."""

    label = "验证身份"
    identity_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class IdentityRemoved(FactBody):
    """An identity was taken off; its value is gone."""

    label = "移除身份"
    identity_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(FactBody):
    """Two records turned out to be one person; written on the record that stays."""

    label = "合并客户档案"
    merge_id: int
    merged_customer_id: int


@dataclass(frozen=True, kw_only=True)
class CustomersUnmerged(FactBody):
    """A merge was undone; written on the record that stayed."""

    label = "撤销合并"
    merge_id: int
    merged_customer_id: int


@dataclass(frozen=True, kw_only=True)
class PersonalDataExported(FactBody):
    """Everything we know about the person was handed out."""

    label = "导出个人信息"
    export_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerForgotten(FactBody):
    """The person asked to be forgotten: names, phones and texts are blanked, facts and money stay."""

    label = "注销个人信息"


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(FactBody):
    """The customer allowed one purpose on one channel, reading one version of the text."""

    label = "同意接收"
    channel: str
    purpose: str
    text_version: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(FactBody):
    """The customer took a consent back; effective at once."""

    label = "撤回同意"
    channel: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class TagAdded(FactBody):
    """A tag was put on; source is staff, customer or rule."""

    label = "添加标签"
    tag_id: int
    source: str


@dataclass(frozen=True, kw_only=True)
class TagRemoved(FactBody):
    """A tag was taken off; source is staff, customer or rule."""

    label = "移除标签"
    tag_id: int
    source: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(FactBody):
    """The brand has spoken to the customer; what was not sent, and why, is in outreach alone."""

    label = "发送消息"
    message_id: int
    channel: str
    purpose: str


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
    """An order was cancelled before it was paid."""

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
class TicketOpened(FactBody):
    """The customer needs something from us. `kind` is empty while nobody is sure what."""

    label = "提出问题"
    ticket_id: int
    channel: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class DangerReported(FactBody):
    """The customer's words tell of danger, a lawyer or the press; `risk` is safety, legal or media. Once a ticket."""

    label = "反映险情"
    ticket_id: int
    risk: str


@dataclass(frozen=True, kw_only=True)
class TicketSolved(FactBody):
    """We have answered and consider the matter done."""

    label = "问题解决"
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class TicketReopened(FactBody):
    """A matter that was done is not: the customer or staff took it up again."""

    label = "问题重新打开"
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class TicketOverdue(FactBody):
    """A promised time passed without what was promised; it happened at the due instant, whenever it was noticed."""

    label = "服务超时"
    ticket_id: int
    clock: str


@dataclass(frozen=True, kw_only=True)
class OrderCorrected(FactBody):
    """A later import changed an order that was known already."""

    label = "更正订单"
    order_id: int
    run_id: int


@dataclass(frozen=True, kw_only=True)
class ReferrerBound(FactBody):
    """It is settled who referred the customer. The newest counts: a correction is a fact of its own."""

    label = "确定推荐人"
    referrer_id: int


@dataclass(frozen=True, kw_only=True)
class CommissionPromised(FactBody):
    """An order of somebody whom the customer referred was paid; the commission comes when it cannot come back."""

    label = "佣金待确认"
    order_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class CommissionConfirmed(FactBody):
    """A commission is the customer's own now."""

    label = "佣金到账"
    order_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class CommissionTakenBack(FactBody):
    """A refund took a commission back, or a part of it; amount_fen is positive."""

    label = "佣金收回"
    order_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class MemberGraduated(FactBody):
    """The member of a chain has become a boss and left the former one; who had none has left nobody."""

    label = "晋升"
    former_boss_id: int | None


@dataclass(frozen=True, kw_only=True)
class PointsExpiring(FactBody):
    """So many points expire in the course of a day that is `days` away; expires_on is that date, 2026-12-31."""

    label = "积分即将到期"
    points: int
    expires_on: str
    days: int


@dataclass(frozen=True, kw_only=True)
class TierChanged(FactBody):
    """The customer's tier became another one (codes), upwards or not, and is kept until a date (or for good: empty).

    `reason`: growth, refund, period, plan, merge, staff.
    """

    label = "等级变动"
    before: str
    after: str
    up: bool
    reason: str
    until: str


@dataclass(frozen=True, kw_only=True)
class BirthdayCame(FactBody):
    """It is the birthday of a customer whose tier brings a birthday gift; once a year."""

    label = "会员生日"
    tier: str
    year: int


@dataclass(frozen=True, kw_only=True)
class RewardGranted(FactBody):
    """A member of staff gave something by hand, out of a budget of their own; why stands with the grant."""

    label = "员工赠送"
    grant_id: int
    benefit: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class RewardGrantUndone(FactBody):
    """What was given by hand was taken back whole."""

    label = "撤销赠送"
    grant_id: int
    benefit: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class CouponIssued(FactBody):
    """The customer has got a coupon of a template; batch_id where it came out of a batch."""

    label = "获得优惠券"
    coupon_id: int
    template_id: int
    batch_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CouponUsed(FactBody):
    """A paid purchase (its number) took the coupon, which gave so much."""

    label = "使用优惠券"
    coupon_id: int
    template_id: int
    purchase: str
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class CouponGivenBack(FactBody):
    """All that the coupon was used for was refunded: the customer has it again."""

    label = "优惠券退回"
    coupon_id: int
    template_id: int
    purchase: str


@dataclass(frozen=True, kw_only=True)
class CouponWithdrawn(FactBody):
    """What the coupon was given for was undone, or staff took it back."""

    label = "优惠券收回"
    coupon_id: int
    template_id: int


@dataclass(frozen=True, kw_only=True)
class CouponExpiring(FactBody):
    """So many coupons, worth so much at most, expire in the course of a day that is `days` away; expires_on is it."""

    label = "优惠券即将到期"
    coupons: int
    worth_fen: int
    expires_on: str
    days: int


def kinds() -> dict[str, type[FactBody]]:
    """Every kind by its name, in the order of this file."""
    return {kind.__name__: kind for kind in FactBody.__subclasses__()}


def body_of(kind: str, data: dict[str, Any]) -> FactBody:
    """The typed body of a stored fact; fields that a kind has lost since are left out."""
    cls = kinds()[kind]
    known = {field.name for field in fields(cls)}
    return cls(**{name: value for name, value in data.items() if name in known})
