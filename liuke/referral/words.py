"""How referral says things to people: rewards, states, reasons. Used by its pages and its API."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from liuke.referral.attribution import How, Moment, Why
from liuke.referral.commissions import State
from liuke.referral.plans import PaidIn, Reward

REWARDS: dict[str, Promise] = {
    Reward.TIER1: gettext_lazy("您推荐的客户下单"), Reward.TIER2: gettext_lazy("您推荐的客户所推荐的客户下单"),
    Reward.DIRECT: gettext_lazy("直接推荐"), Reward.TEAM: gettext_lazy("团队差额"),
    Reward.PEER: gettext_lazy("平级奖励"),
    Reward.SELF_SAVING: gettext_lazy("自购优惠"),
}
STATES: dict[str, tuple[Promise, str]] = {
    State.PENDING: (gettext_lazy("待确认"), "warn"), State.CONFIRMED: (gettext_lazy("已到账"), "good"),
    State.VOID: (gettext_lazy("已取消"), "bad"),
}
PAID_IN: dict[str, Promise] = {
    PaidIn.CASH: gettext_lazy("现金"), PaidIn.POINTS: gettext_lazy("积分"), PaidIn.COUPON: gettext_lazy("优惠券"),
}
HOWS: dict[str, Promise] = {
    How.CODE: gettext_lazy("填写推广码"), How.TOUCH: gettext_lazy("打开推广链接"),
    How.CORRECTION: gettext_lazy("人工更正"),
}
MOMENTS: dict[str, Promise] = {
    Moment.FIRST_CLICK: gettext_lazy("第一次打开链接"), Moment.FIRST_ORDER: gettext_lazy("第一次下单"),
    Moment.FIRST_PAYMENT: gettext_lazy("第一次付款"),
}
WHYS: dict[str, Promise] = {
    Why.CODE: gettext_lazy("客户填写了推广码"), Why.BOUND: gettext_lazy("推荐人早已确定"),
    Why.NEWER: gettext_lazy("后来打开了别的链接"), Why.TOO_OLD: gettext_lazy("超出有效期"),
    Why.NOBODY: gettext_lazy("门店或员工的链接"), Why.SELF: gettext_lazy("自己的链接"),
    Why.LOOP: gettext_lazy("链接主人是其下线"), Why.STAFF: gettext_lazy("链接主人是员工"),
    Why.BLOCKED: gettext_lazy("链接主人已被停用"), Why.UNKNOWN: gettext_lazy("链接主人已注销"),
    Why.OLD_CUSTOMER: gettext_lazy("打开链接前已经下过单"),
}
