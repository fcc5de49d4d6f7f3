"""What every page needs: `{% load liuke %}`. How to use each of them: docs/howto/pages.md."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from liuke.console import words, words_actions
from liuke.kit import charts
from liuke.kit.money import yuan

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, kind: str = "") -> SafeString:
    """One of our own line icons; always stands beside a word or inside something that has a label."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        kind, static("console/icons.svg"), name,
    )


@register.simple_tag
def fixed(name: str) -> SafeString:
    """A part of the frame in which nothing but the language differs; it is rendered once for each."""
    return _fixed(name, get_language())


@lru_cache(maxsize=50)
def _fixed(name: str, _language: str) -> SafeString:
    return render_to_string(name)


@register.simple_tag
def pill(word: object, kind: str = "") -> SafeString:
    """A state in one word. `kind`: good, warn, bad, info, brand, or nothing for neutral."""
    return format_html('<span class="pill {}">{}</span>', kind, word)


@register.filter
def money(amount_fen: int | None) -> str:
    """123450 -> ¥1,234.50; negative amounts carry the sign in front."""
    if amount_fen is None:
        return "—"
    return f"-¥{yuan(-amount_fen)}" if amount_fen < 0 else f"¥{yuan(amount_fen)}"


@register.filter
def number(value: float | Decimal | None) -> str:
    """1234567 -> 1,234,567; fractions keep one decimal."""
    if value is None:
        return "—"
    return f"{value:,.1f}" if isinstance(value, float | Decimal) and value != int(value) else f"{int(value):,}"


@register.filter
def percent(part: float | None, decimals: int = 1) -> str:
    """0.1234 -> 12.3%."""
    return "—" if part is None else f"{part * 100:.{decimals}f}%"


@register.filter
def in_unit(value: float | None, unit: str) -> str:
    """A value of a chart as its table says it."""
    if value is None:
        return "—"
    return money(round(value)) if unit == charts.MONEY else percent(value) if unit == charts.PERCENT else number(value)


@register.filter
def exact(moment: datetime | None) -> str:
    """2026-11-02 14:05:09 in the brand's zone; what `ago` shows on hover."""
    return "" if moment is None else timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


@register.filter
def ago(moment: datetime | None) -> str:
    """刚刚, 3 分钟前, 昨天 14:05 - with the exact time on hover. The browser keeps it true while the page is open."""
    return "—" if moment is None else ago_at(moment, timezone.localtime())


def ago_at(moment: datetime, here: datetime) -> SafeString:
    """The same for who says it of many moments; `here` is now, in the reader's zone."""
    there = moment.astimezone(here.tzinfo)
    said = escape(words.ago(here - moment, there, here))
    return SafeString(                       # digits need no escaping, and a list has dozens of them
        f'<time datetime="{moment.isoformat()}" title="{there:%Y-%m-%d %H:%M:%S}" data-ago>{said}</time>')


@register.filter
def face(name: str) -> SafeString:
    """A round mark with the first sign of a name."""
    return format_html('<span class="face" aria-hidden="true">{}</span>', (name.strip() or "?")[0].upper())


@register.filter
def source(code: str) -> str:
    """Where something came from: staff, the customer, a rule by its name."""
    kind, _sign, rest = code.partition(":")
    word = str(words.SOURCES.get(kind, kind))
    return f"{word} {rest}" if rest else word


@register.filter
def channel(code: str) -> str:
    return words.channel(code)


@register.filter
def identity_word(kind: str) -> str:
    return str(words.IDENTITIES.get(kind, (kind, ""))[0])


@register.filter
def identity_sign(kind: str) -> str:
    return words.IDENTITIES.get(kind, ("", "link"))[1]


@register.filter
def clock(minutes: int | None) -> str:
    """1320 -> 22:00."""
    return "" if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


@register.filter
def month_day(value: int | None) -> str:
    """308 -> 3 月 8 日."""
    return words.month_day(value) if value else ""


register.filter("fact", words.fact)
register.filter("handler", words.handler)
register.filter("action", words_actions.action)


@register.inclusion_tag("console/parts/field.html")
def field(bound: BoundField, help_text: str = "") -> dict[str, object]:
    """A form field as we draw them: label above, help below, the error beside it."""
    kind = getattr(bound.field.widget, "input_type", "")
    described = [f"{bound.id_for_label}-help"] if help_text or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.id_for_label}-error")
        bound.field.widget.attrs["aria-invalid"] = "true"
    if described:
        bound.field.widget.attrs["aria-describedby"] = " ".join(described)
    return {"field": bound, "help": help_text or bound.help_text, "kind": kind}


@register.inclusion_tag("console/parts/empty.html")
def empty(
    title: str, text: str = "", *, sign: str = "calm", href: str = "", action: str = "", example: str = ""
) -> dict[str, str]:
    """Says what the page is for, shows an example and offers the first step."""
    return {"title": title, "text": text, "sign": sign, "href": href, "action": action, "example": example}


@register.simple_tag
def state_word(state: str) -> SafeString:
    """The pill of a state that several modules share (reactions, jobs, orders)."""
    word, kind = words.STATES.get(state, (state, ""))
    return pill(word, kind)
