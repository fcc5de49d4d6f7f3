"""How the console says things: times as people say them, and one word for each state."""

from datetime import date, datetime, timedelta

from django.utils import timezone
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


def ago(moment: datetime, *, now: datetime) -> str:
    """刚刚, 3 分钟前, 2 小时前，昨天 14:05, 11 月 2 日 14:05, 2025 年 11 月 2 日; the same forwards."""
    gap = now - moment
    seconds = int(abs(gap.total_seconds()))
    if seconds < 60:
        return _("刚刚") if gap >= timedelta(0) else _("马上")
    if seconds < 3600:
        return _minutes(seconds // 60, past=gap > timedelta(0))
    there, here = timezone.localtime(moment), timezone.localtime(now)
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


def _calendar(there: datetime, here: datetime) -> str:
    clock = there.strftime("%H:%M")
    days = (here.date() - there.date()).days
    near = {0: _("今天 %(clock)s"), 1: _("昨天 %(clock)s"), 2: _("前天 %(clock)s"), -1: _("明天 %(clock)s")}
    if days in near:
        return near[days] % {"clock": clock}
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
    "paper": gettext_lazy("书面"),
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


ACTIONS = {
    "loyalty.console.points.terms_page": gettext_lazy("更改积分设置"),
    "pointsmall.console.item_new": gettext_lazy("新建积分兑换项"),
    "pointsmall.console.item_change": gettext_lazy("更改积分兑换项"),
    "pointsmall.console.item_pause": gettext_lazy("暂停积分兑换项"),
    "pointsmall.console.item_resume": gettext_lazy("恢复积分兑换项"),
    "pointsmall.console.exchange_undo": gettext_lazy("撤销积分兑换"),
    "tiers.console.plan.plan_change": gettext_lazy("更改等级方案"),
    "tiers.console.people.grant": gettext_lazy("授予会员等级"),
    "tiers.console.people.withdraw": gettext_lazy("撤回授予的等级"),
    "loyalty.console.ruling.rule_new": gettext_lazy("新建奖励规则"),
    "loyalty.console.ruling.rule_change": gettext_lazy("更改奖励规则"),
    "loyalty.console.ruling.rule_stop": gettext_lazy("停用奖励规则"),
    "loyalty.api.grant": gettext_lazy("赠送奖励"),
    "loyalty.api.undo_grant": gettext_lazy("撤销赠送"),
    "loyalty.console.granting.grant": gettext_lazy("赠送奖励"),
    "loyalty.console.granting.undo": gettext_lazy("撤销赠送"),
    "loyalty.console.effect.stop": gettext_lazy("按效果停用"),
    "loyalty.console.effect.resume": gettext_lazy("恢复停用的奖励"),
    "loyalty.console.effect.measure": gettext_lazy("计算奖励效果"),
    "referral.console.screening.decide": gettext_lazy("处理暂缓的佣金"),
    "referral.console.screening.policy_page": gettext_lazy("更改防作弊规则"),
    "referral.console.plans.plan_new": gettext_lazy("起草推广方案"),
    "referral.console.plans.plan_replay": gettext_lazy("用真实订单重放推广方案"),
    "referral.console.plans.plan_seen": gettext_lazy("确认看过推广方案的模拟"),
    "referral.console.plans.plan_sign": gettext_lazy("签署推广方案"),
    "referral.console.plans.plan_start": gettext_lazy("启用推广方案"),
    "referral.console.plans.plan_stop": gettext_lazy("停止推广方案"),
    "referral.console.promoters.correct": gettext_lazy("更正推荐人"),
    "referral.console.promoters.block": gettext_lazy("停用推广"),
    "referral.console.promoters.unblock": gettext_lazy("恢复推广"),
    "referral.console.codes.make": gettext_lazy("生成推广码"),
    "referral.console.codes.end": gettext_lazy("停用推广码"),
    "referral.console.codes.sheet": gettext_lazy("打印推广码"),
    "referral.console.trials.start": gettext_lazy("开始方案试验"),
    "referral.console.trials.end": gettext_lazy("结束方案试验"),
    "referral.console.network.line_release": gettext_lazy("解除提现冻结"),
    "referral.console.network.watch_now": gettext_lazy("检查推广网络"),
    "loyalty.console.budgets.budgets_page": gettext_lazy("设立奖励预算"),
    "loyalty.console.budgets.budget_change": gettext_lazy("调整奖励预算"),
    "draws.console.pages.draw_new": gettext_lazy("新建抽奖"),
    "draws.console.pages.draw_change": gettext_lazy("更改抽奖草稿"),
    "draws.console.pages.draw_publish": gettext_lazy("公示抽奖"),
    "draws.console.pages.draw_stop": gettext_lazy("提前结束抽奖"),
    "draws.console.pages.draw_drop": gettext_lazy("删除抽奖草稿"),
    "draws.console.pages.prize_deliver": gettext_lazy("再发一次奖品"),
    "loyalty.console.packs.pack_new": gettext_lazy("新建礼包"),
    "loyalty.console.packs.pack_stop": gettext_lazy("停送礼包"),
    "gifts.console.withdraw": gettext_lazy("收回礼品"),
    "gifts.console.kind_new": gettext_lazy("新建礼品"),
    "gifts.console.kind_stop": gettext_lazy("停送礼品"),
    "payouts.console.payouts.decide": gettext_lazy("审批佣金提现"),
    "payouts.console.payouts.runs_page": gettext_lazy("发起佣金打款"),
    "payouts.console.payouts.terms_page": gettext_lazy("更改提现条件"),
    "payouts.console.files.files_page": gettext_lazy("生成银行付款文件"),
    "payouts.console.files.file_take": gettext_lazy("下载银行付款文件"),
    "payouts.console.files.file_answer": gettext_lazy("登记银行付款结果"),
    "payouts.console.files.tax_take": gettext_lazy("导出季度身份与收入"),
    "payouts.console.files.statement_take": gettext_lazy("下载提现明细"),
    "cash.console.bonuses.decide": gettext_lazy("审批现金红包"),
    "cash.console.bonuses.again": gettext_lazy("重新发放红包"),
    "cash.console.bonuses.stuck": gettext_lazy("处理查不到的转账"),
    "cash.console.bonuses.terms_page": gettext_lazy("更改红包限额"),
    "cash.console.plans.plan_new": gettext_lazy("新建红包计划"),
    "cash.console.plans.plan_decide": gettext_lazy("审批红包计划"),
    "cash.console.plans.plan_cancel": gettext_lazy("取消红包计划"),
    "cash.console.flows.explain": gettext_lazy("说明红包对账差异"),
    "loyalty.console.coupons.template_new": gettext_lazy("新建优惠券"),
    "loyalty.console.coupons.template_change": gettext_lazy("更改优惠券"),
    "loyalty.console.coupons.template_stop": gettext_lazy("停用优惠券"),
    "loyalty.console.coupons.batch_new": gettext_lazy("发放优惠券"),
    "loyalty.console.coupons.batch_stop": gettext_lazy("停止发放优惠券"),
    "loyalty.console.coupons.batch_resume": gettext_lazy("继续发放优惠券"),
    "loyalty.console.coupons.give": gettext_lazy("给客户发优惠券"),
    "loyalty.console.coupons.withdraw": gettext_lazy("收回优惠券"),
    "mall.console.bills.bill_again": gettext_lazy("重新核对账单"),
    "mall.console.bills.bill_explain": gettext_lazy("说明对账差异"),
    "mall.console.order.note_add": gettext_lazy("给订单写备注"),
    "mall.console.order.note_remove": gettext_lazy("删除订单备注"),
    "mall.console.order.order_cancel": gettext_lazy("取消订单"),
    "mall.console.order.order_phone": gettext_lazy("查看收货电话"),
    "mall.console.order.order_ship": gettext_lazy("打包或发货"),
    "mall.console.order.parcel_ship": gettext_lazy("寄出包裹"),
    "mall.console.order.parcel_unpack": gettext_lazy("拆开包裹"),
    "mall.console.payments.notice_explain": gettext_lazy("说明对不上的来款"),
    "mall.console.payments.refund_again": gettext_lazy("重试退款"),
    "mall.console.payments.refund_drop": gettext_lazy("放弃退款"),
    "mall.console.payments.refund_sent": gettext_lazy("记为已退款"),
    "mall.console.payments.transfer": gettext_lazy("确认转账到账"),
    "mall.console.printing.cards_drop": gettext_lazy("改用全品牌的卡片"),
    "mall.console.printing.cards_page": gettext_lazy("更改包裹卡片"),
    "mall.console.printing.orders_print": gettext_lazy("打印面单和卡片"),
    "mall.console.statements.statement_close": gettext_lazy("关闭结算单"),
    "mall.console.statements.statement_new": gettext_lazy("新建结算单"),
    "mall.console.statements.statement_paid": gettext_lazy("结算单记为付清"),
    "mall.console.returns.return_act": gettext_lazy("处理售后申请"),
    "mall.console.returns.return_answer": gettext_lazy("答复售后申请"),
    "mall.console.shipping.orders_ship": gettext_lazy("批量发货"),
    "console.automation.retry_reactions": gettext_lazy("重试自动处理"),
    "console.customer_record.customer_new": gettext_lazy("添加客户"),
    "console.customer_record.customer_edit": gettext_lazy("编辑客户"),
    "console.customer_record.identity_add": gettext_lazy("添加身份"),
    "console.customer_record.identity_remove": gettext_lazy("移除身份"),
    "console.customer_record.tag_add": gettext_lazy("加标签"),
    "console.customer_record.tag_remove": gettext_lazy("移除标签"),
    "console.consent.consent": gettext_lazy("记下授权"),
    "console.consent.consent_texts": gettext_lazy("发布同意文本"),
    "console.customers.reveal": gettext_lazy("查看完整号码"),
    "console.customers.tag_many": gettext_lazy("批量加标签"),
    "console.customers.untag_many": gettext_lazy("撤销批量加标签"),
    "console.saved.save": gettext_lazy("保存筛选"),
    "console.saved.remove": gettext_lazy("删除筛选"),
    "console.saved.undo": gettext_lazy("恢复筛选"),
    "console.customer_rights.merge": gettext_lazy("合并档案"),
    "console.customer_rights.merge_undo": gettext_lazy("撤销合并"),
    "console.customer_rights.twins_dismiss": gettext_lazy("确认不是同一人"),
    "console.customer_rights.export_request": gettext_lazy("导出个人资料"),
    "console.customer_rights.export_take": gettext_lazy("下载个人资料"),
    "console.customer_rights.forget": gettext_lazy("注销个人信息"),
    "console.tags.tag_new": gettext_lazy("新建标签"),
    "console.tags.tag_change": gettext_lazy("更改标签"),
    "console.imports.imports_new": gettext_lazy("上传导入文件"),
    "console.imports.imports_start": gettext_lazy("开始导入"),
    "console.imports.imports_errors": gettext_lazy("下载导入错误行"),
    "mall.console.products.sale": gettext_lazy("商品上架或下架"),
    "mall.console.bulk.prices": gettext_lazy("批量改价"),
    "mall.console.bulk.category": gettext_lazy("批量改分类"),
    "mall.console.undo.undo": gettext_lazy("撤销对商品的批量改动"),
    "mall.console.product.product_new": gettext_lazy("新建商品"),
    "mall.console.product.product_about": gettext_lazy("更改商品资料"),
    "mall.console.product_skus.product_skus": gettext_lazy("更改商品规格"),
    "mall.console.product_pictures.picture_add": gettext_lazy("添加商品图片"),
    "mall.console.product_pictures.picture_move": gettext_lazy("排列商品图片"),
    "mall.console.product_pictures.picture_remove": gettext_lazy("移除商品图片"),
    "mall.console.product_beside.beside_add": gettext_lazy("添加教程或配件"),
    "mall.console.product_beside.beside_change": gettext_lazy("更改教程或配件"),
    "mall.console.categories.category_new": gettext_lazy("添加分类"),
    "mall.console.categories.category_change": gettext_lazy("更改分类"),
    "mall.console.categories.label_new": gettext_lazy("添加商品品牌"),
    "mall.console.categories.label_change": gettext_lazy("更改商品品牌"),
    "mall.console.prices.shop_change": gettext_lazy("更改门店价格"),
    "mall.console.prices.tier_change": gettext_lazy("更改会员价"),
    "mall.console.timed.timed_new": gettext_lazy("新建限时价"),
    "mall.console.timed.timed_edit": gettext_lazy("更改限时价"),
    "mall.console.timed.timed_end": gettext_lazy("结束限时价"),
    "mall.console.stock.level_change": gettext_lazy("更改库存"),
    "mall.console.stock_take.receive": gettext_lazy("收货"),
    "mall.console.stock_take.take": gettext_lazy("盘点"),
    "mall.console.suppliers.supplier_new": gettext_lazy("添加供应商"),
    "mall.console.suppliers.supplier_change": gettext_lazy("更改供应商"),
    "mall.console.suppliers.supplier_staff": gettext_lazy("更改供应商账号"),
    "mall.console.suppliers.warehouse_new": gettext_lazy("添加仓库"),
    "mall.console.suppliers.warehouse_change": gettext_lazy("更改仓库"),
    "mall.console.freight.freight": gettext_lazy("更改运费"),
    "org.console.staff_new": gettext_lazy("添加员工"),
    "org.console.staff_roles": gettext_lazy("更改员工角色"),
    "org.console.staff_active": gettext_lazy("停用或恢复员工"),
    "org.console.staff_password": gettext_lazy("重置员工密码"),
    "org.console.staff_second_factor": gettext_lazy("更改两步验证要求"),
    "org.console.brand_page": gettext_lazy("更改品牌信息"),
    "org.console.shop_new": gettext_lazy("添加门店"),
    "org.console.shop_active": gettext_lazy("停用或恢复门店"),
}


def action(name: str) -> str:
    """What a member of staff did; an action without words keeps its name."""
    return str(ACTIONS.get(name, name))


def actions() -> list[tuple[str, str]]:
    """Every action with its words, for a filter."""
    return sorted(((name, str(word)) for name, word in ACTIONS.items()), key=lambda pair: pair[1])


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
    "desk.handlers.call_for_overdue": gettext_lazy("最急的工单超时未回应，呼叫值班"),
    "desk.handlers.move_tickets": gettext_lazy("把工单和对话并到留下的档案"),
    "desk.handlers.move_tickets_back": gettext_lazy("把工单和对话拆回原来的档案"),
    "outreach.handlers.move_messages": gettext_lazy("把消息记录并到留下的档案"),
    "outreach.handlers.move_messages_back": gettext_lazy("把消息记录拆回原来的档案"),
    "outreach.handlers.hush_for_return": gettext_lazy("售后处理期间不发营销消息"),
    "outreach.handlers.speak_after_return": gettext_lazy("售后处理完，恢复营销消息"),
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
    "export_not_ready": gettext_lazy("还在整理，请稍等片刻再下载。"),
    "export_gone": gettext_lazy("这份资料已被下载过或已过期，请重新导出。"),
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
