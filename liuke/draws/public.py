"""The page on which a draw is published, for everybody: prizes, counts, odds, rules, and what proves them.

It stands beside the usual files because it is a door of its own kind: a page without staff, found by a number.
"""

from django.http import Http404 as NotFound
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from liuke.draws.queries.draws import prize_lines, public_draw
from liuke.draws.queries.states import phase
from liuke.kit.errors import NotYours


@require_GET
def draw_page(request: HttpRequest, number: str) -> HttpResponse:
    try:
        draw = public_draw(number)
    except NotYours as error:
        raise NotFound from error
    return render(request, "draws/public.html", {
        "draw": draw, "phase": phase(draw, timezone.now()), "lines": prize_lines(draw, drawn=draw.course.drawn),
    })
