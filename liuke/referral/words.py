"""How referral says things to people: rewards, states, reasons. Used by its pages and its API."""

from collections.abc import Collection
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from liuke.kit.errors import Refused
from liuke.referral import guard
from liuke.referral.attribution import How, Moment, Why
from liuke.referral.commissions import State
from liuke.referral.fraud import Signal
from liuke.referral.models import Commission, PlanVersion
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
LANDINGS: dict[str, Promise] = {
    "home": gettext_lazy("欢迎页"), "product": gettext_lazy("商品页"),
}
CHANNELS: dict[str, Promise] = {
    "": gettext_lazy("未注明"), "qr": gettext_lazy("扫码"), "wechat": gettext_lazy("微信聊天"),
    "moments": gettext_lazy("朋友圈"), "wecom": gettext_lazy("企业微信"), "sms": gettext_lazy("短信"),
    "h5": gettext_lazy("网页"), "poster": gettext_lazy("海报"), "print": gettext_lazy("印刷品"),
}
PRESETS: dict[str, tuple[Promise, Promise]] = {
    "safe_2_plus_1": (gettext_lazy("2+1 安全版"), gettext_lazy(
        "推荐人得一成现金，上一级得半成积分；只按签收且未退的商品计算，不要求入门消费。")),
    "two_tier": (gettext_lazy("两级分佣"), gettext_lazy("两级都付现金；第二级现金须有负责人签署。")),
    "chain_2_plus_1": (gettext_lazy("链动 2+1（原版）"), gettext_lazy(
        "按人头升级、向下无限计酬；在中国大陆不能启用，只能模拟。")),
}
SHAPES: dict[str, Promise] = {
    "two_recruit_two": gettext_lazy("人人恰好带两人"), "uniform": gettext_lazy("谁都可能带来下一位"),
    "recent_joiners": gettext_lazy("新人最热心"), "popular_inviters": gettext_lazy("会带人的越带越多"),
}
VERDICTS: dict[str, tuple[Promise, str]] = {
    guard.Verdict.PASSES: (gettext_lazy("可以启用"), "good"),
    guard.Verdict.NEEDS_SIGNATURE: (gettext_lazy("须签署"), "warn"),
    guard.Verdict.REFUSED: (gettext_lazy("不能启用"), "bad"),
}
BASES: dict[str, Promise] = {             # why a thing in a pack is expected to cost so much
    "booked": gettext_lazy("按入账价值"), "price": gettext_lazy("按成本价，当作都会领取"),
    "used": gettext_lazy("按同种券平均实际抵扣，过期的也算在内"),
    "face": gettext_lazy("按面额，当作都会用掉"), "nothing": gettext_lazy("不花钱"),
}
SEVERITIES: dict[str, tuple[Promise, str]] = {
    guard.Severity.REJECT: (gettext_lazy("禁止"), "bad"), guard.Severity.BLOCK: (gettext_lazy("禁止提现"), "bad"),
    guard.Severity.FREEZE: (gettext_lazy("冻结"), "bad"), guard.Severity.ALARM: (gettext_lazy("警报"), "warn"),
    guard.Severity.WARN: (gettext_lazy("须签署"), "warn"),
}
CHECKS: dict[str, Promise] = {
    "G01": gettext_lazy("计酬超过两级"), "G02": gettext_lazy("须先消费或交费才能推广"),
    "G03": gettext_lazy("按加入或人头计酬"), "G04": gettext_lazy("身份或比例取决于发展人数"),
    "G05": gettext_lazy("按不限层级的团队计酬"), "G06": gettext_lazy("网络接近刑事立案标准"),
    "G07": gettext_lazy("奖励超过上限或毛利"), "G08": gettext_lazy("扣留收入直到下线升级"),
    "G09": gettext_lazy("收入须再次消费"), "G10": gettext_lazy("两级现金"),
    "G11": gettext_lazy("退货期内即确认，或不能冲回"), "G12": gettext_lazy("提现缺实名、本人收款或代扣税"),
    "G14": gettext_lazy("宣传用语违规"), "G16": gettext_lazy("强制或诱导分享"),
    "G13": gettext_lazy("季度身份与收入未报送"), "G21": gettext_lazy("奖励自己、员工或未成年人"),
    "G15": gettext_lazy("抽奖未公示奖品、数量、概率、期限和预算"),
    "G17": gettext_lazy("营销消息没有同意凭证"), "G18": gettext_lazy("退订后仍发营销消息"),
    "G19": gettext_lazy("同一商品按客户画像定价"), "G20": gettext_lazy("现金红包超出渠道限制"),
    "G22": gettext_lazy("变更未留新版本、公告或溯及既往"),
}


