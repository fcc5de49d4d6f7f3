"""What people call the kinds, states and clocks of the desk. Beside the usual files: it has the words of all doors."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: Mapping[str, Promise] = {
    "quality": _("质量"), "logistics": _("物流"), "usage": _("使用"), "return": _("退换"), "repair": _("维修"),
    "complaint": _("投诉"), "suggestion": _("建议"), "mention": _("群内提及"),
}
RISKS: Mapping[str, Promise] = {"safety": _("安全"), "legal": _("法律"), "media": _("媒体")}
CLOCKS: Mapping[str, Promise] = {
    "first_response": _("首次响应"), "next_response": _("再次回复"), "decision": _("给出决定"),
    "return_leg": _("寄出或退款"), "resolution": _("解决"),
}
CHANNELS: Mapping[str, Promise] = {
    "chat": _("在线聊天"), "returns": _("退换申请"), "email": _("邮件"), "phone": _("电话"),
    "wecom": _("企业微信"), "group": _("群聊"), "form": _("网页表单"),
}
CHANGES: Mapping[str, Promise] = {"override": _("代班"), "swap": _("换班"), "leave": _("请假")}
WAYS: Mapping[str, Promise] = {"in_app": _("工作台提醒"), "sms": _("短信"), "phone": _("请人打电话")}
TARGETS: Mapping[str, Promise] = {
    "assignee": _("经办人"), "on_duty": _("当班的人"), "next": _("下一班的人"), "managers": _("主管"),
}
REASONS: Mapping[str, Promise] = {
    "danger": _("险情，请马上处理"), "overdue": _("最急的工单已超时"), "gap": _("值班表有空档"),
    "handed_over": _("同事转给您一张工单"), "mention": _("同事提到了您"),
}


def word(table: Mapping[str, Promise], code: str) -> str:
    """The word for a code; a code without one keeps its own, none is the empty text."""
    return str(table.get(code, code))
