"""What pages say of figures: `{% load performance %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.performance import words
from liuke.performance.rules import FEW, SATISFIED, Compared

register = template.Library()
MINUTE, HOUR, DAY = 60, 3600, 86_400


@register.filter
def lasting(seconds: float | str | None) -> str:
    """75 -> 1.3 分钟, 7200 -> 2 小时, three days and more in days; what is not there is a dash."""
    if not isinstance(seconds, int | float):
        return "—"
    if seconds < MINUTE:
        return _("%(n)s 秒") % {"n": _short(seconds)}
    shown = _short(seconds / (MINUTE if seconds < HOUR else HOUR if seconds < 3 * DAY else DAY))
    many = 1 if shown == "1" else 2
    if seconds < HOUR:
        said = ngettext("%(n)s 分钟", "%(n)s 分钟", many)
    elif seconds < 3 * DAY:
        said = ngettext("%(n)s 小时", "%(n)s 小时", many)
    else:
        said = ngettext("%(n)s 天", "%(n)s 天", many)
    return said % {"n": shown}


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 10 or abs(number - round(number)) < 0.05 else f"{number:.1f}"


@register.simple_tag
def verdict(figure: Compared | None) -> SafeString:
    """How it compares, said only where it can be said; what is usual stays quiet."""
    if figure is None or figure.verdict not in ("better", "worse"):
        return SafeString("")
    word, kind = words.VERDICTS[figure.verdict]
    return format_html('<span class="pill {}">{}</span>', kind, word)


@register.filter
def good(figure: Compared | None) -> float | None:
    """The share that went well, of a figure that counts what did not."""
    return None if figure is None else 1 - figure.value


@register.filter
def good_expected(figure: Compared | None) -> float | None:
    return None if figure is None else 1 - figure.expected


@register.filter
def is_few(figure: Compared | None) -> bool:
    return figure is not None and figure.verdict == FEW


@register.filter
def part_value(hundredths: int, reason: str) -> str:
    """9650 -> 96.5%, 460 -> 4.6, 3400 pieces -> 34."""
    if reason in ("on_time", "stays"):
        return f"{hundredths / 100:.1f}%"
    return f"{hundredths / 100:.2f}" if reason == SATISFIED else f"{hundredths / 100:.0f}"


@register.simple_tag
def bonus_state(state: str) -> SafeString:
    word, kind = words.STATES[state]
    return format_html('<span class="pill {}">{}</span>', kind, word)
