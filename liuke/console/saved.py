"""Filters that staff keep on a list, for themselves or for all: one door to save, one to remove, any list may join.

A list names what of its address makes a view in LISTS, gives `views_of(request, page)` to its template and includes
`console/parts/views.html`. What a person typed into a search is never kept: it may be somebody's name or phone.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.kit.errors import Refused
from liuke.org import queries, services
from liuke.org.access import StaffRequest, staff_may

UNDO_SALT, UNDO_SECONDS = "liuke.console.saved", 3600


@dataclass(frozen=True)
class List:
    """A list whose filters can be kept: who may see it, and which parameters of its address make a view."""

    permission: str
    keys: tuple[str, ...]


LISTS = {"console:customers": List("customers.view", ("tag", "sort"))}


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


def views_of(request: StaffRequest, page: str) -> Views:
    """The saved filters of this list as this person sees them; one query."""
    now, address = _kept(page, request.GET), reverse(page)
    typed = any(value for key, value in request.GET.items() if key not in (*LISTS[page].keys, "after"))
    rows = queries.saved_views(request.user, page)
    tabs = [Tab(_("全部"), address, not now and not typed)]
    for row in rows:
        own = row.staff_id == request.user.pk
        tabs.append(Tab(row.name, f"{address}?{row.query}", row.query == now and not typed, row.pk if own else None,
                        "" if own else row.staff.name))
    return Views(page, tuple(tabs), "" if any(row.query == now for row in rows) else now)


@staff_may("home.view")
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the filter that was shown under a name; the same name again replaces it."""
    page = _page(request, request.POST.get("page", ""))
    query = _kept(page, QueryDict(request.POST.get("query", "")))
    try:
        view = services.save_view(
            staff_id=request.user.pk, page=page, name=request.POST.get("name", ""), query=query,
            shared=request.POST.get("shared") == "yes", now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        request.audit_target = f"view:{view.pk}"
        messages.success(request, _("已保存筛选“%(name)s”") % {"name": view.name})
    return redirect(f"{reverse(page)}?{query}" if query else page)


@staff_may("home.view")
@require_POST
def remove(request: StaffRequest, view_id: int) -> HttpResponse:
    """Remove one's own; the toast brings it back for an hour."""
    view = queries.saved_view_of(request.user, view_id)
    page = _page(request, view.page)
    kept = {"page": page, "name": view.name, "query": view.query, "shared": view.shared}
    services.drop_view(view_id=view.pk)
    undo = f"{reverse('console:view_undo')}?what={signing.dumps(kept, salt=UNDO_SALT)}"
    messages.success(request, _("已删除筛选“%(name)s”") % {"name": view.name}, extra_tags=undo)
    return redirect(page)


@staff_may("home.view")
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Undo of `remove`, for an hour."""
    try:
        what = signing.loads(request.GET.get("what", ""), salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("撤销的时间已过，请重新保存。"))
        return redirect("console:home")
    page = _page(request, what["page"])
    view = services.save_view(staff_id=request.user.pk, **what, now=timezone.now())
    request.audit_target = f"view:{view.pk}"
    messages.success(request, _("已撤销"))
    return redirect(f"{reverse(page)}?{view.query}")


def _page(request: StaffRequest, page: str) -> str:
    """The list, if there is one and this person may see it; raises Http404."""
    if page not in LISTS or not request.user.has_perm(LISTS[page].permission):
        raise Http404
    return page


def _kept(page: str, asked: QueryDict) -> str:
    """What of an address makes a view, always in the same order, so that equal filters are equal texts."""
    pairs = [(key, value) for key in LISTS[page].keys for value in sorted(set(asked.getlist(key))) if value]
    return urlencode(pairs)
