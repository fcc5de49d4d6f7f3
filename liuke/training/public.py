"""A candidate's drill, open to whoever has the link. Not a console page: nobody logs in."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from liuke.kit.errors import NotYours
from liuke.training import queries
from liuke.training.console.drills import say, shown
from liuke.training.services import drilling


@never_cache
@require_http_methods(["GET", "POST"])
def candidate(request: HttpRequest, token: str) -> HttpResponse:
    """The talk of one candidate: begin, answer, see that it is over. The score is for who invited them."""
    try:
        row = drilling.invited(token=token, now=timezone.now())
    except NotYours as refused:
        raise Http404 from refused
    error, typed = "", ""
    if request.method == "POST":
        if request.POST.get("do") == "start":
            with transaction.atomic():
                drilling.start(drill_id=row.pk, now=timezone.now())
        else:
            error, typed = say(row, request.POST)
        if not error:
            return redirect(f"{request.path}#answer")
    return render(request, "training/candidate.html", {
        **shown(row), "error": error, "typed": typed, "mine": True, "name": queries.candidate_name(row)},
        status=409 if error else 200)
