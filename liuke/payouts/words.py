"""How pay-outs say things to people: states, reasons, ways. Used by the pages and the API."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.cash.words import failure
from liuke.payouts.models import Payout
from liuke.payouts.rules import PartState, State, Way

STATES: dict[str, tuple[Promise, str]] = {
    State.HELD: (gettext_lazy("待核查"), "warn"), State.APPROVAL: (gettext_lazy("待审批"), "warn"),
    State.SENDING: (gettext_lazy("付款中"), "info"), State.PAID: (gettext_lazy("已付"), "good"),
    State.FAILED: (gettext_lazy("未付"), "bad"), State.REFUSED: (gettext_lazy("已拒绝"), "bad"),
    State.CANCELLED: (gettext_lazy("已撤回"), ""),
}
PARTS: dict[str, tuple[Promise, str]] = {
    PartState.SENDING: (gettext_lazy("付款中"), "info"), PartState.PAID: (gettext_lazy("已到账"), "good"),
    PartState.FAILED: (gettext_lazy("失败"), "bad"),
}
WAYS: dict[str, Promise] = {Way.WECHAT: gettext_lazy("微信零钱"), Way.BANK: gettext_lazy("银行卡")}
METHODS: dict[str, Promise] = {
    "cumulative": gettext_lazy("累计预扣"), "per_payment": gettext_lazy("按次预扣（劳务报酬）"),
}
FROZEN: dict[str, Promise] = {            # what the member reads; `about` stays with staff
    "blocked": gettext_lazy("您的推广资格已停用，提现暂停；如有疑问请联系客服"),
    "screening": gettext_lazy("您有推广订单正在人工核查，核查完成后可以提现"),
    "network": gettext_lazy("您所在的推广线正在合规核查，核查完成后可以提现"),
}
HELD: dict[str, Promise] = {
    "payee": gettext_lazy("收款账户与其他会员相同，须人工核查"),
}
HINDRANCES: dict[str, Promise] = {        # codes of refusals, for the figures of a run
    "payout_identity": gettext_lazy("未实名"), "payout_frozen": gettext_lazy("已冻结"),
    "payout_minor": gettext_lazy("未成年"), "payout_open": gettext_lazy("上一笔未结束"),
    "payout_minimum": gettext_lazy("不足最低金额"), "payout_no_payee": gettext_lazy("没有收款账户"),
    "payout_above_balance": gettext_lazy("余额不足"), "payout_no_terms": gettext_lazy("方案未写明扣税方法"),
}
FIELDS: dict[str, Promise] = {
    "minimum_fen": gettext_lazy("最低金额须在 2 元至 50,000 元之间"),
    "approve_from_fen": gettext_lazy("请填写 0 至 50,000 元之间的金额"),
    "reason": gettext_lazy("请写明原因，不超过 100 个字"),
}


def told_to_member(row: Payout) -> str:
    """One sentence for the member: what happens with it, and why."""
    if row.state == State.HELD:
        return _("暂缓付款：%(why)s") % {"why": HELD[row.held_for]}
    if row.state == State.APPROVAL:
        return _("等待审核，通过后付款")
    if row.state == State.SENDING:
        return _("正在付款") if row.way == Way.WECHAT else _("已提交银行，等待入账")
    if row.state == State.CANCELLED:
        return _("您已撤回，金额已退回余额")
    if row.state == State.PAID:
        return _("已付款，其中一部分退回余额：%(why)s") % {"why": failure(row.why)} if row.back_fen else _("已付款")
    return _("没有付款，金额已退回余额：%(why)s") % {"why": failure(row.why)}
