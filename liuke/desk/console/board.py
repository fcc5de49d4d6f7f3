"""The manager's board; it changes by itself."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from liuke.desk.queries import board as queries
from liuke.desk.queries import inbox
from liuke.desk.services.live import TICKETS, staff_topic
from liuke.kit.push import ticket_for
from liuke.org.access import StaffRequest, staff_may

TILES = (inbox.WAITING, inbox.OVERDUE, inbox.URGENT, inbox.FREE)


@staff_may("desk.view")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    me = request.user.pk
    counts, snapshot = inbox.counted(me)             # before what else the page shows
    ticket = ticket_for(topics=[TICKETS, staff_topic(me)], holder=f"staff:{me}", snapshot=snapshot)
    return render(request, "desk/board.html", {"ticket": ticket, **_shown(counts)})


@staff_may("desk.view")
@require_GET
def news(request: StaffRequest) -> HttpResponse:
    """The part that changes: all of it."""
    return render(request, "desk/_board.html", _shown(inbox.counts(request.user.pk)))


def _shown(counts: dict[str, int]) -> dict[str, Any]:
    now = timezone.now()
    return {"board": queries.board(now=now), "counts": counts, "now": now}
