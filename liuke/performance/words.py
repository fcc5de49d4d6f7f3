"""What pages call the reasons of a bonus and how figures compare. Beside the usual files: words of all doors."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, Promise] = {
    "on_time": _("首次响应准时率"), "satisfied": _("平均满意度"), "stays": _("一次解决率"), "pieces": _("解决的工单"),
}
STATES: Mapping[str, tuple[Promise, str]] = {
    "suggested": (_("待决定"), "warn"), "approved": (_("已同意"), "good"), "refused": (_("不同意"), ""),
    "paid": (_("已随工资发放"), "info"),
}
VERDICTS: Mapping[str, tuple[Promise, str]] = {
    "better": (_("明显更好"), "good"), "worse": (_("明显更差"), "bad"), "usual": (_("正常范围"), ""),
    "few": (_("样本太少"), ""),
}
