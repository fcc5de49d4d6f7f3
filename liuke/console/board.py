"""What needs hands today: one row per kind of work in CARDS, read from the modules' queries when the page opens.

A new kind is a function here and its name in CARDS. A card with nothing to do is not shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.org.models import Staff
from liuke.timeline import queries as timeline

URGENT = ("bad", "warn")


@dataclass(frozen=True)
class Card:
    """`kind`: bad (something is broken), warn (somebody waits), info (good to know)."""

    kind: str
    sign: str
    count: int
    title: str
    text: str
    href: str
    action: str


Source = Callable[[Staff, datetime], Card | None]


def cards(staff: Staff, *, now: datetime) -> list[Card]:
    """The cards for this person, the broken things first."""
    found = [card for source in CARDS if (card := source(staff, now)) is not None]
    return sorted(found, key=lambda card: ("bad", "warn", "info").index(card.kind))


def dead_reactions(staff: Staff, now: datetime) -> Card | None:
    """Automatic actions that were given up."""
    del now
    if not staff.has_perm("reactions.view") or not (count := timeline.open_reactions(dead=True).count()):
        return None
    return Card(
        "bad", "bolt", count,
        ngettext("%(count)s 个自动处理没有成功", "%(count)s 个自动处理没有成功", count) % {"count": count},
        _("系统试了多次仍然失败，已停止重试。看看原因，修好之后让它们再试一次。"),
        reverse("console:reactions"), _("查看"),
    )


CARDS: tuple[Source, ...] = (
    dead_reactions,
)
