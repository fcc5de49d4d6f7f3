"""What base.html needs on every page. Nothing is read before a template asks for it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.console import nav
from liuke.org.queries import brand

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "liuke_theme"


def console(request: HttpRequest) -> dict[str, Any]:
    """`sections`, `theme`, `brand`, `push_url` and `time_words`."""
    return {
        "sections": SimpleLazyObject(lambda: nav.opened(request)),
        "theme": theme_of(request),
        "brand": SimpleLazyObject(brand),
        "push_url": settings.LIUKE_PUSH_URL,
        "time_words": time_words(),
    }


def time_words() -> dict[str, str]:
    """What the browser needs to keep `ago` true."""
    return {
        "now": _("刚刚"),
        "minute": ngettext("%(count)s 分钟前", "%(count)s 分钟前", 1) % {"count": 1},
        "minutes": ngettext("%(count)s 分钟前", "%(count)s 分钟前", 2) % {"count": "{n}"},
    }


def theme_of(request: HttpRequest) -> str:
    """The chosen theme, `auto` unless a valid one is in the cookie."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"
