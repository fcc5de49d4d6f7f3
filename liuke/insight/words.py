"""What figures say in a sentence, and what their parts are called. Here because every page and the API's readers ask.

A difference is called one only beyond chance (95 %); otherwise the sentence says that it may be chance.
"""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from liuke.insight.queries import Behind, Overview, Retention, Revenue, Rfm, Rhythm
from liuke.insight.rules.calendar import month_on
from liuke.insight.rules.retention import pooled
from liuke.insight.rules.shares import Share, differ
from liuke.insight.rules.tiers import RfmSegment, ValueTier
from liuke.kit.money import yuan

TIERS: dict[ValueTier, Promise] = {
    ValueTier.CORE: gettext_lazy("核心"), ValueTier.VALUED: gettext_lazy("重要"),
    ValueTier.ORDINARY: gettext_lazy("普通"), ValueTier.LATER: gettext_lazy("待培养"),
}
SEGMENTS: dict[RfmSegment, tuple[Promise, Promise]] = {
    RfmSegment.CHAMPION: (gettext_lazy("重要价值"), gettext_lazy("最近买过、常买、花得多：给优先和专属服务")),
    RfmSegment.PROMISING: (gettext_lazy("重要发展"), gettext_lazy("最近买过、花得多，但次数少：请他们再来一次")),
    RfmSegment.KEEP: (gettext_lazy("重要保持"), gettext_lazy("常买、花得多，最近没来：先主动问候")),
    RfmSegment.WIN_BACK: (gettext_lazy("重要挽留"), gettext_lazy("花得多，但很久没来、次数少：值得专门挽留")),
    RfmSegment.LOYAL: (gettext_lazy("一般价值"), gettext_lazy("最近买过、常买，单次花得少：适合搭配推荐")),
    RfmSegment.NEW: (gettext_lazy("一般发展"), gettext_lazy("最近来的、次数和金额都还少：多是新客，请好好迎接")),
    RfmSegment.FADING: (gettext_lazy("一般保持"), gettext_lazy("以前常来，最近少了：轻轻提醒")),
    RfmSegment.GONE: (gettext_lazy("一般挽留"), gettext_lazy("很久没来，也不常买：不必多花力气")),
}
COMPARED = 3                         # cohorts before the latest that it is compared with
TELLING = 20                         # customers of a cohort that a sentence is about
EQUAL_POINTS = 0.05                  # percentage points that round to nothing


def month_text(month: int) -> str:
    return month_on(month).strftime("%Y-%m")


def percent(part: float | None) -> str:
    return "—" if part is None else f"{part * 100:.1f}%"


def interval(share: Share) -> str:
    """The 95 % interval in words; empty for a share of nobody."""
    if share.low is None or share.high is None:
        return ""
    return _("95%% 区间 %(low)s 至 %(high)s") % {"low": percent(share.low), "high": percent(share.high)}


def compared(now: Share, before: Share) -> str:
    """"高 1.8 个百分点，在误差之内"; empty without anything to compare."""
    if now.rate is None or before.rate is None:
        return ""
    points = (now.rate - before.rate) * 100
    if abs(points) < EQUAL_POINTS:
        return _("持平")
    if differ(now, before):
        said = _("高 %(points)s 个百分点，超出误差") if points > 0 else _("低 %(points)s 个百分点，超出误差")
    else:
        said = _("高 %(points)s 个百分点，在误差之内") if points >= 0 else _("低 %(points)s 个百分点，在误差之内")
    return said % {"points": f"{abs(points):.1f}"}


def stopped(said: str) -> str:
    """With the full stop of the reader's language."""
    return said + ("." if (get_language() or "").startswith("en") else "。")


def retention_says(found: Retention) -> str:
    """The newest cohort large enough whose following month is over, against the three before it."""
    known = [cohort for cohort in found.cohorts if len(cohort.cells) > 1 and cohort.cells[1].over]
    if not known:
        return _("第一批客户的次月还没有过完，暂时看不出留存。")
    at = next((at for at in reversed(range(len(known))) if known[at].customers >= TELLING), None)
    if at is None:
        return _("每一批都不到 %(count)s 位客户，单看某一批说明不了什么，请看平均。") % {"count": TELLING}
    latest, before = known[at], pooled(cohort.cells[1].share for cohort in known[max(0, at - COMPARED):at])
    share = latest.cells[1].share
    said = ngettext(
        "%(month)s 首次购买的 %(count)s 位客户中，%(rate)s 在次月又买了（%(interval)s）",
        "%(month)s 首次购买的 %(count)s 位客户中，%(rate)s 在次月又买了（%(interval)s）", latest.customers,
    ) % {"month": month_text(latest.month), "count": f"{latest.customers:,}", "rate": percent(share.rate),
         "interval": interval(share)}
    if comparison := compared(share, before):
        return _("%(said)s；与之前几批相比，%(comparison)s。") % {"said": said, "comparison": comparison}
    return stopped(said)


