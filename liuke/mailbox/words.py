"""What people call the reasons of the mailbox. Beside the usual files: it has the words of its pages."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, Promise] = {
    "no_sender": _("没有发件人"), "bad_sender": _("发件地址无法回复"), "loop": _("我们自己的信"), "bounce": _("退信"),
    "auto": _("自动回复"), "list": _("群发邮件"), "same_id": _("编号与另一封信相同"), "flood": _("一小时内来信太多"),
    "empty": _("空信"), "failed": _("读不懂"),
}
HINTS: Mapping[str, Promise] = {
    "not_a_participant": _("这封信回复的是别人的工单，发件人没有参与过。同一个人的话，可以合并或并入。"),
    "forged": _("这封信带着伪造的会话标记，请留意。"),
}
TROUBLES: Mapping[str, Promise] = {
    "login": _("邮箱登录被拒绝"), "no_answer": _("邮件服务器没有应答"), "broken": _("连接中断"), "fetch": _("取信失败"),
}
LEFT_OUT: Mapping[str, Promise] = {
    "too_large": _("太大"), "too_many": _("附件太多"), "file_not_allowed": _("不收这种文件"),
    "not_a_picture": _("图片打不开"), "picture_too_large": _("图片太大"), "file_too_large": _("太大"),
    "swept": _("没有人看，过期删除"),
}


def left_out_words(lines: Sequence[str]) -> list[tuple[str, Promise | str]]:
    """(name, reason) of each file that was not taken."""
    pairs = (line.rpartition(" ") for line in lines)
    return [(name, LEFT_OUT.get(code, code)) for name, _blank, code in pairs]
