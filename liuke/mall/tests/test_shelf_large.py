"""A shelf of 100,000 SKUs answers like a small one: the same goods, by an index, without reading much."""

import json

import pytest
from django.db import connection

from liuke.mall import demo
from liuke.mall.models import Product
from liuke.mall.queries import catalogue
from liuke.mall.queries.catalogue import Shelf
from liuke.mall.queries.prices import GUEST
from liuke.mall.rules.catalogue import patterns, search_text
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PRODUCTS = 50_000                        # of two SKUs each
BLOCKS = 12_000                          # of 8 KB that one page may look at, nearly all of them in memory


@pytest.fixture(scope="module")
def names():
    """Real names, each with a number of its own; the text to search in is made once for each word."""
    words = sorted({article.name.rsplit(" ", 1)[0] for article in demo.articles()})
    texts = {word: search_text(word) for word in words}
    return [(f"{words[at % len(words)]} {at}", f"{texts[words[at % len(words)]]} {at} k{at}") for at in range(PRODUCTS)]


@pytest.fixture
def large(names):
    builders.shop("MINI")
    row = builders.product(state="draft")
    same = {"supplier_id": row.supplier_id, "category_id": row.category_id, "state": "on_sale"}
    Product.objects.bulk_create([
        Product(code=f"K{at}", name=name, search=text, from_fen=100 + at % 9973, **same)
        for at, (name, text) in enumerate(names)], batch_size=1_000)
    with connection.cursor() as cursor:
        cursor.execute("""
            INSERT INTO mall_sku (product_id, code, values, barcode, supply_fen, list_fen, floor_fen, weight_grams,
                active)
            SELECT id, code || '-' || n, ARRAY[n::text], '', 50, from_fen, 0, 0, true
            FROM mall_product CROSS JOIN generate_series(1, 2) n WHERE state = 'on_sale'""")
        cursor.execute("ANALYZE mall_product, mall_sku")


def cost(shelf):
    """What the statement of the page really did: the tables read from end to end, and the blocks looked at."""
    sql, values = catalogue.page_sql(shelf)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql, {**GUEST.values(NOW), **values})
        plan = json.loads(json.dumps(cursor.fetchone()[0]))
    plan = json.loads(plan) if isinstance(plan, str) else plan
    whole, nodes = set(), [plan[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan":
            whole.add(node["Relation Name"])
    top = plan[0]["Plan"]
    return whole, top["Shared Hit Blocks"] + top["Shared Read Blocks"]


def test_every_way_of_looking_finds_the_right_goods_and_reads_little(large, names, django_assert_num_queries):
    for text in ("纸尿裤", "奶", "znk", "niunai", "小满 牛奶", "k49999", "xiguazhi", ""):
        shelf = Shelf(shop="MINI", text=text)
        with django_assert_num_queries(2, exact=False):
            page = catalogue.page(shelf, who=GUEST, now=NOW)

        looked_for = [pattern.strip("%") for pattern in patterns(text)]
        oracle = [name for name, found in reversed(names) if all(word in found for word in looked_for)]
        assert [item.name for item in page.items] == oracle[:20], text
        whole, blocks = cost(shelf)
        assert not whole & {"mall_product", "mall_sku"}, (text, whole)
        assert blocks < BLOCKS, (text, blocks)
