"""What the system does by itself after something happened: what failed, and one happening with all it caused."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from liuke.console import words
from liuke.kit.forms import numbers_of
from liuke.kit.paging import page_of
from liuke.org.access import StaffRequest, staff_may
from liuke.timeline import queries, reactor, services
from liuke.timeline.models import Reaction
from liuke.timeline.services import NotDead

MOST_AT_ONCE = 200


@staff_may("reactions.view")
@require_GET
def reactions(request: StaffRequest) -> HttpResponse:
    failing = request.GET.get("view") == "failing"
    dead, retrying = queries.open_reactions(dead=True), queries.open_reactions(dead=False)
    page = page_of(retrying if failing else dead, request)
    return render(request, "console/reactions.html", {
        "page": page, "failing": failing, "dead_count": dead.count(), "failing_count": retrying.count(),
    })


@staff_may("reactions.retry")
@require_POST
def retry_reactions(request: StaffRequest) -> HttpResponse:
    """Try the picked ones again; those that somebody else has just retried are left out."""
    picked = numbers_of(request.POST.getlist("pick")[:MOST_AT_ONCE])
    again = sum(_retry(pk) for pk in sorted(picked))
    request.audit_target, request.audit_detail = "reactions", {"reaction_ids": picked, "again": again}
    said = ngettext("%(count)s 个会马上再试一次", "%(count)s 个会马上再试一次", again)
    messages.success(request, said % {"count": again})
    return redirect("console:reactions")


def _retry(reaction_id: int) -> bool:
    try:
        services.retry(reaction_id=reaction_id)
    except (NotDead, Reaction.DoesNotExist):
        return False
    return True


@staff_may("reactions.view")
@require_GET
def fact(request: StaffRequest, fact_id: int) -> HttpResponse:
    """One happening: when, for whom, why, and everything it caused."""
    found = queries.fact_page(fact_id)
    seen = {reaction.handler: reaction for reaction in found.reactions.all()}
    expected = [reactor.name_of(handler) for handler in reactor.table().get(found.kind, ())]
    return render(request, "console/fact.html", {
        "fact": found, "label": words.fact(found.kind),
        "reactions": [seen[name] for name in expected if name in seen],
        "waiting": [] if found.history else [name for name in expected if name not in seen],
        "former": [seen[name] for name in seen if name not in expected],
    })


@staff_may("reactions.view")
@require_GET
def rules(request: StaffRequest) -> HttpResponse:
    """The whole table: what happens, and what the system then does."""
    return render(request, "console/rules.html", {"kinds": list(queries.table()), "nobody": _("没有，只记录")})
