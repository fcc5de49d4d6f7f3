"""Pages of staff: who stays, what they bring, how often they come, and who is worth what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError

from liuke.customers.queries import records
from liuke.insight import charts, queries, words
from liuke.insight.charts import behind_url
from liuke.insight.rules.limits import PAGE_ROWS
from liuke.insight.rules.retention import SECOND_WITHIN, Cell, Cohort
from liuke.insight.rules.shares import Share
from liuke.insight.rules.tiers import LEVELS, ValueTier
from liuke.insight.scope import for_the_whole_brand
from liuke.insight.shapes import BehindIn
from liuke.kit.forms import number_of
from liuke.kit.jobs import later
from liuke.org.access import StaffRequest, staff_may

MONTHS = (12, 24, 36)                # cohorts a person may ask for; 0 is all
HEATS = 10                           # shades of the heat map


@dataclass(frozen=True)
class Spot:
    """One cell of a heat map: what stands in it, how dark it is, where it leads, what hovering says."""

    text: str
    heat: int
    href: str
    title: str
    part: bool = False               # its month still runs


@staff_may("insight.view")
@require_GET
@for_the_whole_brand("insight.view")
def retention(request: StaffRequest) -> HttpResponse:
    """The cohort heat map, by customers or by money."""
    asked = number_of(request.GET.get("months", ""))
    months = asked if asked is not None and asked in (0, *MONTHS) else MONTHS[0]
    money = request.GET.get("by") == "money"
    found, overview = queries.retention(months=months), queries.overview()
    if found is None or overview is None:
        return _nothing_yet(request, _("留存"), _("哪一批客户留了下来，哪一批走了，都会出现在这里。"))
    longest = max(len(cohort.cells) for cohort in found.cohorts)
    return render(request, "insight/retention.html", {
        "found": found, "overview": overview, "says": words.retention_says(found), "money": money, "months": months,
        "choices": [*MONTHS, 0], "offsets": range(0 if money else 1, longest), "rows": _heat_rows(found, money=money),
        "averages": [Spot(words.percent(share.rate), 0, "", words.interval(share)) for share in found.averages[1:]],
        "alive": overview.alive and round(overview.alive), "may_refresh": request.user.has_perm("insight.cut"),
        "outlook": words.outlook_says(overview), "average": charts.average(found),
        "twice_url": behind_url(twice=True), "everybody_url": reverse("insight:customers"),
    })


def _heat_rows(found: queries.Retention, *, money: bool) -> list[dict[str, Any]]:
    """A row for each cohort; shades are relative to the highest cell shown."""
    first = 0 if money else 1
    worth: Callable[[Cohort, Cell], float] = _money_each if money else _rate
    most = max((worth(cohort, cell) for cohort in found.cohorts for cell in cohort.cells[first:]), default=0) or 1

    def spot(cohort: Cohort, cell: Cell) -> Spot:
        value = worth(cohort, cell)
        text = f"¥{value / 100:,.0f}" if money else f"{value * 100:.{1 if 0 < value < 0.0995 else 0}f}%"
        return Spot(text, min(HEATS - 1, int(max(value, 0) / most * HEATS)),
                    behind_url(cohort=cohort.month, month=cohort.month + cell.offset) if cell.share.part else "",
                    _cell_says(cell), part=not cell.over)

    return [
        {"month": words.month_text(cohort.month), "customers": cohort.customers,
         "href": behind_url(cohort=cohort.month), "spots": [spot(cohort, cell) for cell in cohort.cells[first:]]}
        for cohort in found.cohorts
    ]


def _rate(cohort: Cohort, cell: Cell) -> float:
    return cell.share.rate or 0.0


def _money_each(cohort: Cohort, cell: Cell) -> float:
    """Fen of this month for each customer of the whole cohort."""
    return cell.net_fen / cohort.customers


def _cell_says(cell: Cell) -> str:
    said = _("%(part)s / %(whole)s 位，%(interval)s") % {
        "part": f"{cell.share.part:,}", "whole": f"{cell.share.whole:,}", "interval": words.interval(cell.share)}
    return said if cell.over else _("%(said)s；这个月还没过完") % {"said": said}


@staff_may("insight.view")
@require_GET
@for_the_whole_brand("insight.view")
def revenue(request: StaffRequest) -> HttpResponse:
    """New and returning customers' money, and the repurchase rate."""
    found = queries.revenue()
    if found is None:
        return _nothing_yet(request, _("收入"), _("新客和老客各带来多少收入，都会出现在这里。"))
    rows = [
        {"row": month, "month": words.month_text(month.month), "interval": words.interval(month.repurchase),
         "new_url": behind_url(month=month.month, new=True), "known_url": behind_url(month=month.month, new=False)}
        for month in reversed(found.months)
    ]
    return render(request, "insight/revenue.html", {
        "found": found, "rows": rows, "revenue": charts.revenue(found), "repurchase": charts.repurchase(found)})


