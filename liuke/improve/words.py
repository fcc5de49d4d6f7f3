"""What people call states and verdicts. Beside the usual files: words of all doors."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATES: Mapping[str, tuple[Promise, str]] = {
    "open": (_("待开始"), "warn"), "working": (_("进行中"), "info"), "done": (_("已完成"), "good"),
    "dropped": (_("不做了"), ""),
}
VERDICTS: Mapping[str, tuple[Promise, str]] = {
    "fell": (_("明显下降"), "good"), "rose": (_("反而上升"), "bad"), "unproven": (_("看不出变化"), "warn"),
    "early": (_("还太早"), ""),
}
MOVES: Mapping[str, Promise] = {
    "begin": _("开始做"), "finish": _("做完了"), "drop": _("不做了"), "again": _("重新打开"),
}
