"""How the console says things: times as people say them, and one word for each state."""

from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from liuke.customers.rules.consents import CHANNELS
from liuke.kit.errors import Refused
from liuke.timeline.facts import kinds

LEAP_YEAR = 2024
CLOCK_DAYS = 7                     # after so many days nobody asks for the time of day

STATES = {
    "done": (gettext_lazy("完成"), "good"),
    "failing": (gettext_lazy("重试中"), "warn"),
    "dead": (gettext_lazy("需处理"), "bad"),
    "placed": (gettext_lazy("待付款"), "warn"),
    "paid": (gettext_lazy("已付款"), "good"),
    "shipped": (gettext_lazy("已发货"), "info"),
    "delivered": (gettext_lazy("已送达"), "info"),
    "received": (gettext_lazy("已签收"), "good"),
    "cancelled": (gettext_lazy("已取消"), ""),
    "refunded": (gettext_lazy("已退款"), "info"),
    "given": (gettext_lazy("同意"), "good"),
    "withdrawn": (gettext_lazy("拒绝"), "bad"),
    "cleared": (gettext_lazy("未表态"), ""),
    "waiting": (gettext_lazy("排队中"), ""),
    "running": (gettext_lazy("进行中"), "info"),
    "uploaded": (gettext_lazy("待确认"), "warn"),
    "reading": (gettext_lazy("读取中"), "info"),
    "merging": (gettext_lazy("写入中"), "info"),
    "failed": (gettext_lazy("失败"), "bad"),
}


