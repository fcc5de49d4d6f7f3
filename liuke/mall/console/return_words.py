"""Requests about goods in words: for staff as verbs and states, for the customer as the progress they read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke.mall.console.words import Word
from liuke.mall.rules.returns_desk import Queue

KINDS: dict[str, Word] = {
    "refund": (_("仅退款"), "info"), "return": (_("退货退款"), "info"), "exchange": (_("换货"), "brand"),
    "repair": (_("维修"), "brand"),
}
REASONS: dict[str, Promise] = {
    "quality": _("质量问题"), "damaged": _("收到时破损"), "wrong_item": _("发错货"), "missing": _("少发漏发"),
    "does_not_fit": _("不合适"), "changed_mind": _("不想要了"), "not_working": _("不能正常使用"), "other": _("其他"),
}
GOODS: dict[str, Word] = {
    "customer": (_("在顾客手里"), ""), "way_back": (_("寄回途中"), "info"), "received": (_("我们已收到"), "warn"),
    "inspected": (_("已检查"), "warn"), "way_out": (_("寄给顾客途中"), "info"), "home": (_("已到顾客手里"), "good"),
    "kept": (_("留在我们这里"), ""),
}
CLAIMS: dict[str, Word] = {
    "asked": (_("等待决定"), "warn"), "approved": (_("已同意"), "good"), "refused": (_("已拒绝"), "bad"),
    "withdrawn": (_("顾客撤回"), ""), "diagnosing": (_("检测中"), "info"), "quoted": (_("已报价"), "info"),
    "unpaid": (_("等顾客付维修费"), "info"), "repairing": (_("维修中"), "info"),
    "not_repaired": (_("不修，原样寄回"), ""),
    "repaired": (_("已修好"), "good"), "replaced": (_("已换新"), "good"), "refunding": (_("退款中"), "info"),
    "refunded": (_("已退款"), "good"),
}
QUEUES: dict[str, Promise] = {
    Queue.ANSWER: _("待答复"), Queue.DECIDE: _("待决定"), Queue.OURS: _("待我们处理"), Queue.THEIRS: _("等顾客或快递"),
    Queue.CLOSED: _("已结束"),
}
VERBS: dict[str, Promise] = {
    "approve": _("同意申请"), "refuse": _("拒绝申请"), "receive": _("收到货了"), "inspect": _("检查合格"),
    "reject": _("检查不合格"), "replace": _("寄出新的"), "diagnose": _("开始检测"), "quote": _("报价"),
    "repair": _("修好了"), "ship_out": _("寄回给顾客"), "refund": _("退款"), "arrive": _("顾客已收到"),
}
TOLD: dict[str, Promise] = {            # what the customer reads of each step
    "ask": _("您提交了申请"), "answer": _("我们回复了您"), "approve": _("已同意您的申请"),
    "refuse": _("这次没能同意您的申请"),
    "withdraw": _("您撤回了申请"), "send_back": _("您寄出了商品"), "receive": _("我们收到了您寄回的商品"),
    "inspect": _("商品检查完毕"), "reject": _("商品检查没有通过，会寄回给您"), "replace": _("新的商品已寄出"),
    "diagnose": _("师傅正在检测"), "quote": _("维修报价出来了，等您确认"), "accept_quote": _("您接受了报价，开始维修"),
    "refuse_quote": _("您没有接受报价，商品会原样寄回"), "await_payment": _("您接受了报价，等待支付维修费"),
    "payment": _("维修费已收到，开始维修"), "lapse": _("维修费没有按时支付，请重新确认报价"),
    "repair": _("修好了，准备寄回"), "ship_out": _("商品已寄回给您"), "arrive": _("商品已送到您手里"),
    "confirm": _("您确认收到了商品"), "refund": _("退款已提交"), "refunded": _("退款已到账"),
    "refund_failed": _("退款没有成功，我们会重新处理"),
}
NEXT: dict[str, Promise] = {            # what is promised next, by the last step
    "ask": _("两小时内答复"), "answer": _("两天内给出决定"), "approve": _("请在七天内寄回"),
    "receive": _("两天内检查完"),
    "inspect": _("两天内办完"), "diagnose": _("两天内给出报价"), "accept_quote": _("一周内修好"),
    "payment": _("一周内修好"), "await_payment": _("请在三天内支付"), "refuse_quote": _("两天内寄回"),
    "repair": _("两天内寄回"), "reject": _("两天内寄回"),
}
TABLES = {"kinds": KINDS, "goods": GOODS, "claims": CLAIMS}


def reason(code: str) -> str:
    return str(REASONS.get(code, code))


def verb(move: str) -> str:
    return str(VERBS.get(move, move))


def told(move: str) -> str:
    return str(TOLD.get(move, move))


def promised(move: str) -> str:
    return str(NEXT.get(move, ""))
