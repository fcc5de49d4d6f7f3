"""Filters that staff keep on a list, for themselves or for all: one door to save, one to remove, any list may join.

A list names what of its address makes a view in `org.saved.LISTS`, gives `saved.views_of(request, page)` to its
template and includes `console/parts/views.html`. What a person typed into a search is never kept: it may be somebody's
name or phone.
"""

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
from liuke.org.saved import LISTS, kept

UNDO_SALT, UNDO_SECONDS = "liuke.console.saved", 3600


@staff_may("home.view")
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the filter that was shown under a name; the same name again replaces it."""
    page = _page(request, request.POST.get("page", ""))
    query = kept(page, QueryDict(request.POST.get("query", "")))
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
    what = {"page": page, "name": view.name, "query": view.query, "shared": view.shared}
    services.drop_view(view_id=view.pk)
    undo = f"{reverse('console:view_undo')}?what={signing.dumps(what, salt=UNDO_SALT)}"
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