@staff_may("insight.view")
@require_GET
@for_the_whole_brand("insight.view")
def rhythm(request: StaffRequest) -> HttpResponse:
    """Intervals, second orders and churn."""
    found = queries.rhythm()
    if found is None:
        return _nothing_yet(request, _("购买节奏"), _("客户隔多久回来、多久不来算流失，都会出现在这里。"))
    seconds: dict[int, dict[int, tuple[Share, str]]] = {}
    for row in found.second:
        url = behind_url(cohort=row.month, within=row.within)
        seconds.setdefault(row.month, {})[row.within] = (row.share, url)
    return render(request, "insight/rhythm.html", {
        "found": found, "gaps": charts.gaps(found), "churn": charts.churn(found),
        "second": charts.second(found, max((row.within for row in found.second), default=SECOND_WITHIN[0])),
        "within": SECOND_WITHIN,
        "seconds": [(words.month_text(month), [seconds[month].get(days) for days in SECOND_WITHIN])
                    for month in sorted(seconds, reverse=True)],
        "losses": [(words.month_text(row.month), row, row.lost.part - row.came_back, behind_url(away=row.month))
                   for row in reversed(found.churn)],
    })


@staff_may("insight.view")
@require_GET
@for_the_whole_brand("insight.view")
def tiers(request: StaffRequest) -> HttpResponse:
    """Value tiers, the RFM grid and its segments."""
    found = queries.rfm()
    if found is None:
        return _nothing_yet(request, _("价值分层"), _("谁最值得花心思，都会出现在这里。"))
    people = sum(group.customers for group in found.tiers.values())
    levels = range(LEVELS, 0, -1)
    most = max(group.customers for group in found.grid.values()) or 1
    grid = [(recency, [
        Spot(f"{group.customers:,}", min(HEATS - 1, group.customers * HEATS // most),
             behind_url(recency=recency, frequency=frequency) if group.customers else "",
             _("%(share)s 的客户") % {"share": words.percent(group.customers / people)})
        for frequency in levels for group in [found.grid[recency, frequency]]]) for recency in levels]
    return render(request, "insight/tiers.html", {
        "found": found, "people": people, "says": words.tiers_say(found), "grid": grid, "levels": levels,
        "tiers": [(words.TIERS[tier], group, behind_url(value_tier=int(tier))) for tier, group in found.tiers.items()],
        "segments": [(*words.SEGMENTS[name], each, behind_url(segment=name)) for name, each in found.segments.items()],
        "may_cut": request.user.has_perm("insight.cut"),
    })


@staff_may("insight.cut")
@require_POST
@for_the_whole_brand("insight.cut")
def cut(request: StaffRequest) -> HttpResponse:
    """Cut levels and tiers anew from the customers there are now; done by the worker."""
    request.audit_target = "insight:cuts"
    later("insight.cut", once="insight.cut", staff_id=request.user.pk)
    messages.success(request, _("正在按现在的客户重新划分，完成后刷新页面就能看到。"))
    return redirect("insight:tiers")


@staff_may("insight.cut")
@require_POST
@for_the_whole_brand("insight.cut")
def refresh(request: StaffRequest) -> HttpResponse:
    """Compute now instead of at night; done by the worker."""
    request.audit_target = "insight:figures"
    later("insight.refresh", once="insight.refresh")
    messages.success(request, _("正在计算，通常不到一分钟；完成后刷新页面就能看到。"))
    return redirect("insight:retention")


@staff_may("customers.view")
@require_GET
@for_the_whole_brand("customers.view")
def customers(request: StaffRequest) -> HttpResponse:
    """The customers behind a number. A filter that cannot be read is left out."""
    at = queries.snapshot()
    if at is None:
        return _nothing_yet(request, _("客户"), _("数字背后的客户会列在这里。"))
    try:
        which = BehindIn.model_validate(request.GET.dict()).behind()
    except ValidationError:
        which = queries.Behind()
    scores = queries.behind(which, at=at)
    page = queries.page_of(scores, after=request.GET.get("after", ""), size=PAGE_ROWS)
    names = records.names_of([score.pk for score in page.rows])
    asked = request.GET.copy()
    asked["after"] = page.next
    return render(request, "insight/customers.html", {
        "page": page, "at": at, "conditions": words.behind_says(which), "count": scores.count(),
        "rows": [(score, names.get(score.pk, ""), words.TIERS[ValueTier(score.value_tier)]) for score in page.rows],
        "next": f"?{asked.urlencode()}" if page.next else "", "model": at.model,
    })


def _nothing_yet(request: StaffRequest, title: str, text: str) -> HttpResponse:
    """Before the first refresh: what this page is for, and the first step."""
    return render(request, "insight/nothing_yet.html", {
        "title": title, "text": text, "may_refresh": request.user.has_perm("insight.cut")})
