"""How colleagues work at the desk (what comes to them by itself), and the brand's own names of states."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.desk import words
from liuke.desk.models import StateName
from liuke.desk.queries import duty, routing
from liuke.desk.queries.talks import ticket_seen
from liuke.desk.rules import NAMED
from liuke.desk.services import routing as moves
from liuke.desk.services import tickets
from liuke.desk.triage import TicketKind
from liuke.kit.errors import Refused
from liuke.kit.pages import back_to
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may


@staff_may("desk.view")
@require_GET
def agents(request: StaffRequest) -> HttpResponse:
    """Everybody who may work on tickets, and the names of states."""
    return render(request, "desk/agents.html", {
        "hands": [(hand, [words.word(words.KINDS, code) for code in sorted(hand.skills)])
                  for hand in routing.hands(now=timezone.now())],
        "kinds": [(str(code), words.KINDS[code]) for code in TicketKind], "may_arrange": _may(request),
        "names": [(row, words.STATES[row.state]) for row in StateName.objects.order_by("state", "position", "pk")],
        "states": [(str(code), words.STATES[code][0]) for code in NAMED],
    })


def _may(request: StaffRequest) -> bool:
    return org.everywhere(request.user, "desk.arrange")


def _done(request: StaffRequest, act: Callable[[], object], said: str, back: str) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        with transaction.atomic():
            act()
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect(back)


@staff_may("desk.arrange")
@require_POST
def agent(request: StaffRequest, staff_id: int) -> HttpResponse:
    """What one person can do, and how much comes to them by itself."""
    person = org.staff_person(staff_id)
    capacity, post = request.POST.get("capacity", ""), request.POST
    request.audit_target = f"staff:{person.pk}"
    return _done(request, lambda: moves.set_agent(
        staff_id=person.pk, skills=post.getlist("skills"), vip="vip" in post,
        capacity=int(capacity) if capacity.isascii() and capacity.isdigit() and len(capacity) < 5 else 0),
        _("已保存"), "desk:agents")


@staff_may("desk.work")
@require_POST
def own(request: StaffRequest, number: str) -> HttpResponse:
    """Give the ticket's customer a person of their own, or nobody again."""
    row, to = ticket_seen(number), request.POST.get("to", "")
    request.audit_target = f"customer:{row.customer_id}"
    chosen = int(to) if to.isascii() and to.isdigit() and len(to) < 19 else None
    return _done(request, lambda: moves.set_own_agent(customer_id=row.customer_id, staff_id=chosen, now=timezone.now()),
                 _("已指定专属客服") if chosen else _("已取消专属客服"), back_to(request, "desk:tickets"))


@staff_may("desk.view")
@require_GET
def own_panel(request: StaffRequest, number: str) -> HttpResponse:
    """Who is the customer's own person, and who could be."""
    row = ticket_seen(number)
    return render(request, "desk/_own.html", {
        "t": row, "own": routing.own_agent_of(row.customer_id), "people": duty.workers(),
        "may_work": request.user.has_perm("desk.work"),
    })


@staff_may("desk.arrange")
@require_POST
def state_add(request: StaffRequest) -> HttpResponse:
    """The brand's own name for a category."""
    post = request.POST
    return _done(request, lambda: tickets.name_state(name=post.get("name", ""), state=post.get("state", "")),
                 _("已添加状态名称"), "desk:agents")


@staff_may("desk.arrange")
@require_POST
def state_use(request: StaffRequest, name_id: int) -> HttpResponse:
    """Offer a name, or no longer; tickets that have it keep it."""
    row = get_object_or_404(StateName, pk=name_id)
    return _done(request, lambda: tickets.offer_state_name(name_id=row.pk, active=not row.active), _("已保存"),
                 "desk:agents")
