"""The figures as people see them: charts are really drawn, cells hold numbers, and every number leads to its rows."""

import re
from datetime import UTC, datetime

import pytest

from liuke.insight.services.refresh import refresh
from liuke.insight.tests.builders import history

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# page, the charts on it
PAGES = [("retention", ["average"]), ("revenue", ["revenue", "repurchase"]), ("rhythm", ["gaps", "second", "churn"]),
         ("tiers", [])]
# of every chart: its name, its size, how many pixels are painted, and in how many colours
PAINTED = """() => [...document.querySelectorAll('[data-chart]')].map((place) => {
  const canvas = place.querySelector('canvas');
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  let painted = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 0) { painted += 1; colours.add((data[at] << 16) + (data[at + 1] << 8) + data[at + 2]); }
  }
  return {name: place.dataset.chart, width: canvas.clientWidth, height: canvas.clientHeight,
          share: painted / (canvas.width * canvas.height), colours: colours.size};
})"""
DRAWN = """() => [...document.querySelectorAll('[data-chart]')].every((place) => place.querySelector('canvas'))"""


@pytest.fixture
def figures(live_server, settings, tmp_path):
    """Forty customers with random orders in five months, computed."""
    settings.LIUKE_DATA = tmp_path / "data"
    history(40, first=datetime(2026, 6, 3, 16, 30, tzinfo=UTC), days=140, seed=2)
    refresh(now=datetime(2026, 11, 2, 9, tzinfo=UTC))


def open_page(tab, name):
    tab.goto(f"/console/insight/{name}/")
    tab.wait_for_function(DRAWN)
    return {chart["name"]: chart for chart in tab.evaluate(PAINTED)}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_chart_is_drawn(inside, figures, width, theme):
    inside.set_viewport_size({"width": width, "height": 900})
    inside.emulate_media(color_scheme=theme)

    for name, charts in PAGES:
        found = open_page(inside, name)
        assert list(found) == charts, name
        for chart in found.values():
            assert chart["width"] > 0.6 * min(width, 1000), chart
            assert chart["height"] > 120, chart
            assert chart["share"] > 0.02, chart              # lines, axes and words cover some of it
            assert chart["colours"] > 10, chart              # more than one flat colour
        assert inside.locator(".unable:visible").count() == 0, name


def test_a_chart_that_cannot_be_drawn_leaves_its_numbers_open(inside, figures):
    inside.route("**/chart.js*", lambda route: route.abort())
    inside.goto("/console/insight/revenue/")
    inside.wait_for_selector("text=图表没能画出来")

    assert inside.locator("#chart-revenue td.num:visible").count() > 5


def test_the_heat_map_has_a_number_in_every_cell_and_each_leads_to_as_many_customers(inside, figures):
    inside.goto("/console/insight/retention/?months=0")

    cells = inside.locator("table.heat tbody td[class^=h]")
    texts = [text.strip() for text in cells.all_inner_texts()]
    assert len(texts) >= 10
    assert [text for text in texts if not re.fullmatch(r"\d{1,3}(\.\d)?%", text)] == []
    shades = {cells.nth(at).evaluate("cell => getComputedStyle(cell).backgroundColor") for at in range(len(texts))}
    assert len(shades) > 3
    customers = int(re.search(r"(\d+) / \d+|(\d+)", cells.locator("a").first.locator("..").get_attribute("title"))[0]
                    .split(" ")[0])
    cells.locator("a").first.click()
    inside.wait_for_url("**/insight/customers/?**")
    assert inside.locator("tbody tr[data-row]").count() == customers


def test_tiers_show_every_level_and_lead_to_their_customers(inside, figures):
    inside.goto("/console/insight/tiers/")

    spots = [text.strip() for text in inside.locator("table.heat tbody td").all_inner_texts()]
    assert len(spots) == 25
    assert sum(int(text) for text in spots) == 40
    tile = inside.locator("a.tile").first
    count = int(tile.locator(".figure").inner_text())
    tile.click()
    inside.wait_for_url("**/insight/customers/?**")
    assert inside.locator("tbody tr[data-row]").count() == count


def test_from_todays_page_to_one_customer_behind_a_number(inside, figures):
    """Who asks who stays: retention, the customers of one cohort, one of them, what is expected of that one."""
    inside.goto("/console/")
    inside.click("nav >> text=洞察")
    inside.wait_for_url("**/insight/retention/")
    assert "40" in inside.inner_text(".tiles")
    inside.click("table.heat tbody tr:first-child td a >> nth=0")
    inside.wait_for_url("**/insight/customers/?**")
    inside.click("tbody tr[data-row] .first a >> nth=0")
    inside.wait_for_selector("text=30 天内下单的可能")

    assert "买过" in inside.inner_text("#state")
    assert re.search(r"\d+%", inside.inner_text(".tiles"))


def test_theme_changes_redraw_the_charts_in_their_colours(inside, figures):
    open_page(inside, "revenue")
    before = inside.evaluate("document.querySelector('canvas').toDataURL()")
    inside.click(".me")
    inside.click("button:has-text('深色')")
    inside.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)

    assert inside.get_attribute("html", "data-theme") == "dark"
