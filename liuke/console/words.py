"""How the console says things: times as people say them, and one word for each state."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

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