def ago(gap: timedelta, there: datetime, here: datetime) -> str:
    """刚刚, 3 分钟前, 2 小时前，昨天 14:05, 11 月 2 日 14:05, 2025 年 11 月 2 日; the same forwards.

    `there` was `gap` before `here`, which is now; both in the reader's zone.
    """
    seconds = int(abs(gap.total_seconds()))
    if seconds < 60:
        return _("刚刚") if gap >= timedelta(0) else _("马上")
    if seconds < 3600:
        return _minutes(seconds // 60, past=gap > timedelta(0))
    if seconds < 12 * 3600 and there.date() == here.date():
        return _hours(seconds // 3600, past=gap > timedelta(0))
    return _calendar(there, here)


def _minutes(count: int, *, past: bool) -> str:
    text = ngettext("%(count)s 分钟前", "%(count)s 分钟前", count) if past else ngettext(
        "%(count)s 分钟后", "%(count)s 分钟后", count)
    return text % {"count": count}


def _hours(count: int, *, past: bool) -> str:
    text = ngettext("%(count)s 小时前", "%(count)s 小时前", count) if past else ngettext(
        "%(count)s 小时后", "%(count)s 小时后", count)
    return text % {"count": count}


NEAR = {                                   # days ago
    0: gettext_lazy("今天 %(clock)s"), 1: gettext_lazy("昨天 %(clock)s"), 2: gettext_lazy("前天 %(clock)s"),
    -1: gettext_lazy("明天 %(clock)s"),
}


def _calendar(there: datetime, here: datetime) -> str:
    clock = there.strftime("%H:%M")
    days = (here.date() - there.date()).days
    if days in NEAR:
        return str(NEAR[days]) % {"clock": clock}
    parts = {"year": there.year, "month": there.month, "day": there.day, "clock": clock, "name": there.strftime("%b")}
    if abs(days) < CLOCK_DAYS:
        return _("%(month)s 月 %(day)s 日 %(clock)s") % parts
    if there.year == here.year:
        return _("%(month)s 月 %(day)s 日") % parts
    return _("%(year)s 年 %(month)s 月 %(day)s 日") % parts


SOURCES = {
    "import": gettext_lazy("导入"), "shop": gettext_lazy("商城"), "counter": gettext_lazy("柜台"),
    "console": gettext_lazy("工作台"), "staff": gettext_lazy("员工"), "customer": gettext_lazy("客户自选"),
    "rule": gettext_lazy("规则"), "h5": gettext_lazy("手机商城"), "mini_program": gettext_lazy("小程序"),
    "wecom": gettext_lazy("企业微信"), "phone": gettext_lazy("电话"), "merge": gettext_lazy("合并档案"),
    "paper": gettext_lazy("书面"), "email": gettext_lazy("邮件"), "form": gettext_lazy("网页表单"),
}


MOVES = {                                  # of a request about goods
    "answer": gettext_lazy("客服已回复"), "withdraw": gettext_lazy("客户撤回申请"),
    "send_back": gettext_lazy("客户寄回"), "receive": gettext_lazy("收到寄回的商品"),
    "inspect": gettext_lazy("检验完成"), "reject": gettext_lazy("检验不通过"),
    "replace": gettext_lazy("寄出换货"), "diagnose": gettext_lazy("开始检测"), "quote": gettext_lazy("已报价"),
    "accept_quote": gettext_lazy("客户接受报价"), "await_payment": gettext_lazy("等客户付维修费"),
    "payment": gettext_lazy("维修费到账"), "lapse": gettext_lazy("维修费超时未付"),
    "refuse_quote": gettext_lazy("客户不修了"), "ship_out": gettext_lazy("寄回给客户"),
    "arrive": gettext_lazy("客户已收到"),
    "confirm": gettext_lazy("客户确认收到"), "refund": gettext_lazy("同意退款"), "refunded": gettext_lazy("退款到账"),
    "refund_failed": gettext_lazy("退款没有成功"),
}


TIER_REASONS = {                           # why a tier changed
    "growth": gettext_lazy("获得成长值"), "refund": gettext_lazy("退款收回成长值"),
    "period": gettext_lazy("有效期满"), "plan": gettext_lazy("等级方案更新"),
    "merge": gettext_lazy("合并档案"), "staff": gettext_lazy("员工授予或撤回"),
    "reward": gettext_lazy("作为奖励，限时"),
}


IDENTITIES = {
    "phone": (gettext_lazy("手机号"), "phone"), "email": (gettext_lazy("邮箱"), "mail"),
    "wechat_openid": (gettext_lazy("微信"), "chat"), "wechat_unionid": (gettext_lazy("微信"), "chat"),
    "wecom_external": (gettext_lazy("企业微信"), "chat"), "external": (gettext_lazy("外部编号"), "link"),
}


def channel(code: str) -> str:
    """A way to reach a customer; nothing stays nothing."""
    return _(CHANNELS[code]) if code in CHANNELS else code


def month_day(value: int) -> str:
    """308 -> 3 月 8 日."""
    day = date(LEAP_YEAR, value // 100, value % 100)
    return _("%(month)s 月 %(day)s 日") % {"month": day.month, "day": day.day, "name": day.strftime("%b")}


def fact(kind: str) -> str:
    """What happened, in the reader's language."""
    known = kinds().get(kind)
    return _(known.label) if known else kind


HANDLERS: dict[str, Promise] = {
    "ledger.handlers.merge_balances": gettext_lazy("把余额并到留下的档案"),
    "ledger.handlers.unmerge_balances": gettext_lazy("把余额拆回原来的档案"),
    "points.handlers.move_lots": gettext_lazy("把积分批次并到留下的档案"),
    "points.handlers.move_lots_back": gettext_lazy("把积分批次拆回原来的档案"),
    "pointsmall.handlers.move_exchanges": gettext_lazy("把积分兑换并到留下的档案"),
    "pointsmall.handlers.move_exchanges_back": gettext_lazy("把积分兑换拆回原来的档案"),
    "tiers.handlers.move_growth": gettext_lazy("把成长值并到留下的档案，重算等级"),
    "tiers.handlers.move_growth_back": gettext_lazy("把成长值拆回原来的档案，重算等级"),
    "coupons.handlers.move_coupons": gettext_lazy("把优惠券并到留下的档案"),
    "coupons.handlers.move_coupons_back": gettext_lazy("把优惠券拆回原来的档案"),
    "coupons.handlers.withdraw_of_forgotten": gettext_lazy("收回已注销客户的优惠券"),
    "loyalty.handlers.award": gettext_lazy("按奖励规则发放"),
    "loyalty.handlers.take_back_awards": gettext_lazy("按退款收回奖励"),
    "loyalty.handlers.plan_release": gettext_lazy("记下待发放奖励的到账时间"),
    "cash.handlers.pay_what_waited": gettext_lazy("发放等微信身份的红包"),
    "cash.handlers.move_bonuses": gettext_lazy("把现金红包并到留下的档案"),
    "cash.handlers.move_bonuses_back": gettext_lazy("把现金红包拆回原来的档案"),
    "draws.handlers.deliver_prize": gettext_lazy("发放抽中的奖品"),
    "draws.handlers.move_tickets": gettext_lazy("把抽奖券并到留下的档案"),
    "draws.handlers.move_tickets_back": gettext_lazy("把抽奖券拆回原来的档案"),
    "gifts.handlers.end_called_off": gettext_lazy("没人领取的礼品退回库存和预算"),
    "gifts.handlers.withdraw_of_forgotten": gettext_lazy("收回已注销客户的礼品"),
    "gifts.handlers.move_gifts": gettext_lazy("把礼品并到留下的档案"),
    "gifts.handlers.move_gifts_back": gettext_lazy("把礼品拆回原来的档案"),
    "loyalty.handlers.move_awards": gettext_lazy("把奖励记录并到留下的档案"),
    "loyalty.handlers.move_awards_back": gettext_lazy("把奖励记录拆回原来的档案"),
    "payouts.handlers.note_sent": gettext_lazy("记下提现到账"),
    "payouts.handlers.note_returned": gettext_lazy("把未到账的提现退回余额"),
    "payouts.handlers.move_payouts": gettext_lazy("把提现并到留下的档案"),
    "payouts.handlers.move_payouts_back": gettext_lazy("把提现拆回原来的档案"),
    "referral.handlers.bind_at_order": gettext_lazy("确定新客的推荐人"),
    "referral.handlers.promise_commission": gettext_lazy("计算佣金"),
    "referral.handlers.plan_confirmation": gettext_lazy("记下佣金的到账时间"),
    "referral.handlers.take_back_commission": gettext_lazy("按退款收回佣金"),
    "referral.handlers.move_referrals": gettext_lazy("把推荐关系并到留下的档案"),
    "referral.handlers.move_referrals_back": gettext_lazy("把推荐关系拆回原来的档案"),
    "mall.handlers.move_orders": gettext_lazy("把订单并到留下的档案"),
    "mall.handlers.move_orders_back": gettext_lazy("把订单拆回原来的档案"),
    "mall.handlers.end_refunded_claims": gettext_lazy("退款到账，结束售后申请"),
    "mall.handlers.begin_repair": gettext_lazy("维修费到账，开始维修"),
    "mall.handlers.offer_repair_again": gettext_lazy("维修费超时未付，重新等客户答复"),
    "mall.handlers.settle_repair": gettext_lazy("记下应结给维修方的维修费"),
    "mall.handlers.settle_received": gettext_lazy("记下应结给供应商和门店的货款"),
    "mall.handlers.settle_refund": gettext_lazy("从结算货款中扣回退款"),
    "desk.handlers.open_return_ticket": gettext_lazy("开工单，开始计答复和决定的时限"),
    "desk.handlers.follow_return_decision": gettext_lazy("记下答复和决定，停止计时"),
    "desk.handlers.follow_return": gettext_lazy("把售后进展记到工单上"),
    "desk.handlers.finish_return_ticket": gettext_lazy("售后结束，工单解决"),
    "desk.handlers.route_ticket": gettext_lazy("分给专属客服或当班最空的人"),
    "desk.handlers.ask_rating": gettext_lazy("请客户评价，不该问的时候不问"),
    "improve.handlers.name_product": gettext_lazy("记下售后申请是哪件商品"),
    "knowledge.handlers.learn_solution": gettext_lazy("记下怎么解决的，供故障参考"),
    "knowledge.handlers.doubt_solution": gettext_lazy("重新打开，故障参考降低它的分量"),
    "knowledge.handlers.weigh_solution": gettext_lazy("把评分记进故障参考"),
    "knowledge.handlers.move_peers": gettext_lazy("把提问和回答并到留下的档案"),
    "knowledge.handlers.move_peers_back": gettext_lazy("把提问和回答拆回原来的档案"),
    "desk.handlers.call_for_overdue": gettext_lazy("最急的工单超时未回应，呼叫值班"),
    "desk.handlers.move_tickets": gettext_lazy("把工单和对话并到留下的档案"),
    "desk.handlers.move_tickets_back": gettext_lazy("把工单和对话拆回原来的档案"),
    "outreach.handlers.move_messages": gettext_lazy("把消息记录并到留下的档案"),
    "outreach.handlers.move_messages_back": gettext_lazy("把消息记录拆回原来的档案"),
    "outreach.handlers.hush_for_return": gettext_lazy("售后处理期间不发营销消息"),
    "outreach.handlers.speak_after_return": gettext_lazy("售后处理完，恢复营销消息"),
    **dict.fromkeys((f"storefront.handlers.tell_{what}" for what in (
        "shipped", "decision", "gift", "tier", "expiring_points", "expiring_coupons", "expiring_gifts",
        "commission", "payout", "payout_returned")), gettext_lazy("在站内消息里告诉客户")),
}


def handler(name: str) -> str:
    """What the system does by itself; a handler without words keeps its name."""
    return str(HANDLERS.get(name, name))


REFUSED = {
    "customer_merged": gettext_lazy("这份档案已并入另一份，请打开留下的那一份。"),
    "customer_forgotten": gettext_lazy("这位客户已注销个人信息，不能再写入任何内容。"),
    "merge_same": gettext_lazy("不能与自己合并。"),
    "merge_too_old": gettext_lazy("合并已超过 30 天，不能再撤销。"),
    "merge_covered": gettext_lazy("留下的档案后来又并入了另一份，请先撤销那一次合并。"),
    "tag_in_use": gettext_lazy("还有客户带着这个标签，请先移除，或改成别的标签名来合并。"),
    "tag_name_taken": gettext_lazy("已有同名的标签。"),
    "tags_full": gettext_lazy("标签太多了，请先合并或删除一些。"),
    "points_bad": gettext_lazy("积分数量或设置不正确，请检查后再试。"),
    "bad_input": gettext_lazy("填写的内容有误，请检查后再试。"),
    "consent_text_unknown": gettext_lazy("没有这个版本的授权文本。"),
    "reaction_not_dead": gettext_lazy("它已经在重试了。"),
}


def refused(error: Refused) -> str:
    """Why not, in words for a person; a refusal that already speaks to people keeps its own."""
    return str(REFUSED.get(error.code, error.message))
