"""How the mall's pages say things: stages, states, reasons and moves in the words of whoever reads them.

Beside the pages and not in the console's own table: these words belong to the mall alone.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke.kit.money import yuan
from liuke.mall.rules.stages import Stage

ALL = _("全部")

Word = tuple[Promise, str]           # what to say, and the colour of its pill

STAGES: dict[str, Word] = {
    Stage.PLACED: (_("待付款"), ""), Stage.TO_PICK: (_("待发货"), "warn"), Stage.PACKED: (_("已打包"), "brand"),
    Stage.SHIPPED: (_("已发货"), "info"), Stage.IN_TRANSIT: (_("运输中"), "info"),
    Stage.DELIVERED: (_("已送达"), "good"), Stage.RECEIVED: (_("已签收"), "good"),
    Stage.CANCELLED: (_("已取消"), ""), Stage.REFUNDED: (_("已退款"), ""),
}
PARCELS: dict[str, Word] = {
    "to_pick": (_("待拣货"), ""), "packed": (_("待寄出"), "warn"), "shipped": (_("已寄出"), "info"),
    "in_transit": (_("运输中"), "info"), "delivered": (_("已送达"), "good"),
}
TRACKING: dict[str, Word] = {
    "picked_up": (_("已揽收"), "info"), "in_transit": (_("运输中"), "info"), "delivering": (_("派送中"), "info"),
    "delivered": (_("已送达"), "good"), "problem": (_("异常"), "bad"),
}
PAYMENTS: dict[str, Word] = {
    "new": (_("待付款"), ""), "open": (_("等待付款"), "warn"), "paid": (_("已收到"), "good"),
    "closed": (_("已关闭"), ""),
}
REFUNDS: dict[str, Word] = {
    "wanted": (_("准备退款"), "warn"), "asked": (_("退款中"), "info"), "done": (_("已退"), "good"),
    "failed": (_("失败"), "bad"), "cancelled": (_("已放弃"), ""),
}
PROVIDERS: dict[str, Promise] = {
    "wechat": _("微信支付"), "transfer": _("银行转账"), "balance": _("余额"), "demo": _("演示收银台"),
}
CARRIERS: dict[str, Promise] = {
    "SF": _("顺丰速运"), "JD": _("京东快递"), "ZTO": _("中通快递"), "YTO": _("圆通速递"), "STO": _("申通快递"),
    "YD": _("韵达快递"), "JT": _("极兔速递"), "EMS": _("中国邮政"), "DBL": _("德邦快递"),
}
PRICE_RULES: dict[str, Promise] = {
    "supply": _("供货价"), "list": _("标价"), "markup": _("门店加价"), "fixed": _("门店定价"),
    "floor": _("不低于最低价"), "ceiling": _("不高于最高价"), "tier": _("会员价"), "timed": _("限时价"),
}
DIFFERENCES: dict[str, Word] = {
    "missing_here": (_("我们没有"), "bad"), "missing_there": (_("渠道没有"), "bad"), "amount": (_("金额不同"), "bad"),
    "state": (_("状态不同"), "warn"), "twice": (_("账单上重复"), "bad"),
}
NOTICES: dict[str, Promise] = {
    "unknown": _("付款号不认识"), "wrong_amount": _("金额不符"), "wrong_currency": _("币种不符"),
    "wrong_merchant": _("商户号不符"), "conflict": _("与之前说的矛盾"),
}
STATEMENTS: dict[str, Word] = {
    "open": (_("草稿"), ""), "closed": (_("待付款"), "warn"), "paid": (_("已付清"), "good"),
}
SHARES: dict[str, Word] = {"sale": (_("销售"), "good"), "freight": (_("运费"), ""), "refund": (_("退款"), "warn")}
TABLES = {
    "differences": DIFFERENCES, "stages": STAGES, "parcels": PARCELS, "tracking": TRACKING, "payments": PAYMENTS,
    "refunds": REFUNDS, "statements": STATEMENTS, "shares": SHARES,
}


def said(table: dict[str, Word], code: str) -> Word | tuple[str, str]:
    """The word of a state; one without words keeps its code."""
    return table.get(code, (code, ""))


def price_step(step: Mapping[str, Any]) -> str:
    """One step of "why this price", as frozen on an order line."""
    rule, note = str(step.get("rule", "")), str(step.get("note", ""))
    shown = f" ({note})" if note and rule != "timed" else ""
    return f"{PRICE_RULES.get(rule, rule)}{shown} ¥{yuan(int(step.get('price_fen', 0)))}"


def provider(code: str) -> str:
    return str(PROVIDERS.get(code, code))


def notice(code: str) -> str:
    return str(NOTICES.get(code, code))


def carrier(code: str) -> str:
    return str(CARRIERS.get(code, code))


def stage_choices() -> list[tuple[str, str]]:
    """Every state of an order, for a form that asks for some of them."""
    return [(str(stage), str(STAGES[stage][0])) for stage in Stage]
