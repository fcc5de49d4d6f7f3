"""How coupons are said to people: what one gives, what it asks, how it came, and every refusal beside its field."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.coupons.rules.states import BatchKind, State
from liuke.coupons.rules.terms import Kind, Refund, Terms
from liuke.kit.money import yuan

KINDS: dict[str, Promise] = {
    Kind.FIXED: gettext_lazy("减金额"), Kind.PERCENT: gettext_lazy("打折"), Kind.FREIGHT: gettext_lazy("免运费"),
    Kind.GIFT: gettext_lazy("兑换商品"),
}
STATES: dict[str, tuple[Promise, str]] = {
    State.FREE: (gettext_lazy("未领取"), ""), State.PENDING: (gettext_lazy("待生效"), "warn"),
    State.ISSUED: (gettext_lazy("可用"), "good"), State.RESERVED: (gettext_lazy("待付款"), "warn"),
    State.USED: (gettext_lazy("已使用"), "info"), State.EXPIRED: (gettext_lazy("已过期"), ""),
    State.WITHDRAWN: (gettext_lazy("已收回"), "bad"),
}
BATCHES: dict[str, Promise] = {
    BatchKind.MASS: gettext_lazy("统一券码"), BatchKind.CODES: gettext_lazy("一人一码"),
    BatchKind.OPEN: gettext_lazy("公开领取"), BatchKind.GRANT: gettext_lazy("定向发放"),
}
REFUNDS: dict[str, Promise] = {
    Refund.RETURN: gettext_lazy("所用商品全部退回后，券退还客户"), Refund.SPENT: gettext_lazy("不退还"),
}
FAILURES: dict[str, Promise] = {
    "budget": gettext_lazy("预算已用完，补充预算后可继续"), "over": gettext_lazy("优惠券已过有效期"),
    "stopped": gettext_lazy("优惠券已停用"),
}


def gives(terms: Terms) -> str:
    """减 ¥20.00; 8 折，最多减 ¥50.00; 运费最多减 ¥10.00; 免费兑换 1 件，最高 ¥99.00."""
    if terms.kind == Kind.FIXED:
        return _("减 ¥%(fen)s") % {"fen": yuan(terms.off_fen)}
    if terms.kind == Kind.PERCENT:
        return _("减 %(percent)s%%，最多减 ¥%(most)s") % {
            "percent": f"{terms.off_bp / 100:g}", "most": yuan(terms.ceiling_fen)}
    if terms.kind == Kind.FREIGHT:
        return _("运费最多减 ¥%(most)s") % {"most": yuan(terms.ceiling_fen)}
    return _("免费兑换 %(pieces)s 件，最高 ¥%(most)s") % {"pieces": terms.pieces, "most": yuan(terms.ceiling_fen)}


def asks(terms: Terms) -> str:
    """满 ¥100.00 可用, or that it asks for nothing."""
    return _("满 ¥%(least)s 可用") % {"least": yuan(terms.least_fen)} if terms.least_fen else _("无门槛")
