"""What the pages of goods need: `{% load goods %}`."""

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liuke.mall.queries.goods import picture_url

register = template.Library()


@register.simple_tag
def thumb(file: str | None, alt: str = "", kind: str = "") -> SafeString:
    """A small square picture of a product, or a quiet place where one could be. `kind`: large."""
    if not file:
        return format_html('<span class="thumb none {}" aria-hidden="true"></span>', kind)
    return format_html('<img class="thumb {}" src="{}" alt="{}" loading="lazy">', kind, picture_url(file), alt)


@register.filter
def values(found: list[str]) -> str:
    """The values of a SKU in a row."""
    return " / ".join(found)


@register.filter
def margin(sku: object) -> float | None:
    """What is left of the list price after the supply price, as a share."""
    ask, supply = getattr(sku, "list_fen", 0), getattr(sku, "supply_fen", 0)
    return (ask - supply) / ask if ask else None


@register.simple_tag
def word_of(words: dict[str, tuple[object, str]], name: str) -> SafeString:
    """The pill of a state from a table of words."""
    return pill(*words.get(name, (name, "")))


@register.filter
def codes(found: list[object]) -> str:
    """The codes of SKUs in a row."""
    return ", ".join(str(sku) for sku in found)


@register.filter
def points(basis_points: int | None) -> str:
    """1250 -> 12.5."""
    return "" if basis_points is None else f"{basis_points / 100:g}"


@register.simple_tag
def active_of(skus: list[object]) -> int:
    """How many of these SKUs are on offer."""
    return sum(bool(getattr(sku, "active", False)) for sku in skus)


@register.inclusion_tag("mall/_cell.html")
def cell(bound: BoundField, kind: str = "") -> dict[str, object]:
    """A form field inside a table: labelled for screen readers, the error below it. `kind`: num, long."""
    bound.field.widget.attrs.setdefault("aria-label", str(bound.label))
    if bound.errors:
        bound.field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{bound.id_for_label}-error"}
    return {"field": bound, "kind": kind}


@register.simple_tag
def signed(count: int) -> SafeString:
    """+12 and -3 with colour beside the sign; nothing for 0."""
    if not count:
        return format_html('<span class="faint">{}</span>', "0")
    return format_html('<span class="{}">{}</span>', "good-text" if count > 0 else "bad-text", f"{count:+,}")


@register.simple_tag
def stock_pill(level: object) -> SafeString:
    """Enough, down to the safety stock, or nothing left."""
    free, safety = getattr(level, "free", 0), getattr(level, "safety", 0)
    if free > 0:
        return pill(_("够卖"), "good")
    return pill(_("不足"), "warn") if free + safety > 0 else pill(_("缺货"), "bad")


def pill(word: object, kind: str) -> SafeString:
    return format_html('<span class="pill {}">{}</span>', kind, word)


@register.filter
def at_least_0(count: int) -> int:
    """What is kept back for safety is not less than nothing to a person."""
    return max(0, count)


@register.filter
def keyed(number: int, letter: str) -> str:
    """12 -> w12, to tell which of many small forms came back."""
    return f"{letter}{number}"
