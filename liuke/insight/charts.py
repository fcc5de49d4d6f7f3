"""Charts of the figures. Here so that the pages stay short: a figure in, a `kit.charts.Chart` out."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from liuke.insight import words
from liuke.insight.queries import Retention, Revenue, Rhythm
from liuke.insight.rules.shares import Share
from liuke.kit.charts import BARS, LINES, MONEY, NUMBER, PERCENT, STACKED, Chart, Series

MONTHS = ("cohort", "month", "away")


def behind_url(**which: object) -> str:
    """The page of the customers behind a number; months are numbers here."""
    query = "&".join(f"{name}={words.month_text(value) if name in MONTHS and isinstance(value, int) else value}"
                     for name, value in which.items() if value is not None)
    return f"{reverse('insight:customers')}?{query}"


def average(found: Retention) -> Chart:
    """The share of all cohorts that bought again so many months after their first order."""
    shares = found.averages[1:]
    return Chart(
        name="average", kind=LINES, unit=PERCENT, says=words.average_says(found), axis=_("首购后第几个月"),
        labels=[f"+{at}" for at in range(1, len(shares) + 1)], series=[_line(_("平均留存"), shares)], low_box=True,
    )


def revenue(found: Revenue) -> Chart:
    """New and returning customers' money by month."""
    months = found.months
    return Chart(
        name="revenue", kind=STACKED, unit=MONEY, says=words.revenue_says(found), axis=_("月份"),
        labels=[words.month_text(month.month) for month in months],
        hrefs=[behind_url(month=month.month) for month in months],
        series=[Series(name=_("老客户"), values=[month.returning_fen for month in months]),
                Series(name=_("新客户"), values=[month.new_fen for month in months])],
    )


def repurchase(found: Revenue) -> Chart:
    """The share of each month's customers who had bought before it; the first month has none by definition."""
    months = [month for month in found.months[1:] if month.over]
    return Chart(
        name="repurchase", kind=LINES, unit=PERCENT, axis=_("月份"), low_box=True,
        says=_("当月买家中以前买过的比例；浅色带是 95% 区间。"),
        labels=[words.month_text(month.month) for month in months],
        hrefs=[behind_url(month=month.month, new=False) for month in months],
        series=[_line(_("复购率"), [month.repurchase for month in months])],
    )


def gaps(found: Rhythm) -> Chart:
    """How many intervals between two buying days of a customer were how long."""
    return Chart(
        name="gaps", kind=BARS, unit=NUMBER, says=words.gaps_say(found), axis=_("间隔天数"),
        labels=[f"{each.days_from}–{each.days_to}" if each.days_to else f"{each.days_from}+" for each in found.bins],
        series=[Series(name=_("复购次数"), values=[each.count for each in found.bins] if found.quarters else
                       [None] * len(found.bins))],
    )


def second(found: Rhythm, within: int) -> Chart:
    """Each cohort's share with a second buying day in time."""
    rows = [row for row in found.second if row.within == within]
    return Chart(
        name="second", kind=LINES, unit=PERCENT, says=words.second_says(found), axis=_("首购月份"), low_box=True,
        labels=[words.month_text(row.month) for row in rows],
        hrefs=[behind_url(cohort=row.month, within=within) for row in rows],
        series=[_line(_("%(days)s 天内再买") % {"days": within}, [row.share for row in rows])],
    )


def churn(found: Rhythm) -> Chart:
    """The share of the active who fell silent in each month."""
    rows = [row for row in found.churn if row.over]
    return Chart(
        name="churn", kind=LINES, unit=PERCENT, says=words.churn_says(found), axis=_("月份"), low_box=True,
        labels=[words.month_text(row.month) for row in rows], hrefs=[behind_url(away=row.month) for row in rows],
        series=[_line(_("流失率"), [row.lost for row in rows])],
    )


def _line(name: str, shares: Sequence[Share]) -> Series:
    return Series(name=name, values=[share.rate for share in shares], low=[share.low for share in shares],
                  high=[share.high for share in shares])
