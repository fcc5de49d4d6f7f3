"""What the public pages call steps, states and kinds. Beside the usual files: words of one door."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STEPS: Mapping[str, Promise] = {
    "opened": _("收到了您反映的问题"), "taken": _("有专人接手"), "answered": _("答复了您"),
    "decided": _("给出了处理决定"), "open": _("等待处理"), "in_progress": _("正在处理"),
    "pending_customer": _("需要您补充"), "on_hold": _("正在等其他部门"), "pending_close": _("请您确认是否解决"),
    "solved": _("已解决"), "closed": _("已关闭"), "new": _("等待处理"),
}
NEXT: Mapping[str, Promise] = {
    "answer": _("接下来由我们答复您"), "you": _("接下来需要您补充或确认"), "we_work": _("我们正在处理"),
    "nothing": _("这个问题已经结束"),
}
MERGED = _("这个问题已并入另一个，请用短信或邮件里的链接查看和补充。")