def average_says(found: Retention) -> str:
    """Where the average curve stands after three months, or as far as it goes."""
    at = max((month for month, share in enumerate(found.averages[:4]) if share.rate is not None), default=0)
    if at < 1:
        return _("还没有完整的月份可以平均。")
    return _("平均来看，首购后第 %(months)s 个月有 %(rate)s 的客户会再来（%(interval)s）。") % {
        "months": at, "rate": percent(found.averages[at].rate), "interval": interval(found.averages[at])}


def revenue_says(found: Revenue) -> str:
    """The newest month that is over, and the one before it."""
    over = [month for month in found.months if month.over]
    if not over:
        return _("第一个月还没有过完。")
    month, before = over[-1], over[-2] if len(over) > 1 else None
    total = month.new_fen + month.returning_fen
    said = _("%(month)s 收入 ¥%(total)s，其中 %(part)s 来自老客户；当月买家中 %(rate)s 以前买过") % {
        "month": month_text(month.month), "total": yuan(total), "rate": percent(month.repurchase.rate),
        "part": percent(month.returning_fen / total if total else None)}
    if before and (comparison := compared(month.repurchase, before.repurchase)):
        return _("%(said)s；与上月相比，%(comparison)s。") % {"said": said, "comparison": comparison}
    return stopped(said)


def gaps_say(found: Rhythm) -> str:
    if not found.quarters:
        return _("还没有客户来过第二次，看不出间隔。")
    return _("一半的复购在 %(half)s 天以内，四分之三在 %(most)s 天以内。还没回来的客户不在其中。") % {
        "half": found.quarters[1], "most": found.quarters[-1]}


def second_says(found: Rhythm) -> str:
    within = max((row.within for row in found.second), default=0)
    share = pooled(row.share for row in found.second if row.within == within)
    if share.rate is None:
        return _("最早的客户还没有观察满 30 天。")
    return _("首购后观察满 %(days)s 天的客户中，%(rate)s 在这段时间里买了第二次（%(interval)s）。") % {
        "days": within, "rate": percent(share.rate), "interval": interval(share)}


def churn_says(found: Rhythm) -> str:
    over = [row for row in found.churn if row.over]
    if not over:
        return _("超过 %(days)s 天没有再买算作流失；还没有完整的月份。") % {"days": found.churn_days}
    month, before = over[-1], over[-2].lost if len(over) > 1 else Share(0, 0)
    said = _("%(month)s 月初活跃的 %(count)s 位客户中，%(rate)s 在当月沉默满 %(days)s 天（%(interval)s）") % {
        "month": month_text(month.month), "count": f"{month.lost.whole:,}", "rate": percent(month.lost.rate),
        "days": found.churn_days, "interval": interval(month.lost)}
    if comparison := compared(month.lost, before):
        return _("%(said)s；与上月相比，%(comparison)s。") % {"said": said, "comparison": comparison}
    return stopped(said)


def tiers_say(found: Rfm) -> str:
    """How much of what is expected comes from how few."""
    people = sum(group.customers for group in found.tiers.values())
    value = sum(group.value_fen for group in found.tiers.values())
    core = found.tiers[ValueTier.CORE]
    if not value:
        return _("还没有足够的复购来预计价值，暂时按已有的购买排列。")
    return _("%(people)s 的客户属于核心层，预计带来未来一年 %(value)s 的消费。") % {
        "people": percent(core.customers / people), "value": percent(core.value_fen / value)}


def outlook_says(found: Overview) -> str:
    """What the model expects, or why it says nothing."""
    if found.alive is None or found.orders_90 is None:
        return _("还没有客户在第二天再来买，因此不作预测。")
    return _("按以往的节奏，约 %(alive)s 位客户还会再买，未来 90 天约有 %(orders)s 个购买日。") % {
        "alive": f"{found.alive:,.0f}", "orders": f"{found.orders_90:,.0f}"}


def behind_says(which: Behind) -> list[str]:
    """The conditions of a list, one by one."""
    said = []
    if which.cohort:
        said.append(_("%(month)s 首次购买") % {"month": _text(which.cohort)})
    if which.month:
        said.append(_("%(month)s 买过") % {"month": _text(which.month)})
    if which.new is not None:
        said.append(_("当月是新客") if which.new else _("当月之前就买过"))
    if which.within is not None:
        said.append(_("首购后 %(days)s 天内买了第二次") % {"days": which.within})
    if which.away:
        said.append(_("%(month)s 流失，至今没有回来") % {"month": _text(which.away)})
    if which.twice is not None:
        said.append(_("买过不止一天") if which.twice else _("只买过一天"))
    return said + _level_says(which)


def _level_says(which: Behind) -> list[str]:
    said = []
    if which.recency is not None:
        said.append(_("最近购买 R%(level)s") % {"level": which.recency})
    if which.frequency is not None:
        said.append(_("购买次数 F%(level)s") % {"level": which.frequency})
    if which.segment is not None:
        said.append(str(SEGMENTS[which.segment][0]))
    if which.value_tier is not None:
        said.append(_("价值层：%(tier)s") % {"tier": TIERS[ValueTier(which.value_tier)]})
    return said


def _text(month: date) -> str:
    return month.strftime("%Y-%m")
