"""What customers earn: points, coupons, tiers, and what they bring by others."""

from dataclasses import dataclass

from liuke.timeline.facts.body import FactBody


@dataclass(frozen=True, kw_only=True)
class ReferrerBound(FactBody):
    """It is settled who referred the customer. A correction is a fact of its own."""

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
class NetworkAlarmed(FactBody):
    """The people who earn by the customer and each other are near what the law allows: so many in a row, so many below.

    `frozen`: nothing is paid out to any of them until staff have looked.
    """

    label = "推广线触及警戒线"
    chain: int
    people: int
    frozen: bool


@dataclass(frozen=True, kw_only=True)
class PayoutsReleased(FactBody):
    """Staff have looked at the customer's line of these sizes; pay-outs go on."""

    label = "推广线解除冻结"
    chain: int
    people: int


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


@dataclass(frozen=True, kw_only=True)
class CashBonusSent(FactBody):
    """A cash bonus has arrived in the customer's wallet."""

    label = "红包到账"
    bonus_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class CashBonusReturned(FactBody):
    """A cash bonus was refused, failed or called off; its money is back at its budget."""

    label = "红包未发放"
    bonus_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class PayoutAsked(FactBody):
    """The customer's commissions are to be paid out; amount_fen before tax."""

    label = "申请提现"
    payout_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class PayoutPaid(FactBody):
    """A pay-out has arrived: amount_fen after the tax_fen that was withheld."""

    label = "提现到账"
    payout_id: int
    amount_fen: int
    tax_fen: int


@dataclass(frozen=True, kw_only=True)
class PayoutReturned(FactBody):
    """A pay-out, or a part of it, was refused or failed; amount_fen is back at the customer's balance, tax included."""

    label = "提现退回"
    payout_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class DrawPlayed(FactBody):
    """A ticket of a draw was used; prize_id is what came of it, which may be nothing (`won`)."""

    label = "参加抽奖"
    draw_id: int
    draw_ticket_id: int
    prize_id: int
    won: bool


@dataclass(frozen=True, kw_only=True)
class PrizeDelivered(FactBody):
    """What a ticket has won was given; amount in points, fen or pieces, as the kind is counted."""

    label = "奖品发放"
    draw_id: int
    draw_ticket_id: int
    kind: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class GiftGiven(FactBody):
    """The customer has a gift that can be claimed with an address."""

    label = "获得礼品"
    gift_id: int
    kind_id: int


@dataclass(frozen=True, kw_only=True)
class GiftExpiring(FactBody):
    """So many gifts can be claimed for the last time in the course of a day that is `days` away; expires_on is it."""

    label = "礼品即将到期"
    gifts: int
    expires_on: str
    days: int


@dataclass(frozen=True, kw_only=True)
class GiftClaimed(FactBody):
    """The customer has said where the gift is to be sent; its order goes like every other."""

    label = "领取礼品"
    gift_id: int
    kind_id: int
    order_id: int


@dataclass(frozen=True, kw_only=True)
class GiftEnded(FactBody):
    """A gift that the customer knew of is gone: expired (not claimed in time, or not wanted) or taken (`why`)."""

    label = "礼品失效"
    gift_id: int
    kind_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class ItemExchanged(FactBody):
    """The customer had something of the points mall for so many points."""

    label = "积分兑换"
    exchange_id: int
    item_id: int
    points: int


@dataclass(frozen=True, kw_only=True)
class ExchangeUndone(FactBody):
    """An exchange was undone: the points are back in their lots."""

    label = "撤销积分兑换"
    exchange_id: int
    item_id: int
    points: int
