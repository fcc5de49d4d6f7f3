"""Pages of the plan: what is in force with its versions, and a new version with what it would do."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from liuke.kit.errors import Refused
from liuke.org.access import StaffRequest, staff_may
from liuke.tiers.console.forms import PERIODS, Filled
from liuke.tiers.queries.plans import in_force, newest, versions
from liuke.tiers.queries.progress import holders
from liuke.tiers.queries.trial import trial
from liuke.tiers.rules import check
from liuke.tiers.services.planning import write_plan

MOST_VERSIONS = 30


@staff_may("loyalty.view")
@require_GET
def plan_page(request: StaffRequest) -> HttpResponse:
    """The tiers, what each brings, and how many have it; the versions before and after."""
    today = timezone.localdate()
    plan, held = in_force(today), holders()
    told = versions()[:MOST_VERSIONS]
    shown = plan or (told[0][1] if told else None)
    return render(request, "tiers/plan.html", {
        "plan": shown, "begun": plan is not None, "period": PERIODS[shown.period] if shown else "", "today": today,
        "rows": [(level, held.get(level.code, 0)) for level in shown.levels] if shown else [],
        "versions": [(row, each, PERIODS[each.period]) for row, each in told],
        "may_edit": request.user.has_perm("loyalty.edit"),
    })


@staff_may("loyalty.edit")
def plan_change(request: StaffRequest) -> HttpResponse:
    """A new version; with `do=try` only what it would make of today's customers."""
    now, last = timezone.now(), newest()
    today = timezone.localdate(now)
    filled = Filled(request.POST if request.method == "POST" else None, last, today)
    if request.method != "POST":
        return render(request, "tiers/change.html", {"filled": filled, "last": last})
    found = None
    if filled.is_valid():
        try:
            if request.POST.get("do") == "try":
                plan = check(filled.plan(), before=None, today=today)
                counts, held = trial(plan, on=today), holders()
                found = [(level, counts.get(level.code, 0), held.get(level.code, 0)) for level in plan.levels[1:]]
            else:
                with transaction.atomic():
                    row = write_plan(plan=filled.plan(), now=now, by_id=request.user.pk)
                request.audit_target, request.audit_detail = f"tiers:{row.pk}", {"version": row.number}
                messages.success(request, _("等级方案已保存，从 %(day)s 起生效") % {"day": row.starts_on.isoformat()})
                return redirect("tiers:plan")
        except Refused as error:
            filled.refuse(error)
    return render(request, "tiers/change.html", {"filled": filled, "last": last, "found": found},
                  status=422 if filled.errors else 200)
