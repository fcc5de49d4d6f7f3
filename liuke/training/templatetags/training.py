"""What pages say of training: `{% load training %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liuke.training import words
from liuke.training.queries import Standing

register = template.Library()


@register.filter
def training_kind(code: str) -> str:
    return str(words.KINDS.get(code, code))


@register.simple_tag
def standing(at: Standing) -> SafeString:
    """What comes next for the person, in one pill."""
    if at.certificate:
        word, kind = _("已持证"), "good"
    elif not at.attended:
        word, kind = _("未学"), ""
    elif not at.passed:
        word, kind = (_("待答题"), "info") if at.left else (_("没及格"), "bad")
    else:
        word, kind = (_("已完成"), "good") if at.drilled else (_("待演练"), "info")
    return format_html('<span class="pill {}">{}</span>', kind, word)
