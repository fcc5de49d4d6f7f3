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
STATES: Mapping[str, tuple[Promise, str]] = {
    "new": (_("新来的"), "info"), "open": (_("待处理"), "warn"), "in_progress": (_("处理中"), "info"),
    "pending_customer": (_("等客户"), ""), "on_hold": (_("搁置"), ""), "pending_close": (_("待关闭"), ""),
    "solved": (_("已解决"), "good"), "closed": (_("已关闭"), ""), "merged": (_("已合并"), ""),
    "spam": (_("垃圾信息"), ""),
}
PRIORITIES: Mapping[int, tuple[Promise, str]] = {
    1: (_("最急"), "bad"), 2: (_("急"), "warn"), 3: (_("一般"), ""), 4: (_("不急"), ""),
}
LISTS: Mapping[str, Promise] = {
    "mine": _("我的"), "free": _("待接手"), "waiting": _("客户在等"), "overdue": _("已超时"), "urgent": _("最急"),
    "pending": _("等客户"), "open": _("全部未结"), "done": _("已结束"),
}
LOG: Mapping[str, Promise] = {           # lines of the trail; what is not here was said, and stands in the talk
    "created": _("提出问题"), "customer_message": _("客户说话"), "agent_reply": _("回复客户"),
    "internal_note": _("写了内部备注"), "bot_reply": _("自动回复"), "state": _("改状态"),
    "policy_change": _("换了服务承诺"), "due_set": _("改了期限"), "merged": _("并入"), "spam": _("标为垃圾信息"),
    "return_requested": _("申请退换修"), "return_decided": _("给出决定"), "return_received": _("收到寄回的商品"),
    "return_settled": _("寄出或退款"), "danger": _("发现险情"), "sorted": _("改类型"), "priority": _("改优先级"),
    "product": _("说明是哪件商品"),
    "assigned": _("换人"), "tagged": _("加标签"), "untagged": _("去标签"), "warned": _("快到期提醒"),
    "breach": _("超时"), "joined": _("并入了"), "parted": _("拆出了"), "taken_back": _("撤回合并或垃圾信息"),
    "split": _("拆分"), "task_asked": _("请人协办"), "task_taken": _("接下协办"), "task_done": _("协办完成"),
    "task_off": _("取消协办"), "task_late": _("协办超时"), "called": _("电话"),
    "rated": _("客户评价"), "compensated": _("补偿"),
}
RATING_REASONS: Mapping[str, Promise] = {
    "fast": _("回复快"), "kind": _("态度好"), "solved": _("问题解决了"), "slow": _("回复慢"), "rude": _("态度差"),
    "unsolved": _("没解决"), "repeated": _("要反复说明"), "product": _("产品本身的问题"),
}
CALLS: Mapping[str, Promise] = {
    "reached": _("接通了"), "busy": _("占线"), "refused": _("拒接"), "no_answer": _("没人接"),
}
DELIVERY: Mapping[str, tuple[Promise, str]] = {
    "waiting": (_("正在发出"), "info"), "sent": (_("已发出"), ""), "failed": (_("没有发出"), "bad"),
    "bounced": (_("被退回"), "bad"),
}
UNDELIVERED: Mapping[str, Promise] = {      # by the outside's own code; of any other the code stands on hover
    "95001": _("客户超过 48 小时没有说话，或已连收 5 条，企业微信不收。请改用电话或短信。"),
    "only_pictures": _("这里只能发图片"), "no_address": _("客户没有留下邮箱"), "not_set_up": _("渠道还没有连接"),
    "no_answer": _("对方的服务器没有应答"), "bounced": _("对方没有收到"),
}
CHANGES: Mapping[str, Promise] = {"override": _("代班"), "swap": _("换班"), "leave": _("请假")}
WAYS: Mapping[str, Promise] = {"in_app": _("工作台提醒"), "sms": _("短信"), "phone": _("请人打电话")}
TARGETS: Mapping[str, Promise] = {
    "assignee": _("经办人"), "on_duty": _("当班的人"), "next": _("下一班的人"), "managers": _("主管"),
}
REASONS: Mapping[str, Promise] = {
    "course_due": _("有门课快到期了"), "course_late": _("有门课过期没学完"),
    "danger": _("险情，请马上处理"), "overdue": _("最急的工单已超时"), "gap": _("值班表有空档"),
    "handed_over": _("同事转给您一张工单"), "mention": _("同事提到了您"), "task": _("请您的部门协办"),
    "task_done": _("协办有结果了"), "task_late": _("协办已超时"), "rating": _("客户给了低分，请查看"),
    "undelivered": _("您的答复没有送到客户"), "call_again": _("说好再给客户打电话"),
    "improve": _("请您负责一项改进"), "improve_late": _("改进任务已到期"),
    "compensation": _("补偿等您批准"), "compensated": _("您提出的补偿有结果了"),
}


def word(table: Mapping[str, Promise], code: str) -> str:
    """The word for a code; a code without one keeps its own, none is the empty text."""
    return str(table.get(code, code))