REFUSALS: dict[str, Promise] = {
    "self_referral": gettext_lazy("不能推荐自己"), "loop": gettext_lazy("此人在该客户之下，不能反过来做推荐人"),
    "staff_referrer": gettext_lazy("员工不能做推荐人"), "referral_blocked": gettext_lazy("此人的推广已停用"),
    "unknown_inviter": gettext_lazy("没有这位推荐人"), "referral_not_new": gettext_lazy("打开链接前已经下过单"),
}


def refused(error: Refused) -> str:
    """Why something was not done, as staff read it."""
    return str(REFUSALS.get(error.code, error.message))


SIGNALS: dict[str, Promise] = {           # for staff; G21 stands behind the first three
    Signal.OWN_ORDER: gettext_lazy("奖励自己的订单（G21）"), Signal.STAFF: gettext_lazy("受益人是员工（G21）"),
    Signal.DEVICE: gettext_lazy("与买家同一台设备（G21）"), Signal.PAYEE: gettext_lazy("与买家同一收款账户（G21）"),
    Signal.PAYEES: gettext_lazy("共用收款账户的其他会员数"), Signal.NETWORK: gettext_lazy("与买家同一网络地址"),
    Signal.ADDRESS: gettext_lazy("与买家同一收货地址"), Signal.PHONE: gettext_lazy("与买家手机号段相同"),
    Signal.VELOCITY: gettext_lazy("一小时内同一地址的访客数"), Signal.FAST: gettext_lazy("绑定到付款的秒数"),
    Signal.BURST: gettext_lazy("半小时内绑定的人数"), Signal.REFUNDS: gettext_lazy("推荐订单退款率（%）"),
    Signal.NO_MARGIN: gettext_lazy("无毛利商品占比（%）"),
}
HELD: dict[str, Promise] = {              # for the member
    Signal.OWN_ORDER: gettext_lazy("自己的订单不计佣金，正在核查"),
    Signal.STAFF: gettext_lazy("员工账号不计佣金，正在核查"),
    Signal.DEVICE: gettext_lazy("买家与您使用同一台设备，正在人工核查"),
    Signal.PAYEE: gettext_lazy("买家与您使用同一收款账户，正在人工核查"),
    Signal.PAYEES: gettext_lazy("您的收款账户与其他会员相同，正在人工核查"),
    Signal.NETWORK: gettext_lazy("买家与您使用同一网络，正在人工核查"),
    Signal.ADDRESS: gettext_lazy("买家与您的收货地址相同，正在人工核查"),
    Signal.PHONE: gettext_lazy("买家与您的手机号相近，正在人工核查"),
    Signal.VELOCITY: gettext_lazy("短时间内同一地址访问过多，正在人工核查"),
    Signal.FAST: gettext_lazy("绑定后立即付款，正在人工核查"),
    Signal.BURST: gettext_lazy("短时间内绑定人数过多，正在人工核查"),
    Signal.REFUNDS: gettext_lazy("推荐订单退款较多，正在人工核查"),
    Signal.NO_MARGIN: gettext_lazy("订单商品没有毛利，正在人工核查"),
}
JUDGED: dict[str, tuple[Promise, str]] = {
    "hold": (gettext_lazy("暂缓"), "warn"), "block": (gettext_lazy("暂缓并停提现"), "bad"),
    "pass": (gettext_lazy("放行"), "good"), "released": (gettext_lazy("已放行"), "good"),
    "voided": (gettext_lazy("已作废"), ""),
}


def standing_of(version: PlanVersion, *, now: datetime) -> tuple[Promise, str]:
    """How a version stands, with the colour of its pill."""
    if version.starts_at is None:
        return gettext_lazy("草稿"), ""
    if version.ends_at is not None and version.ends_at <= now:
        return gettext_lazy("已结束"), ""
    return (gettext_lazy("生效中"), "good") if version.starts_at <= now else (gettext_lazy("待生效"), "info")


def told_of_commissions(ids: Collection[int]) -> dict[int, str]:
    """Why points came, or went again, that a commission brought: which reward, as its customer reads it."""
    rows = Commission.objects.filter(pk__in=ids).values_list("pk", "reward")
    return {pk: str(REWARDS.get(reward, reward)) for pk, reward in rows}
