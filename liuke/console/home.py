"""Today: what needs hands, and the look of the console in this browser."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from liuke.console import board
from liuke.console.context import THEME_COOKIE, THEMES
from liuke.org.access import StaffRequest, staff_may

YEAR_SECONDS = 365 * 86_400


@staff_may("home.view")
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    cards = board.cards(request.user, now=now)
    urgent = sum(card.count for card in cards if card.kind in board.URGENT)
    return render(request, "console/home.html", {
        "cards": cards, "urgent": urgent, "tiles": board.tiles(request.user, now=now),
    })


@staff_may("home.view", atomic=False)
@require_POST
def set_theme(request: StaffRequest) -> HttpResponse:
    """Remember light, dark or auto in this browser."""
    theme, back = request.POST.get("theme", ""), request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/console/")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR_SECONDS, samesite="Lax")
    return response
