"""What customers find in their inbox without having asked: parcels, decisions, what was earned or is about to go.

The topic of each notice is `about:what:fact`; the inbox makes a way to the page out of the first two.
"""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.gifts.models import Gift
from liuke.kit.money import yuan
from liuke.mall.models import Return, Shipment
from liuke.outreach.rules import STALE
from liuke.outreach.services import queue_message
from liuke.timeline import facts
from liuke.timeline.models import Fact


def tell_shipped(fact: Fact, body: facts.OrderShipped) -> None:
    parcel = Shipment.objects.select_related("order").get(pk=body.shipment_id)
    _tell(fact, "order", parcel.order.number,
          _("您的订单 %(order)s 有一个包裹已发出，单号 %(tracking)s。") % {
              "order": parcel.order.number, "tracking": parcel.tracking or parcel.number})


def tell_decision(fact: Fact, body: facts.ReturnDecided) -> None:
    number = Return.objects.values_list("number", flat=True).get(pk=body.return_id)
    _tell(fact, "return", number, _("您的售后申请已同意，请看下一步怎么做。") if body.approved
          else _("您的售后申请没有通过，请看原因；有疑问可以联系客服。"))


def tell_gift(fact: Fact, body: facts.GiftGiven) -> None:
    gift = Gift.objects.select_related("kind").get(pk=body.gift_id)
    if gift.claim_by is not None:
        _tell(fact, "gifts", "", _("您有一份礼品“%(name)s”，请在 %(day)s前填写地址领取。") % {
            "name": gift.kind.name, "day": _day(timezone.localdate(gift.claim_by))})


def tell_tier(fact: Fact, body: facts.TierChanged) -> None:
    if body.up:
        _tell(fact, "tier", "", _("您的会员等级提升了，看看新的权益。"))


def tell_expiring_points(fact: Fact, body: facts.PointsExpiring) -> None:
    _tell(fact, "points", "", _("您有 %(points)s 积分将在 %(day)s到期。") % {
        "points": body.points, "day": _day(date.fromisoformat(body.expires_on))})


def tell_expiring_coupons(fact: Fact, body: facts.CouponExpiring) -> None:
    _tell(fact, "coupons", "", _("您有 %(coupons)s 张优惠券将在 %(day)s到期。") % {
        "coupons": body.coupons, "day": _day(date.fromisoformat(body.expires_on))})


def tell_expiring_gifts(fact: Fact, body: facts.GiftExpiring) -> None:
    _tell(fact, "gifts", "", _("您有 %(gifts)s 份礼品还没有领取，请在 %(day)s之前填写地址。") % {
        "gifts": body.gifts, "day": _day(date.fromisoformat(body.expires_on) + timedelta(days=1))})


def tell_commission(fact: Fact, body: facts.CommissionConfirmed) -> None:
    _tell(fact, "rewards", "", _("您的推荐奖励 %(amount)s 已到账。") % {"amount": f"¥{yuan(body.amount_fen)}"})


def tell_payout(fact: Fact, body: facts.PayoutPaid) -> None:
    _tell(fact, "payouts", "", _("您的提现 %(amount)s 已到账。") % {"amount": f"¥{yuan(body.amount_fen)}"})


def tell_payout_returned(fact: Fact, body: facts.PayoutReturned) -> None:
    _tell(fact, "payouts", "", _("您的提现没有付出，%(amount)s 已退回余额。") % {"amount": f"¥{yuan(body.amount_fen)}"})


def _tell(fact: Fact, about: str, what: str, text: str) -> None:
    """Nobody is told what is old: a replay greets no one."""
    now = timezone.now()
    if now > fact.happened_at + STALE:
        return
    queue_message(customer_id=fact.customer_id, channel="inbox", purpose="service", topic=f"{about}:{what}:{fact.pk}",
                  text=text, key=f"notice:{fact.pk}", now=now, about=fact)


def _day(day: date) -> str:
    return _("%(month)s 月 %(day)s 日") % {"month": day.month, "day": day.day, "name": day.strftime("%b")}
