"""The demo's year of orders is whole, ends when it should, and is the same every time."""

from collections import Counter
from datetime import datetime

from liuke.mall import demo

END = datetime(2026, 11, 21, 21, 30)  # noqa: DTZ001  local time of the brand, as a shop system exports it


def test_the_rhythm_ends_at_the_given_moment_and_spans_a_year():
    rows = list(demo.order_rows(last_at=END))

    assert rows[-1][1] == "2026-11-21 21:30"
    assert rows[0][1][:7] in ("2025-11", "2025-12")
    assert len({row[0] for row in rows}) > 13_000
    assert len(rows) > 100_000
    assert rows == list(demo.order_rows(last_at=END))


def test_no_line_of_an_order_is_told_twice():
    lines = Counter((row[0], row[6]) for row in demo.order_rows(last_at=END))

    assert max(lines.values()) == 1


def test_there_are_about_a_hundred_categories_and_every_article_has_a_price_and_a_name():
    articles = demo.articles()

    assert 100 <= len({article.category for article in articles}) <= 115
    assert len({article.sku for article in articles}) == len(articles)
    assert len({article.name for article in articles}) == len(articles)
    assert all(article.price_fen > 100 for article in articles)


def test_a_discount_never_exceeds_the_line():
    assert all(float(row[11]) <= float(row[10]) * row[9] for row in demo.order_rows(last_at=END))


def test_most_orders_are_completed():
    states = Counter({row[0]: row[12] for row in demo.order_rows(last_at=END)}.values())

    assert states["已完成"] > 13_000
    assert 100 < states["已退款"] < 250
    assert 50 < states["已取消"] < 150
