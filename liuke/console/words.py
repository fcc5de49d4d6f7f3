"""How the console says things: times as people say them, and one word for each state."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from liuke.timeline.facts import kinds

STATES = {
    "done": (gettext_lazy("完成"), "good"),
    "failing": (gettext_lazy("重试中"), "warn"),
    "dead": (gettext_lazy("需处理"), "bad"),
    "placed": (gettext_lazy("待付款"), "warn"),
    "paid": (gettext_lazy("已付款"), "good"),
    "cancelled": (gettext_lazy("已取消"), ""),
    "refunded": (gettext_lazy("已退款"), "info"),
    "waiting": (gettext_lazy("排队中"), ""),
    "running": (gettext_lazy("进行中"), "info"),
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
    if there.year == here.year:
        return _("%(month)s 月 %(day)s 日 %(clock)s") % parts
    return _("%(year)s 年 %(month)s 月 %(day)s 日") % parts


def fact(kind: str) -> str:
    """What happened, in the reader's language."""
    known = kinds().get(kind)
    return _(known.label) if known else kind


ACTIONS = {
    "console.automation.retry_reactions": gettext_lazy("重试自动处理"),
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


HANDLERS: dict[str, Promise] = {}


def handler(name: str) -> str:
    """What the system does by itself; a handler without words keeps its name."""
    return str(HANDLERS.get(name, name))
