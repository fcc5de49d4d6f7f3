"""How a chart stands on a page."""

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from liuke.kit.charts import Chart, Series

CHART = Chart(
    name="revenue", kind="stacked", unit="money", says="老客收入比上月多 ¥1,200", axis="月份",
    labels=["10 月", "11 月"],
    series=[Series(name="老客", values=[120_000, 240_000]), Series(name="新客", values=[None, 99])], hrefs=["/a", ""],
)


def test_the_library_is_where_the_page_looks_for_it():
    assert finders.find("unfold/js/chart/chart.js")


def test_the_sentence_stands_above_and_the_numbers_in_a_table():
    page = render_to_string("console/parts/chart.html", {"chart": CHART})

    assert '<figcaption class="says">老客收入比上月多 ¥1,200</figcaption>' in page
    assert "¥1,200.00" in page
    assert "¥0.99" in page
    assert '<a href="/a">10 月</a>' in page
    assert 'id="chart-data-revenue"' in page


def test_without_values_there_is_only_the_sentence():
    empty = Chart(name="x", kind="lines", unit="number", says="还没有订单", axis="月", labels=[], series=[])

    page = render_to_string("console/parts/chart.html", {"chart": empty})

    assert "还没有订单" in page
    assert "data-chart" not in page
