"""How people do, beside what the same kinds of tickets bring to everybody; and one person's weeks."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from liuke.desk.triage import TicketKind
from liuke.desk.words import KINDS, word
from liuke.kit.charts import LINES, NUMBER, PERCENT, Chart, Series
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may
from liuke.performance import queries, rules
from liuke.performance.words import REASONS

SPANS = (7, 28, 90)
WEEKS = 12


@dataclass(frozen=True)
class Asked:
    """What the page is about."""

    days: int
    kind: str
    since: date
    until: date


def _asked(request: HttpRequest) -> Asked:
    said, kind = request.GET.get("days", ""), request.GET.get("kind", "")
    days = int(said) if said in {str(span) for span in SPANS} else 28
    until = timezone.localdate() + timedelta(days=1)
    return Asked(days, kind if kind in set(TicketKind) else "", until - timedelta(days=days), until)


@staff_may("performance.view")
@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """Everybody, side by side."""
    asked = _asked(request)
    rows = queries.people(since=asked.since, until=asked.until, kind=asked.kind)
    nobody = queries.figures(since=asked.since, until=asked.until, kind=asked.kind).get(None, {})
    return render(request, "performance/people.html", {
        "rows": rows, "asked": asked, "spans": SPANS, "kinds": KINDS.items(),
        "unheld": sum(counted[rules.BREACHES] for counted in nobody.values()),
        "solved": sum(row.sums[rules.SOLVED] for row in rows)})


@staff_may("desk.view")
@require_GET
def person(request: StaffRequest, staff_id: int) -> HttpResponse:
    """One person's figures: one's own, or those of whoever a manager looks at."""
    if staff_id != request.user.pk and not request.user.has_perm("performance.view"):
        raise PermissionDenied
    names = {each.pk: each.name for each in org.staff_people()}
    if staff_id not in names:
        raise Http404
    asked = _asked(request)
    row = next((each for each in queries.people(since=asked.since, until=asked.until)
                if each.staff_id == staff_id), None)
    return render(request, "performance/person.html", {
        "row": row, "name": names[staff_id], "asked": asked, "spans": SPANS, "staff_id": staff_id,
        "kinds": [(word(KINDS, kind) or _("类型待定"), count) for kind, count in row.kinds.items()] if row else [],
        "charts": _charts(staff_id), "reasons": REASONS,
        "mine": staff_id == request.user.pk})


def _charts(staff_id: int) -> list[Chart]:
    """Twelve whole weeks of how much and how well; the one that runs would always look like a fall."""
    today = timezone.localdate()
    until = today - timedelta(days=today.weekday())
    found = dict(queries.weeks(staff_id, since=until - timedelta(weeks=WEEKS), until=until))
    mondays = [until - timedelta(weeks=number) for number in range(WEEKS, 0, -1)]
    if not found:
        return []
    labels = [f"{monday:%m-%d}" for monday in mondays]
    week = [found.get(monday) for monday in mondays]
    solved = [float(counted[rules.SOLVED]) if counted else 0.0 for counted in week]
    on_time = [_share(counted, rules.FIRSTS, rules.FIRSTS_LATE) for counted in week]
    return [
        _chart("solved", NUMBER, _("每周解决的工单"), labels, solved),
        _chart("on-time", PERCENT, _("首次响应准时率"), labels, on_time),
    ]


def _share(counted: Any, of: str, bad: str) -> float | None:
    return 1 - counted[bad] / counted[of] if counted and counted[of] else None


def _chart(name: str, unit: str, says: str, labels: list[str], values: list[float | None] | list[float]) -> Chart:
    return Chart(name=name, kind=LINES, unit=unit, says=says, axis=_("周"), labels=labels,
                 series=[Series(name=says, values=list(values))], low_box=True)
