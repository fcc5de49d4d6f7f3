"""What referring brings the brand: figures of a span, the way from opening to buying, sources, K, the leaderboard."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from liuke.customers.queries.records import names_of
from liuke.kit.charts import BARS, LINES, NUMBER, Chart, Series
from liuke.kit.forms import number_of
from liuke.org.access import StaffRequest, staff_may
from liuke.referral import words
from liuke.referral.models import InviterCohort
from liuke.referral.queries import statistics
from liuke.referral.queries.statistics import Figures, Source

SPANS = (7, 30, 90, 365)
LEADERS_SHOWN = 10
MOST_SOURCES = 8


@staff_may("referral.view")
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    days = span_of(request)
    span = statistics.last(days, now=timezone.now())
    found, cohorts = statistics.promoted(span), statistics.cohorts()
    return render(request, "referral/overview.html", {
        "days": days, "spans": SPANS, "found": found, "whole": found.whole, "funnel": funnel(found.whole),
        "sources": source_chart(statistics.sources(span)), "cohorts": cohorts, "k": k_chart(cohorts),
        "leaders": leader_rows(LEADERS_SHOWN), "nothing": found.whole == Figures() and not cohorts,
    })


def span_of(request: StaffRequest) -> int:
    asked = number_of(request.GET.get("days", ""))
    return asked if asked and asked in SPANS else 30


def leader_rows(most: int) -> list[tuple[int, str, Any]]:
    """Place, name and row, without who has left the board."""
    rows = statistics.leaders()[:most]
    names = names_of([row.customer_id for row in rows])
    return [(place, names.get(row.customer_id) or _("未留姓名"), row) for place, row in enumerate(rows, 1)]


def funnel(each: Figures) -> Chart:
    """From opening to buying; what happened in the span, so a late purchase may belong to an earlier opening."""
    steps = [(_("打开的人"), each.people), (_("注册"), each.registrations), (_("确定推荐人"), each.bound),
             (_("首单"), each.first_orders)]
    part = each.first_orders / each.people if each.people else 0
    return Chart(
        name="funnel", kind=BARS, unit=NUMBER, axis=_("步骤"), labels=[step for step, _n in steps], low_box=True,
        says=_("每 100 个打开链接的人带来 %(n)s 个首单") % {"n": f"{part * 100:.1f}"} if each.people else _(
            "这段时间还没有人打开推广链接"),
        series=[Series(name=_("人数"), values=[count for _step, count in steps])])


def source_chart(found: list[Source]) -> Chart:
    rows = found[:MOST_SOURCES]
    first = str(words.CHANNELS.get(rows[0].channel, rows[0].channel)) if rows else ""
    return Chart(
        name="sources", kind=BARS, unit=NUMBER, axis=_("来源"), low_box=True,
        labels=[str(words.CHANNELS.get(row.channel, row.channel)) for row in rows],
        says=_("来人最多的是%(channel)s") % {"channel": first} if rows else _("还没有来源"),
        series=[Series(name=_("打开的人"), values=[row.people for row in rows]),
                Series(name=_("其中注册"), values=[row.registrations for row in rows])])


def k_chart(cohorts: list[InviterCohort]) -> Chart:
    """New customers for each member, by the month of the member's first confirmed purchase."""
    values = [row.brought_90 / row.members if row.members else None for row in cohorts]
    members, brought = sum(row.members for row in cohorts), sum(row.brought for row in cohorts)
    return Chart(
        name="k", kind=LINES, unit=NUMBER, axis=_("首购月份"), low_box=True, labels=[str(row) for row in cohorts],
        says=_("至今平均每位客户带来 %(k)s 位已确认购买的新客") % {"k": f"{brought / members:.3f}"} if members else _(
            "还没有已确认的购买"),
        series=[Series(name=_("90 天内的 K 值"), values=values)])


