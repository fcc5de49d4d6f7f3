"""What pages of training call things. Beside the usual files: it has the words of all doors."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke.kit.errors import Refused

KINDS: Mapping[str, Promise] = {"product": _("产品"), "skills": _("沟通与技能")}
ENDS: Mapping[str, tuple[Promise, str]] = {
    "satisfied": (_("客户满意"), "good"), "left": (_("客户走了"), "bad"), "": (_("进行中"), "info"),
}
MARKS: Mapping[str, Promise] = {"slow": _("让客户等得太久")}
REFUSALS: Mapping[str, Promise] = {
    "bad_quiz": _("一行题目，下面每行一个选项，- 是错的，+ 是对的；至少两个选项，对错都要有。看看这里：%(where)s"),
    "bad_drill_script": _("剧本里这里不对：%(where)s"),
}


def refusal(refused: Refused) -> str:
    """What was refused, for people; the sums say only where."""
    said = REFUSALS.get(refused.code)
    return str(said) % {"where": refused.message} if said else refused.message
