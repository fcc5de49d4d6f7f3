"""A chart refuses what would draw nonsense."""

import pytest

from liuke.kit.charts import Chart, Series


def chart(**fields):
    usual = {"name": "revenue", "kind": "bars", "unit": "money", "says": "", "axis": "月", "labels": ["1", "2"],
             "series": [Series(name="收入", values=[100, None])]}
    return Chart(**{**usual, **fields})


def test_the_table_and_the_picture_hold_the_same_values():
    made = chart(hrefs=["/a", "/b"])

    assert list(made.rows()) == [("1", "/a", [100]), ("2", "/b", [None])]
    assert made.data()["series"][0]["values"] == [100, None]


@pytest.mark.parametrize("wrong", [
    {"kind": "pie"}, {"unit": "yuan"}, {"labels": ["1"]},
    {"series": [Series(name="x", values=[1, 2], low=[1, 1])]},
    {"series": [Series(name=str(n), values=[1, 2]) for n in range(7)]},
])
def test_nonsense_is_refused(wrong):
    with pytest.raises(AssertionError):
        chart(**wrong)


def test_a_chart_without_values_is_empty():
    assert chart(series=[Series(name="x", values=[None, None])]).empty
    assert not chart().empty
