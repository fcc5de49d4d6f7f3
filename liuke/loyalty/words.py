"""How loyalty says things to people: kinds of benefit, reasons, conditions, refusals. Used by its pages and its API."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from liuke.kit.errors import Refused
from liuke.kit.money import yuan
from liuke.ledger.queries import balance
from liuke.loyalty.models import Award, Budget, RuleVersion
from liuke.loyalty.queries.awards import State
from liuke.loyalty.queries.budget_story import Move
from liuke.loyalty.queries.history import Entry, Kind
from liuke.loyalty.queries.welcome import Given, newcomers_get
from liuke.loyalty.rules import guard
from liuke.loyalty.rules import terms as rules
from liuke.loyalty.services import benefits
from liuke.tiers.queries import ladder
from liuke.timeline.facts import kinds

BENEFITS: dict[str, Promise] = {
    "points": gettext_lazy("积分"), "growth": gettext_lazy("成长值"), "coupon": gettext_lazy("优惠券"),
    "draw_ticket": gettext_lazy("抽奖机会"), "gift": gettext_lazy("礼品"), "cash": gettext_lazy("现金红包"),
    "pack": gettext_lazy("礼包"), "tier": gettext_lazy("会员等级"),
}
WHICH: dict[str, Promise] = {            # of the kinds of benefit that have kinds of their own
    "coupon": gettext_lazy("哪种优惠券"), "draw_ticket": gettext_lazy("哪次抽奖"), "gift": gettext_lazy("哪种礼品"),
    "pack": gettext_lazy("哪个礼包"), "tier": gettext_lazy("哪个等级"),
}
BENEFICIARIES: dict[str, Promise] = {
    rules.CUSTOMER: gettext_lazy("客户本人"), rules.REFERRER: gettext_lazy("推荐人"),
}
HOLDS: dict[str, Promise] = {
    rules.AT_ONCE: gettext_lazy("立即到账"), rules.AFTER_RETURN: gettext_lazy("确认收货且过了退货期后到账"),
    rules.AFTER_DAYS: gettext_lazy("过几天后到账"),
}
VALIDS: dict[str, Promise] = {
    rules.NEVER: gettext_lazy("长期有效"), rules.DAYS: gettext_lazy("到账后若干天"),
    rules.YEAR_END: gettext_lazy("若干年后的年底"),
}
CAPS: dict[str, Promise] = {
    "customer_day": gettext_lazy("每位客户每天最多"), "customer": gettext_lazy("每位客户累计最多"),
    "day": gettext_lazy("每天最多"), "total": gettext_lazy("总共最多"),
    "customer_day_times": gettext_lazy("每位客户每天最多几次"), "customer_times": gettext_lazy("每位客户最多几次"),
}
STATES: dict[str, tuple[Promise, str]] = {
    State.HELD: (gettext_lazy("待到账"), "warn"), State.GIVEN: (gettext_lazy("已发放"), "good"),
    State.UNDONE: (gettext_lazy("已收回"), "info"), State.REFUSED: (gettext_lazy("未发放"), "bad"),
    State.CONTROL: (gettext_lazy("对照组"), ""),
}
FIELDS: dict[str, Promise] = {
    "amount_fen": gettext_lazy("实付商品金额"), "shop": gettext_lazy("门店"), "category": gettext_lazy("类目"),
    "product": gettext_lazy("商品"), "first": gettext_lazy("首次"), "tag": gettext_lazy("标签"),
    "segment": gettext_lazy("分层"), "growth": gettext_lazy("成长值"), "tier": gettext_lazy("等级"),
    "quality": gettext_lazy("质量评分"), "inviter_plan": gettext_lazy("推荐人适用的推广方案"),
}
SEGMENTS: dict[str, Promise] = {
    "champion": gettext_lazy("核心常客"), "promising": gettext_lazy("有潜力"), "keep": gettext_lazy("重点挽留"),
    "win_back": gettext_lazy("高额流失"), "loyal": gettext_lazy("忠实小额"), "new": gettext_lazy("新客"),
    "fading": gettext_lazy("渐行渐远"), "gone": gettext_lazy("已流失"),
}
KINDS: dict[str, Promise] = {
    Kind.EARNED: gettext_lazy("获得"), Kind.PENDING: gettext_lazy("待到账"), Kind.TAKEN_BACK: gettext_lazy("退款收回"),
    Kind.RESERVED: gettext_lazy("下单使用"), Kind.FREED: gettext_lazy("取消退回"), Kind.USED: gettext_lazy("已抵扣"),
    Kind.GIVEN_BACK: gettext_lazy("退款退回"), Kind.EXPIRED: gettext_lazy("到期"), Kind.MOVED: gettext_lazy("档案变动"),
}
MOVES: dict[str, Promise] = {
    Move.PUT_IN: gettext_lazy("财务追加"), Move.TAKEN_OUT: gettext_lazy("财务取出"), Move.HELD: gettext_lazy("预留"),
    Move.SETTLED: gettext_lazy("预留已发放"), Move.FREED: gettext_lazy("取消预留"), Move.GIVEN: gettext_lazy("发放"),
    Move.TAKEN_BACK: gettext_lazy("退款收回"), Move.GIFT: gettext_lazy("员工赠送"),
    Move.COUPON: gettext_lazy("发券留出"), Move.COUPON_BACK: gettext_lazy("券没用掉的退回"),
    Move.DRAW: gettext_lazy("抽奖划出"), Move.DRAW_BACK: gettext_lazy("抽奖余款退回"),
}
UNITS: dict[str, Promise] = {"points": gettext_lazy("积分"), "fen": gettext_lazy("元")}
REFUSED: dict[str, Promise] = {
    "loyalty_no_budget": gettext_lazy("请选择一个预算，它的单位要与奖励一致；没有预算的规则不能保存。"),
    "loyalty_overlap": gettext_lazy("它会和同一互斥组的另一条规则同时生效：%(about)s。请把条件分开，或换一个互斥组。"),
    "loyalty_benefit_missing": gettext_lazy("这种奖励还不能发放。"),
    "loyalty_benefit_details": gettext_lazy("请选择要发放的是哪一种；已经结束或停用的不能选。"),
    "loyalty_condition": gettext_lazy("这个条件不适用于所选的行为：%(about)s。"),
    "loyalty_formula": gettext_lazy(
        "看不懂这个算式：%(about)s。只能用数字、加减乘除、括号和 floor、ceil、round、min、max。"),
    "loyalty_formula_name": gettext_lazy("所选的行为没有这个数值：%(about)s。"),
    "loyalty_formula_divisor": gettext_lazy("只能除以不为 0 的数字，不能除以：%(about)s。"),
    "loyalty_formula_negative": gettext_lazy("算式可能小于 0，请加上 max(0, …) 或收紧条件。"),
    "loyalty_formula_nothing": gettext_lazy("按这个算式永远得不到奖励。"),
    "loyalty_formula_long": gettext_lazy("算式太长，请写得简单一些。"),
    "loyalty_rule": gettext_lazy("请检查这一项。"),
    "loyalty_pack": gettext_lazy("请检查这一项：要填数量，积分和现金要选同单位的预算，其他不选预算。"),
    "loyalty_budget_staff": gettext_lazy("这位员工已有自己的预算，请在那里追加。"),
    "loyalty_budget_name": gettext_lazy("已有同名的预算。"),
    "loyalty_budget_used": gettext_lazy("预算中没有这么多可以取出。"),
}
ABOUT: dict[str, Promise] = {            # parts of a rule whose values do not fit
    "hold_out_bp": gettext_lazy("对照组最多 50%。"), "ends_at": gettext_lazy("结束要晚于开始。"),
    "caps": gettext_lazy("上限要大于 0，不设就留空。"),
    "hold": gettext_lazy("等待天数最多 365 天；只有订单能等过了退货期再到账。"),
    "valid": gettext_lazy("请填写天数或年数，天数最多 3,650。"),
}
REASONS: dict[str, Promise] = {
    "draw_closed": gettext_lazy("抽奖未公示或已结束"), "too_many": gettext_lazy("一次给得太多"),
    "cash_amount": gettext_lazy("红包金额超出范围"), "pack_stopped": gettext_lazy("礼包已停送"),
    "gift_stopped": gettext_lazy("礼品已停送"), "gift_out_of_stock": gettext_lazy("礼品库存不足"),
    "tier_gone": gettext_lazy("等级方案里没有这个等级了"),
}
GUARD: dict[str, Promise] = {
    guard.Code.G03: gettext_lazy("不能因为加入或拉人发放现金或给推荐人奖励；欢迎礼要设上限。"),
    guard.Code.G15: gettext_lazy("抽奖须公示奖品、数量、概率、时间和预算，公示后不得更改。"),
    guard.Code.G16: gettext_lazy("不能奖励分享行为本身。"),
    guard.Code.G20: gettext_lazy(
        "单个现金红包须在 1 至 200 元之间：请给算式加上下限和上限，如 min(20000, max(100, …))。"),
    guard.Code.G22: gettext_lazy("规则只能从现在起更改，并写明告知客户的内容。"),
}


def fact(kind: str) -> str:
    """What a kind of fact is called."""
    known = kinds().get(kind)
    return _(known.label) if known else kind


def budget_choices(budgets: Iterable[Budget]) -> list[tuple[int, str]]:
    """Budgets for a form, each with what is left of it."""
    return [(row.pk, _("%(name)s · 余 %(rest)s") % {"name": row.name, "rest": _rest(row)}) for row in budgets]


def _rest(budget: Budget) -> str:
    free = balance(budget.address).free
    return f"¥{yuan(free)}" if budget.unit == "fen" else f"{free:,} {UNITS[budget.unit]}"


def benefit(code: str, details: Mapping[str, Any]) -> str:
    """What is given: 积分, or 优惠券 · 满 100 减 10 where a kind has kinds of its own."""
    told = benefits.benefit_of(code).told(details) if code in benefits.codes() else ""
    return f"{BENEFITS.get(code, code)} · {told}" if told else str(BENEFITS.get(code, code))


COMPENSATION: dict[str, Promise] = {      # what is made up for
    "late": gettext_lazy("耽误了时间"), "quality": gettext_lazy("产品有问题"),
    "service": gettext_lazy("服务不周"), "trouble": gettext_lazy("多跑了一趟"),
}


def refused(error: Refused) -> str:
    """Why not, and how to mend it."""
    if isinstance(error, guard.Against):
        finding = error.finding
        return f"{GUARD[finding.code]} ({finding.code} · {_(finding.clause)})"
    if isinstance(error, rules.BadRule) and error.about in ABOUT:
        return str(ABOUT[error.about])
    text = REFUSED.get(error.code)
    if text is None:
        return error.message
    about = getattr(error, "about", "") or getattr(error, "other", "")
    return str(text) % {"about": FIELDS.get(about, about)}


def why(entry: Entry) -> str:
    """One sentence for a line of the story."""
    if entry.rule:
        return _why(entry.rule, entry.version, entry.fact_kind, entry.order, entry.inputs)
    if entry.by_hand:
        return by_hand(entry)
    if entry.origin:
        return entry.origin
    if entry.order:
        return _("订单 %(order)s") % {"order": entry.order}
    return str(KINDS[entry.kind])


def why_of(award: Award, order: str) -> str:
    """The same for an award of any kind."""
    return _why(award.rule.name, award.version.number, award.fact.kind, order, award.inputs)


def _why(rule: str, version: int, fact_kind: str, order: str, saw: Mapping[str, Any]) -> str:
    where = f" · {order}" if order else ""
    text = _("%(rule)s（第 %(version)s 版）· %(fact)s%(where)s")
    said = text % {"rule": rule, "version": version, "fact": fact(fact_kind), "where": where}
    return f"{said} · {inputs(saw)}" if saw else said


GIFTS: dict[str, Promise] = {
    "keep": gettext_lazy("品牌送给您的：您常买%(category)s"),
    "widen": gettext_lazy("品牌送给您的：请您试试%(category)s"),
    "thank": gettext_lazy("品牌送给您的：谢谢您一直以来的支持"), "gift": gettext_lazy("品牌送给您的"),
    "raise": gettext_lazy("品牌送给您的：谢谢您一直以来的支持"),
}


def by_hand(entry: Entry) -> str:
    """What a customer reads of a gift by hand; of one that was undone, that."""
    if entry.kind is Kind.TAKEN_BACK:
        return _("赠送已撤销")
    return str(GIFTS.get(entry.by_hand, GIFTS["gift"])) % {"category": entry.category}


def inputs(values: Mapping[str, Any]) -> str:
    """What an award was reckoned from."""
    return "，".join(f"{FIELDS.get(name, name)} {_value(name, value)}" for name, value in values.items())


def _value(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return f"¥{yuan(value)}"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "/".join(map(str, value)) or "—"
    return str(SEGMENTS.get(value, value)) if isinstance(value, str) else str(value)


PER_YUAN = re.compile(r"floor\(amount_fen / ([1-9][0-9]{0,8})\)")


def amount(version: RuleVersion) -> str:
    """floor(amount_fen / 100) as 每满 ¥1.00 得 1 积分, 50 as 50 积分; nothing for a formula that has no such words."""
    per, formula = PER_YUAN.fullmatch(version.amount), version.amount.strip()
    said = benefit(version.benefit, version.details)
    if version.benefit == "cash":
        return f"{said} ¥{yuan(int(formula))}" if formula.isdecimal() else ""
    if version.benefit == "tier" and formula.isdecimal():
        return given(Given(version.benefit, int(formula), version.details))
    if per:
        return _("每满 ¥%(yuan)s 得 1 %(what)s") % {"yuan": yuan(int(per[1])), "what": said}
    return f"{int(formula):,} {said}" if formula.isdecimal() else ""


def hold(version: RuleVersion) -> str:
    """When it comes: 立即到账, 确认收货 7 天后到账, 3 天后到账."""
    if version.hold == rules.AFTER_RETURN:
        return _("确认收货 %(days)s 天后到账") % {"days": version.hold_days}
    return _("%(days)s 天后到账") % {"days": version.hold_days} if version.hold_days else str(HOLDS[version.hold])


def valid(version: RuleVersion) -> str:
    """Until when: 长期有效, 到账后 90 天, 到账次年年底 for a length of one year."""
    if version.valid == rules.DAYS:
        return _("到账后 %(days)s 天") % {"days": version.valid_length}
    if version.valid == rules.YEAR_END:
        return _("到账 %(years)s 年后的年底") % {"years": version.valid_length}
    return str(VALIDS[version.valid])


def conditions(version: RuleVersion) -> list[str]:
    """Each condition as a sentence; ids stand as ids."""
    said = []
    for name, condition in version.conditions.items():
        word = FIELDS.get(name, name)
        if "is" in condition:
            said.append(f"{word}：{_('是') if condition['is'] else _('否')}")
        elif "any" in condition:
            known = dict(ladder()) if name == "tier" else SEGMENTS
            said.append(f"{word}：{'、'.join(str(known.get(each, each)) for each in condition['any'])}")
        else:
            least, most = (_value(name, condition[end]) if end in condition else "" for end in ("least", "most"))
            said.append(f"{word}：{least} – {most}".strip())
    return said


@dataclass(frozen=True)
class Welcome:
    """What a newcomer gets by one rule: the name of the pack, its words, and what is in it, a sentence each."""

    name: str
    words: str
    gives: tuple[str, ...]
    invited: bool


def welcome(*, now: datetime, plan: int | None = None) -> list[Welcome]:
    """For the page of a link that somebody shared who lives under this plan; nothing that only some would get."""
    return [Welcome(each.name, each.words, tuple(map(given, each.gives)), each.invited)
            for each in newcomers_get(now=now, plan=plan)]


def given(each: Given) -> str:
    """积分 100, 优惠券 · 满 100 减 20 × 2, 现金红包 ¥5.00."""
    said = benefit(each.benefit, each.details)
    if each.benefit == "cash":
        return f"{said} ¥{yuan(each.amount)}"
    if each.benefit == "tier":
        return ngettext("%(what)s %(days)s 天", "%(what)s %(days)s 天", each.amount) % {
            "what": said, "days": f"{each.amount:,}"}
    if each.details:
        return said if each.amount == 1 else f"{said} × {each.amount:,}"
    return f"{said} {each.amount:,}"


def reason(code: str) -> str:
    """Why an award was less than the formula said."""
    if code == "budget":
        return _("预算已用完")
    if code in REASONS:
        return str(REASONS[code])
    return _("达到上限：%(cap)s") % {"cap": CAPS[code]} if code in CAPS else code
