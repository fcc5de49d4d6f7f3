"""Filters that staff keep on a list, as lists show them: which lists have them, and the tabs of one person.

Beside the usual files because lists of every module read it; the doors that save and remove are in `console/saved.py`.
What a person typed into a search is never kept: it may be somebody's name or phone.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from liuke.org import queries

if TYPE_CHECKING:
    from liuke.org.access import StaffRequest


@dataclass(frozen=True)
class List:
    """A list whose filters can be kept: who may see it, and which parameters of its address make a view."""

    permission: str
    keys: tuple[str, ...]


LISTS = {
    "console:customers": List("customers.view", ("tag", "sort")),
    "desk:tickets": List("desk.view", ("list", "kind", "priority", "channel", "tag", "assignee")),
}


@dataclass(frozen=True)
class Tab:
    """A view as a link. `mine` is its id when this person may remove it; `by` who shares it otherwise."""

    word: str
    href: str
    here: bool
    mine: int | None = None
    by: str = ""


@dataclass(frozen=True)
class Views:
    """For `console/parts/views.html`: the tabs, and the filter of now if it is worth keeping and not kept yet."""

    page: str
    tabs: tuple[Tab, ...]
    unsaved: str

    @property
    def here(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.here), None)


def views_of(request: "StaffRequest", page: str) -> Views:
    """The saved filters of this list as this person sees them; one query."""
    now, address = kept(page, request.GET), reverse(page)
    typed = any(value for key, value in request.GET.items() if key not in (*LISTS[page].keys, "after"))
    rows = queries.saved_views(request.user, page)
    tabs = [Tab(_("全部"), address, not now and not typed)]
    for row in rows:
        own = row.staff_id == request.user.pk
        tabs.append(Tab(row.name, f"{address}?{row.query}", row.query == now and not typed, row.id if own else None,
                        "" if own else row.by))
    return Views(page, tuple(tabs), "" if any(row.query == now for row in rows) else now)


def kept(page: str, asked: QueryDict) -> str:
    """What of an address makes a view, always in the same order, so that equal filters are equal texts."""
    pairs = [(key, value) for key in LISTS[page].keys for value in sorted(set(asked.getlist(key))) if value]
    return urlencode(pairs)
