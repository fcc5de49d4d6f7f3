"""How cash says things to people: states, what a bonus waits for, refusals. Used by its pages and its API."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.cash.models import Bonus
from liuke.cash.rules import PAYOUT, BadAmount, BadCash, Move, State, Waits
from liuke.kit.errors import Refused
from liuke.loyalty import words as loyalty
from liuke.loyalty.rules import guard

CONFIRM = "confirm"
STATES: dict[str, tuple[Promise, str]] = {
    State.PENDING: (gettext_lazy("待到账"), "warn"), State.APPROVAL: (gettext_lazy("待审批"), "warn"),
    State.QUEUED: (gettext_lazy("排队中"), "info"), State.ASKED: (gettext_lazy("转账中"), "info"),
    CONFIRM: (gettext_lazy("待客户收款"), "info"), State.SENT: (gettext_lazy("已到账"), "good"),
    State.FAILED: (gettext_lazy("失败"), "bad"), State.REFUSED: (gettext_lazy("已拒绝"), "bad"),
    State.CANCELLED: (gettext_lazy("已取消"), ""),
}
WAITS: dict[str, Promise] = {
    Waits.NIGHT: gettext_lazy("零点至八点不发，八点后自动发"),
    Waits.MINUTE: gettext_lazy("这一分钟已发满，下一分钟继续"),
    Waits.PERSON_DAY: gettext_lazy("该客户今天已达上限，明天继续"),
    Waits.AMOUNT: gettext_lazy("不足 1 元，攒够一起发"),
    Waits.IDENTITY: gettext_lazy("客户还没有验证过的微信"),
    Waits.MONEY: gettext_lazy("商户账户余额不足，充值后自动继续"),
    Waits.CHANNEL: gettext_lazy("转账渠道未开通或没有应答"),
}
ORIGINS: dict[str, Promise] = {
    "rule": gettext_lazy("奖励规则"), "draw": gettext_lazy("抽奖"), "plan": gettext_lazy("发放计划"),
    PAYOUT: gettext_lazy("佣金提现"),
}
PLANS: dict[str, tuple[Promise, str]] = {
    "approval": (gettext_lazy("待审批"), "warn"), "waiting": (gettext_lazy("未到时间"), "info"),
    "running": (gettext_lazy("发放中"), "info"), "done": (gettext_lazy("已发完"), "good"),
    "stopped": (gettext_lazy("已停止"), ""), "cancelled": (gettext_lazy("已取消"), ""),
}
DIFFERENCES: dict[str, Promise] = {
    "missing_here": gettext_lazy("我方没有这笔"), "missing_there": gettext_lazy("账单里没有这笔"),
    "amount": gettext_lazy("金额不同"), "state": gettext_lazy("状态不同"),
}
FAILURES: dict[str, Promise] = {         # the channel's own words
    "OVERDUE_CLOSE": gettext_lazy("客户一天内没有确认收款"), "ACCOUNT_FROZEN": gettext_lazy("客户的微信账户被冻结"),
    "REAL_NAME_CHECK_FAIL": gettext_lazy("客户的微信没有实名"), "NAME_NOT_CORRECT": gettext_lazy("姓名与微信实名不符"),
    "ACCOUNT_NOT_EXIST": gettext_lazy("客户的微信账户不存在"), "TRANSFER_RISK": gettext_lazy("微信认为这笔转账有风险"),
    "cancelled": gettext_lazy("在客户收款前撤回"), "debt": gettext_lazy("抵扣了之前应退的红包"),
    "given_up": gettext_lazy("核实未转出，已退回预算"),
}
FIELDS: dict[str, Promise] = {
    "name": gettext_lazy("请填写名称，不超过 40 个字"), "reason": gettext_lazy("请填写原因，不超过 30 个字"),
    "budget_id": gettext_lazy("请选择一个金额预算"), "approve_from_fen": gettext_lazy("请填写 0 或更大的金额"),
    "minute_most": gettext_lazy("每分钟 1 至 1800 笔"), "person_day_times": gettext_lazy("每人每天 1 至 100 次"),
    "hold_out_bp": gettext_lazy("对照组最多 50%。"), "person_day_fen": gettext_lazy("每人每天 200 至 20,000 元"),
}


def state_of(row: Bonus) -> str:
    """The bonus's own state, or that it is up to the customer."""
    waits = row.state == State.ASKED and row.transfer and row.transfer.state == Move.CONFIRM
    return CONFIRM if waits else row.state


def failure(said: str) -> str:
    """Why a bonus was not sent; what the channel says in words of its own stays as it is."""
    return str(FAILURES.get(said, said))


def waits_for(row: Bonus) -> str:
    """What it waits for, if for anything."""
    code = row.waits or (row.transfer.waits if row.transfer and row.state == State.ASKED else "")
    return str(WAITS.get(code, ""))


def told_to_customer(row: Bonus) -> str:
    """One sentence for the customer."""
    state = state_of(row)
    if state == CONFIRM:
        return _("请在微信里确认收款")
    if state in (State.FAILED, State.REFUSED):
        return _("没有发放：%(why)s") % {"why": failure(row.refusal)}
    if state == State.SENT:
        return _("已存入您的微信零钱")
    if state == State.PENDING:
        return _("确认收货且过了退货期后发放")
    if state == State.CANCELLED:
        return _("已取消")
    return _("正在发放：%(why)s") % {"why": waits_for(row)} if waits_for(row) else _("正在发放")


def refused(error: Refused) -> str:
    """Why not, and how to mend it."""
    if isinstance(error, guard.Against):
        return loyalty.refused(error)
    if isinstance(error, BadAmount):
        return _("单个现金红包须在 1 至 200 元之间。")
    if isinstance(error, BadCash):
        return str(FIELDS.get(error.about, error.message))
    return error.message
