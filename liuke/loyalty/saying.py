"""What an effect says in sentences, for its pages, its API and its command. Beside `words`, which would grow too long.

A difference is called one only when its interval leaves nothing else; otherwise it may be chance, and is said to be.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from liuke.kit.money import yuan
from liuke.loyalty.models import Grant, Reasoned, Suggestion
from liuke.loyalty.queries.effect import Band, Reading, Seen
from liuke.loyalty.queries.welcome import Given
from liuke.loyalty.rules.suggesting import Why
from liuke.loyalty.rules.verdicts import Verdict
from liuke.loyalty.words import given

VERDICTS: dict[Verdict, tuple[Promise, str]] = {
    Verdict.KEEP: (gettext_lazy("划算"), "good"), Verdict.STOP: (gettext_lazy("建议停用"), "bad"),
    Verdict.EVEN: (gettext_lazy("刚好保本"), "info"), Verdict.COLLECT: (gettext_lazy("还看不出"), "warn"),
    Verdict.UNEVEN: (gettext_lazy("分组不可信"), "bad"), Verdict.UNMEASURED: (gettext_lazy("无法衡量"), ""),
}
LONG_DAYS = 180                          # who would wait longer is told to hold out more
HOPELESS_DAYS = 1_000                    # who would wait longer is told that waiting does not help


def percent(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


def points(value: float) -> str:
    """Of a difference of shares, in percentage points with its sign."""
    return f"{value * 100:+.1f}".replace("-", "−")


def money(fen: float) -> str:
    """With its sign."""
    return f"{'−' if fen < 0 else '+'}¥{yuan(abs(round(fen)))}"


def again_says(seen: Seen) -> str:
    """How many bought again in both groups, and whether the difference is one."""
    if seen.again is None:
        return ngettext("还没有人在首次得到奖励后满 %(days)s 天。", "还没有人在首次得到奖励后满 %(days)s 天。",
                        seen.days) % {"days": seen.days}
    said = _("得到奖励的客户 %(days)s 天内有 %(one)s 再次购买，对照组 %(other)s，相差 %(points)s 个百分点"
             "（95%% 区间 %(low)s 至 %(high)s）") % {
        "days": seen.days, "one": percent(seen.treated_again), "other": percent(seen.control_again),
        "points": points(seen.again.estimate), "low": points(seen.again.low), "high": points(seen.again.high)}
    return _("%(said)s，不像是巧合。") % {"said": said} if _sure(seen.again) else _("%(said)s，可能只是巧合。") % {
        "said": said}


def net_says(seen: Seen) -> str:
    """What each customer paid more or less, refunds taken off."""
    if seen.net_fen is None:
        return _("两组都满 30 人以后，才比较消费金额。")
    said = _("扣除退款后，平均每位客户多消费 %(money)s（95%% 区间 %(low)s 至 %(high)s）") % {
        "money": money(seen.net_fen.estimate), "low": money(seen.net_fen.low), "high": money(seen.net_fen.high)}
    return _("%(said)s，不像是巧合。") % {"said": said} if _sure(seen.net_fen) else _("%(said)s，可能只是巧合。") % {
        "said": said}


def verdict_says(found: Reading) -> str:
    """What to do, and why."""
    seen, verdict = found.main, found.verdict
    if verdict is Verdict.UNMEASURED and found.row.kind == "draw":
        return _("公开抽奖人人可参加，没有对照组可比，只看花费和使用。")
    if verdict is Verdict.UNMEASURED:
        return _("没有对照组，无从比较。在规则里留出 5% 的对照组，就能知道它有没有用。")
    if verdict is Verdict.UNEVEN:
        return _("对照组占 %(seen)s，按设置应为 %(planned)s，这不是巧合：可能有人提前知道了奖励，或人群被另外筛选过。"
                 "下面的差异不能当作效果。") % {"seen": percent(found.row.control / found.met if found.met else None),
                                    "planned": percent(found.row.hold_out_bp / 10_000)}
    if verdict is Verdict.COLLECT:
        return collect_says(found)
    if seen.per_yuan is None:
        return _("它不花钱。%(said)s") % {"said": again_says(seen)}
    said = _("每花 1 元，多带来毛利 ¥%(estimate)s（%(low)s 至 %(high)s）") % {
        "estimate": f"{seen.per_yuan.estimate:.2f}", "low": f"{seen.per_yuan.low:.2f}".replace("-", "−"),
        "high": f"{seen.per_yuan.high:.2f}".replace("-", "−")}
    return {
        Verdict.KEEP: _("%(said)s，值得继续。"), Verdict.STOP: _("%(said)s，连本钱都赚不回来，建议停用。"),
        Verdict.EVEN: _("%(said)s。数据已经够多，它大约刚好保本。"),
    }[verdict] % {"said": said}


def collect_says(found: Reading) -> str:
    """How many more customers it takes, how long that is, and how it would be shorter."""
    row = found.row
    if not row.missing:
        return _("客户已经够多，等他们满 %(days)s 天就有结论。") % {"days": row.days}
    said = ngettext("数据还不够：大约还需要 %(missing)s 位客户满 %(days)s 天，才能看出它划不划算",
                    "数据还不够：大约还需要 %(missing)s 位客户满 %(days)s 天，才能看出它划不划算", row.missing) % {
        "missing": f"{row.missing:,}", "days": row.days}
    if row.days_left is None:
        return _("%(said)s。") % {"said": said}
    if row.days_left > HOPELESS_DAYS:
        return _("%(said)s。按现在的客户量等不到：只有效果远大于花费时才看得出来。") % {"said": said}
    said = _("%(said)s，按现在的速度约 %(left)s 天。") % {"said": said, "left": f"{row.days_left:,}"}
    if row.days_left > LONG_DAYS and row.hold_out_bp < 2_000:
        return said + _("把对照组调到 20% 会快得多。")
    return said


def _sure(band: Band) -> bool:
    return band.low > 0 or band.high < 0


def suggestion_says(row: Suggestion, *, numbers: bool) -> str:
    """Why this suits the customer; `numbers`: with what is expected of it, for who may see the whole brand."""
    said = grant_why(row)
    if not numbers or row.chance is None:
        return said
    return _("%(said)s；30 天内买的可能约 %(chance)s，预计多带来毛利 ¥%(gain)s，花费 ¥%(cost)s（%(basis)s）") % {
        "said": said, "chance": f"{row.chance * 100:.0f}%", "gain": yuan(row.gain_fen or 0),
        "cost": yuan(row.cost_fen or 0),
        "basis": _("按规则实测的效果估计") if row.lift_measured else _("效果还没有测出，暂按可能性提高一成估计")}


def what_of(row: Suggestion | Grant) -> str:
    """积分 80, 优惠券 · 满 100 减 10, 会员等级 · 金卡 90 天."""
    return given(Given(row.benefit, row.amount, row.details))


def grant_why(row: Reasoned) -> str:
    """The reason alone, for staff."""
    said = {"category": row.category, "because": row.because}
    if row.why == Why.KEEP:
        return _("常买“%(category)s”，很可能再买") % said
    if row.why == Why.WIDEN:
        return _("买过“%(because)s”的客户也买“%(category)s”，此人还没买过") % said
    if row.why == Why.RAISE:
        return _("高价值客户，请升一级体验")
    return _("高价值客户，值得感谢") if row.why == Why.THANK else _("员工自选")
