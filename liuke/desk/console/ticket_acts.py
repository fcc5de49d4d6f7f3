"""What else is done to one ticket: who has it, its state, kind, priority, due and tags; merged, split, taken back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.desk.models import Ticket
from liuke.desk.queries.talks import ticket_seen
from liuke.desk.services import phone, routing, shape, tickets
from liuke.desk.services.phone import Call
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.kit.forms import number_of
from liuke.org.access import StaffRequest, staff_may


def _done(
    request: StaffRequest, row: Ticket, act: Callable[[], Any], said: str = "", *, undo: str = "", to: str = ""
) -> HttpResponse:
    """Do it and say so, or say why not; back to the ticket."""
    try:
        with transaction.atomic():
            act()
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("desk:ticket", row.number)
    request.audit_target = f"ticket:{row.pk}"
    if said:
        messages.success(request, said, extra_tags=undo)
    return redirect("desk:ticket", to or row.number)


@staff_may("desk.work")
@require_POST
def take(request: StaffRequest, number: str) -> HttpResponse:
    row = ticket_seen(number)
    over = request.POST.get("over") == "yes"
    return _done(request, row, lambda: routing.take(ticket_id=row.pk, staff_id=request.user.pk, now=timezone.now(),
                                                    over=over), _("已接手"))


@staff_may("desk.work")
@require_POST
def hand_over(request: StaffRequest, number: str) -> HttpResponse:
    """To a colleague, or back to the queue, with a note that says why."""
    row, post = ticket_seen(number), request.POST
    to = number_of(post.get("to", "")) or None
    key = post.get("key", "")[:40] or f"{timezone.now():%H%M%S%f}"
    return _done(request, row, lambda: routing.hand_over(
        ticket_id=row.pk, staff_id=request.user.pk, to_id=to, text=post.get("text", ""), key=key, now=timezone.now()),
        _("已转交，说明留在内部备注里"))


@staff_may("desk.work")
@require_POST
def change(request: StaffRequest, number: str) -> HttpResponse:
    """State, kind, priority, a tag on or off, or another due: whichever the form names."""
    row, post, me, now = ticket_seen(number), request.POST, request.user.pk, timezone.now()
    pk = row.pk
    undo = ""
    if "state" in post:
        before = "open" if row.state == "new" else row.state
        undo = f"{reverse('desk:ticket_change', args=[number])}?state={before}"
    asked = {**post.dict(), **request.GET.dict()}
    acts: dict[str, tuple[Callable[[str], object], str]] = {
        "state": (lambda said: tickets.set_state(ticket_id=pk, state=said, staff_id=me, now=now,
                                                 name_id=number_of(post.get("state_name", "")) or None), _("已改状态")),
        "kind": (lambda said: tickets.sort(ticket_id=pk, kind=said, staff_id=me, now=now),
                 _("已改类型，时限和优先级已跟着更新")),
        "priority": (lambda said: tickets.set_priority(ticket_id=pk, priority=number_of(said) or 0, staff_id=me,
                                                       now=now),
                     _("已改优先级")),
        "untag": (lambda said: tickets.untag(ticket_id=pk, name=said, staff_id=me, now=now), ""),
        "tag": (lambda said: tickets.tag(ticket_id=pk, name=said, staff_id=me, now=now), ""),
        "due_at": (lambda said: tickets.set_due(ticket_id=pk, clock=row.due_clock, due_at=_moment(said), staff_id=me,
                                                now=now), _("已改期限")),
    }
    name = next((name for name in acts if name in asked), None)
    if name is None:
        raise Http404
    act, said = acts[name]
    return _done(request, row, lambda: act(asked[name]), said, undo=undo)


def _moment(text: str) -> datetime | None:
    """What was typed, in the brand's zone; nothing takes a due back. Raises BadInput."""
    if not text.strip():
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise BadInput(_("请填写正确的时间。"))
    return moment if moment.tzinfo else timezone.make_aware(moment)


@staff_may("desk.work")
@require_POST
def call(request: StaffRequest, number: str) -> HttpResponse:
    """Write a phone call down."""
    row, post, now = ticket_seen(number), request.POST, timezone.now()
    key = post.get("key", "")[:40] or f"{now:%H%M%S%f}"
    return _done(request, row, lambda: phone.called(
        ticket_id=row.pk, staff_id=request.user.pk, key=key, now=now, call=Call(
            incoming=post.get("way") == "in", outcome=post.get("outcome", ""), text=post.get("text", ""),
            recording=post.get("recording", ""), again_at=_moment(post.get("again", "")))),
        _("已记下这次通话"))


@staff_may("desk.work")
@require_POST
def merge(request: StaffRequest, number: str) -> HttpResponse:
    """Into another ticket of the same customer; the toast parts them again."""
    row = ticket_seen(number)
    try:
        into = ticket_seen(request.POST.get("into", "").strip().upper())
    except NotYours:
        messages.error(request, _("没有这个工单号。"))
        return redirect("desk:ticket", number)
    return _done(request, row, lambda: shape.merge(ticket_id=row.pk, into_id=into.pk, staff_id=request.user.pk,
                                                   now=timezone.now()),
                 _("已并入 %(number)s") % {"number": into.number},
                 undo=reverse("desk:ticket_back", args=[number]), to=into.number)


@staff_may("desk.work")
@require_POST
def split(request: StaffRequest, number: str) -> HttpResponse:
    """The picked messages become a ticket of their own."""
    row = ticket_seen(number)
    picked = [number_of(each) or 0 for each in request.POST.getlist("message")]
    made: list[Ticket] = []
    answer = _done(request, row, lambda: made.append(shape.split(
        ticket_id=row.pk, message_ids=picked, staff_id=request.user.pk, now=timezone.now())))
    if made:
        messages.success(request, _("已拆成新的工单 %(number)s") % {"number": made[0].number})
        return redirect("desk:ticket", made[0].number)
    return answer


@staff_may("desk.work")
@require_POST
def spam(request: StaffRequest, number: str) -> HttpResponse:
    row = ticket_seen(number)
    answer = _done(request, row, lambda: shape.mark_spam(ticket_id=row.pk, staff_id=request.user.pk,
                                                         now=timezone.now()),
                   _("已标为垃圾信息"), undo=reverse("desk:ticket_back", args=[number]))
    return redirect("desk:tickets") if answer.status_code == 302 else answer


@staff_may("desk.work")
@require_POST
def back(request: StaffRequest, number: str) -> HttpResponse:
    """Undo of merging and of spam."""
    row = ticket_seen(number)
    return _done(request, row, lambda: shape.take_back(ticket_id=row.pk, staff_id=request.user.pk,
                                                       now=timezone.now()), _("已撤销"))
