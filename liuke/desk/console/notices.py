"""What a person was told and has not looked at: calls, mentions, tickets handed over; on every page of the desk."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from liuke.desk import words
from liuke.desk.queries import duty as queries
from liuke.desk.services import duty
from liuke.kit.pages import back_to
from liuke.org.access import StaffRequest, staff_may

SHOWN = 5
PRESSING = ("danger", "overdue", "gap", "task_late")


@staff_may("desk.view")
@require_GET
def notices(request: StaffRequest) -> HttpResponse:
    """The newest of them; fetched after the page, and again when there is another."""
    rows = list(queries.unseen(request.user.pk)[: SHOWN + 1])
    return render(request, "desk/_notices.html", {
        "more": len(rows) > SHOWN, "back": back_to(request, reverse("desk:tickets")), "notices": [
            (row, words.word(words.REASONS, row.reason), row.reason in PRESSING) for row in rows[:SHOWN]],
    })


@staff_may("desk.view")
@require_POST
def seen(request: StaffRequest) -> HttpResponse:
    """All of them are looked at."""
    duty.mark_seen(staff_id=request.user.pk, now=timezone.now())
    return redirect(back_to(request, reverse("desk:roster")))
