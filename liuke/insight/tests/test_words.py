"""The sentences above the pictures: what they say, and that chance is called chance."""

from datetime import date

from django.utils import translation

from liuke.insight import words
from liuke.insight.queries import Behind, Retention, Revenue, Rhythm
from liuke.insight.rules.calendar import month_number
from liuke.insight.rules.retention import Cell, Churn, Cohort, Month, Second, averages
from liuke.insight.rules.shares import Share
from liuke.insight.rules.tiers import RfmSegment

UNTIL = date(2026, 6, 30)
JAN = month_number(date(2026, 1, 1))


def cohort(at, customers, again, *, over=True):
    cells = (Cell(0, Share(customers, customers), customers, 0, over=True),
             Cell(1, Share(again, customers), again, 0, over=over))
    return Cohort(JAN + at, customers, cells)


def retained(*cohorts):
    return Retention(UNTIL, list(cohorts), averages(cohorts))


def test_the_newest_large_cohort_is_compared_with_those_before_it():
    said = words.retention_says(retained(
        cohort(0, 500, 100), cohort(1, 500, 110), cohort(2, 400, 140), cohort(3, 5, 5), cohort(4, 300, 9, over=False)))

    assert said == ("2026-03 首次购买的 400 位客户中，35.0% 在次月又买了（95% 区间 30.5% 至 39.8%）；"
                    "与之前几批相比，高 14.0 个百分点，超出误差。")


def test_a_difference_within_chance_is_called_so():
    said = words.retention_says(retained(cohort(0, 100, 20), cohort(1, 100, 18)))

    assert said.endswith("与之前几批相比，低 2.0 个百分点，在误差之内。")


def test_the_first_cohort_is_compared_with_nothing():
    assert words.retention_says(retained(cohort(0, 50, 20))) == (
        "2026-01 首次购买的 50 位客户中，40.0% 在次月又买了（95% 区间 27.6% 至 53.8%）。")


def test_where_too_little_is_known_the_sentence_says_so():
    running = retained(cohort(0, 50, 20, over=False))
    assert words.retention_says(running) == "第一批客户的次月还没有过完，暂时看不出留存。"
    assert "都不到 20 位客户" in words.retention_says(retained(cohort(0, 5, 2)))
    assert words.average_says(retained(cohort(0, 5, 2, over=False))) == "还没有完整的月份可以平均。"
    nothing = Rhythm(UNTIL, [], None, [], [], 90)
    assert words.gaps_say(nothing) == "还没有客户来过第二次，看不出间隔。"
    assert words.second_says(nothing) == "最早的客户还没有观察满 30 天。"
    assert words.churn_says(nothing) == "超过 90 天没有再买算作流失；还没有完整的月份。"
    assert words.revenue_says(Revenue(UNTIL, [])) == "第一个月还没有过完。"


def test_the_average_goes_as_far_as_it_is_known():
    young = cohort(0, 4, 3)
    young = Cohort(young.month, young.customers, (*young.cells, Cell(2, Share(1, 4), 1, 0, over=False)))

    assert words.average_says(retained(young)).startswith("平均来看，首购后第 1 个月有 75.0% 的客户会再来")


def month(at, new, known, *, over=True):
    return Month(JAN + at, over, new, new, new * 1000, known, known, known * 3000)


def test_revenue_tells_the_last_full_month_and_the_one_before():
    said = words.revenue_says(Revenue(UNTIL, [month(0, 50, 50), month(1, 50, 50), month(2, 9, 1, over=False)]))

    assert said == "2026-02 收入 ¥2,000.00，其中 75.0% 来自老客户；当月买家中 50.0% 以前买过；与上月相比，持平。"


def test_rhythm_tells_intervals_second_orders_and_churn():
    found = Rhythm(UNTIL, [], [7, 21, 45], [Second(JAN, 30, Share(9, 90)), Second(JAN, 60, Share(30, 80))],
                   [Churn(JAN + 1, True, Share(30, 300), 4), Churn(JAN + 2, True, Share(60, 300), 0)], 60)

    assert words.gaps_say(found) == "一半的复购在 21 天以内，四分之三在 45 天以内。还没回来的客户不在其中。"
    assert words.second_says(found).startswith("首购后观察满 60 天的客户中，37.5% 在这段时间里买了第二次")
    assert words.churn_says(found).startswith("2026-03 月初活跃的 300 位客户中，20.0% 在当月沉默满 60 天")
    assert words.churn_says(found).endswith("与上月相比，高 10.0 个百分点，超出误差。")


def test_a_list_says_its_conditions():
    which = Behind(cohort=date(2026, 6, 1), month=date(2026, 8, 1), segment=RfmSegment.KEEP, value_tier=4)

    assert words.behind_says(which) == ["2026-06 首次购买", "2026-08 买过", "重要保持", "价值层：核心"]
    assert words.behind_says(Behind()) == []


def test_the_sentences_are_english_for_who_reads_english():
    with translation.override("en"):
        said = words.retention_says(retained(cohort(0, 100, 20), cohort(1, 100, 18)))

    assert said == (
        "Of the 100 customers with a first order in 2026-02, 18.0% bought again in the month after (95% interval 11.7% "
        "to 26.7%); compared with the cohorts before: 2.0 points lower, within the margin of error.")
