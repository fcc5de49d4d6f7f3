"""The list of tickets: lists with counters, saved views, search, and what can be done to many at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from liuke.desk import words
from liuke.desk.models import Agent, Ticket
from liuke.desk.queries import inbox
from liuke.desk.rules import COUNTED_TO, MOST_BULK, State
from liuke.desk.services import routing, shape, tickets
from liuke.desk.services.live import TICKETS, staff_topic
from liuke.desk.triage import Priority, TicketKind
from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.kit.pages import back_to
from liuke.kit.push import ticket_for
from liuke.org import saved
from liuke.org.access import StaffRequest, staff_may

FILTERS = ("q", "kind", "priority", "channel", "tag", "assignee")
PAGE = "desk:tickets"


@dataclass(frozen=True)
class Tab:
    """A list of the desk with its counter, "1000+" when there are more."""

    word: str
    href: str
    here: bool
    count: str = ""


@staff_may("desk.view")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """One list; what is most urgent and due first stands on top. A search looks through all tickets."""
    me = request.user.pk
    counts, snapshot = inbox.counted(me)             # before what else the page shows
    ticket = ticket_for(topics=[TICKETS, staff_topic(me)], holder=f"staff:{me}", snapshot=snapshot)
    ask = _asked(request)
    may_work = request.user.has_perm("desk.work")
    return render(request, "desk/inbox.html", {
        "ticket": ticket, "views": saved.views_of(request, PAGE),
        "filtered": any(request.GET.get(name) for name in FILTERS),
        "kinds": [(str(code), words.KINDS[code]) for code in TicketKind], "priorities": words.PRIORITIES.items(),
        "channels": words.CHANNELS.items(), "may_work": may_work, "here": request.get_full_path(),
        "may_arrange": request.user.has_perm("desk.arrange"), **_list(request, ask, counts),
    })


@staff_may("desk.view")
@require_GET
def news(request: StaffRequest) -> HttpResponse:
    """The part of the page that changes by itself."""
    return render(request, "desk/_inbox.html", {"may_work": request.user.has_perm("desk.work"),
                                               **_list(request, _asked(request), inbox.counts(request.user.pk))})


def _asked(request: StaffRequest) -> inbox.Ask:
    said = request.GET
    text = said.get("q", "").strip()[:60]
    name = said.get("list", "")
    mine = inbox.MINE if request.user.has_perm("desk.work") else inbox.OPEN
    return inbox.Ask(
        list=name if name in inbox.LISTS else "" if text else mine, staff_id=request.user.pk, text=text,
        kind=said.get("kind", "") if said.get("kind") in set(TicketKind) else "",
        priority=number_of(said.get("priority", "")) or 0, channel=said.get("channel", "")[:20],
        tag=said.get("tag", "")[:20], assignee_id=number_of(said.get("assignee", "")) or 0,
        after=said.get("after", "")[:80])


def _list(request: StaffRequest, ask: inbox.Ask, counts: dict[str, int]) -> dict[str, Any]:
    found = inbox.page(ask)
    asked = request.GET.copy()
    asked.pop("after", None)
    asked["list"] = ask.list
    first = f"?{asked.urlencode()}"
    asked["after"] = found.next
    return {
        "page": found, "rows": found.rows, "ask": ask, "counts": counts, "first": first if ask.after else "",
        "older": f"?{asked.urlencode()}" if found.next else "", "query": request.GET.urlencode(),
        "tabs": _tabs(request, ask, counts), "now": timezone.now(),
    }


def _tabs(request: StaffRequest, ask: inbox.Ask, counts: dict[str, int]) -> list[Tab]:
    kept = request.GET.copy()
    for name in ("after", "q"):
        kept.pop(name, None)
    found = []
    for name in inbox.LISTS:
        if name == inbox.MINE and not request.user.has_perm("desk.work"):
            continue
        kept["list"] = name
        count = counts.get(name)
        said = "" if count is None else f"{COUNTED_TO:,}+" if count > COUNTED_TO else f"{count:,}"
        found.append(Tab(str(words.LISTS[name]), f"{reverse(PAGE)}?{kept.urlencode()}", ask.list == name, said))
    return found


@staff_may("desk.work")
@require_POST
def pull(request: StaffRequest) -> HttpResponse:
    """Take the most urgent ticket that waits for somebody."""
    try:
        with transaction.atomic():
            found = routing.take_next(staff_id=request.user.pk, now=timezone.now())
    except Refused as refused:
        messages.info(request, refused.message)
        return redirect(PAGE)
    request.audit_target = f"ticket:{found.pk}"
    return redirect("desk:ticket", found.number)


@staff_may("desk.work")
@require_POST
def away(request: StaffRequest) -> HttpResponse:
    """Leave the desk for now, or come back: nothing comes by itself meanwhile."""
    here = Agent.objects.filter(staff=request.user).values_list("away", flat=True).first()
    routing.set_away(staff_id=request.user.pk, away=not here)
    messages.success(request, _("已回到工位，新工单会再分给您") if here else _("已离开工位，暂时不会分给您新工单"))
    return redirect(back_to(request, reverse(PAGE)))


@staff_may("desk.work")
@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """One act on many tickets, each for itself; those it does not fit are counted and left alone."""
    picked = list(dict.fromkeys(request.POST.getlist("pick")))[:MOST_BULK]
    act, done, refused = _act(request), [], 0
    back = back_to(request, reverse(PAGE))
    if act is None:
        messages.error(request, _("请选择要做什么。"))
        return redirect(back)
    for pk in Ticket.objects.filter(number__in=picked).order_by("pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                act(pk)
                done.append(pk)
        except Refused:
            refused += 1
    request.audit_target = "tickets"
    request.audit_detail = {"do": request.POST.get("do", ""), "tickets": done}
    said = ngettext("已处理 %(count)s 张工单", "已处理 %(count)s 张工单", len(done)) % {"count": len(done)}
    messages.success(request, said)
    if refused:
        messages.error(request, ngettext("%(count)s 张不适用，没有改动", "%(count)s 张不适用，没有改动", refused)
                       % {"count": refused})
    return redirect(back)


def _act(request: StaffRequest) -> Callable[[int], object] | None:
    """What was chosen for the picked tickets."""
    me, now, post = request.user.pk, timezone.now(), request.POST
    to, tag, kind = number_of(post.get("to", "")) or 0, post.get("tag", "").strip(), post.get("kind", "")
    acts: dict[str, Callable[[int], object]] = {
        "take": lambda pk: routing.take(ticket_id=pk, staff_id=me, now=now, over=True),
        "assign": lambda pk: routing.assign(ticket_id=pk, to_id=to, staff_id=me, now=now),
        "solve": lambda pk: tickets.set_state(ticket_id=pk, state=State.SOLVED, staff_id=me, now=now),
        "urgent": lambda pk: tickets.set_priority(ticket_id=pk, priority=Priority.URGENT, staff_id=me, now=now),
        "tag": lambda pk: tickets.tag(ticket_id=pk, name=tag, staff_id=me, now=now),
        "kind": lambda pk: tickets.sort(ticket_id=pk, kind=kind, staff_id=me, now=now),
        "spam": lambda pk: shape.mark_spam(ticket_id=pk, staff_id=me, now=now),
    }
    return acts.get(post.get("do", ""))

