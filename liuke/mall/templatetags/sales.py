"""What pages of orders, returns and payments say of states: `{% load sales %}`."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liuke.mall.console import return_words, words

register = template.Library()


@register.simple_tag
def mall_state(table: str, code: str) -> SafeString:
    """The pill of a state: `{% mall_state "parcels" parcel.state %}`."""
    word, kind = words.said(words.TABLES[table], code)
    return format_html('<span class="pill {}">{}</span>', kind, word)


register.filter("provider", words.provider)
register.filter("carrier", words.carrier)
register.filter("price_step", words.price_step)
register.filter("notice_word", words.notice)


@register.filter
def item(table: Mapping[int, Any], key: int) -> Any:
    """table[key], or nothing."""
    return table.get(key, "")


@register.filter
def day_before(day: date) -> date:
    """The last day of a period that ends before this one."""
    return day - timedelta(days=1)


@register.simple_tag
def return_state(table: str, code: str) -> SafeString:
    """The pill of a request's kind, or of one of its two axes."""
    word, kind = words.said(return_words.TABLES[table], code)
    return format_html('<span class="pill {}">{}</span>', kind, word)


register.filter("return_reason", return_words.reason)
register.filter("return_told", return_words.told)
register.filter("return_promised", return_words.promised)
