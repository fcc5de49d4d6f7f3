"""Articles are found by their words, product and order state; customers read theirs, and say if it helped."""

import json

import pytest
from django.db import transaction

from liuke.customers.tests.builders import make_customer
from liuke.desk.tests.rows import NOW, agent
from liuke.kit.errors import BadInput
from liuke.knowledge.models import Article
from liuke.knowledge.services import articles as writing
from liuke.knowledge.services.articles import Words
from liuke.mall.tests.builders import product

pytestmark = pytest.mark.django_db


@transaction.atomic
def article(title, body="说明", *, published=True, **more):
    row = writing.save_article(words=Words(title=title, body=body, **more), staff_id=agent().pk, now=NOW)
    return writing.publish(article_id=row.pk, published=published, staff_id=row.changed_by_id, now=NOW)


def titles(client, **asked):
    return [each["title"] for each in client.get("/api/v1/help/articles", asked).json()["articles"]]


def test_customers_find_what_is_published_for_them_by_words_and_nothing_else(client):
    article("杯盖漏水怎么办", "检查密封圈")
    article("推车怎么折叠", "先按红色按钮", tutorial=True)
    article("杯盖漏水内部处理", "直接换新", public=False)
    article("杯盖漏水草稿", published=False)

    assert titles(client, q="盖子漏水") == ["杯盖漏水怎么办"]
    assert titles(client, q="折叠") == ["推车怎么折叠"]
    assert titles(client, q="退税") == []
    assert sorted(titles(client)) == ["推车怎么折叠", "杯盖漏水怎么办"]


def test_that_of_the_product_and_of_the_orders_state_comes_before_what_is_for_all(client):
    cup, cart = product(code="CUP"), product(code="CART")
    article("所有商品的清洗")
    article("杯子的清洗", product_id=cup.pk)
    article("推车的清洗", product_id=cart.pk)
    article("发货后改地址", stages=["shipped"])

    assert titles(client, q="清洗", product="CUP") == ["杯子的清洗", "所有商品的清洗"]
    assert "发货后改地址" in titles(client, stage="shipped")
    assert "发货后改地址" not in titles(client, stage="to_ship")


def test_reading_counts_and_the_last_opinion_of_each_customer_too(client):
    row = article("杯盖漏水怎么办", "一\n二")

    told = client.get(f"/api/v1/help/articles/{row.pk}").json()
    assert (told["body"], told["useful"]) == ("一\n二", 0)
    with transaction.atomic():
        one, two = make_customer(), make_customer()
        writing.judge(article_id=row.pk, customer_id=one.pk, useful=False, now=NOW)
        writing.judge(article_id=row.pk, customer_id=one.pk, useful=True, now=NOW)
        writing.judge(article_id=row.pk, customer_id=two.pk, useful=False, now=NOW)

    row.refresh_from_db()
    assert (row.read, row.useful, row.useless) == (1, 1, 1)
    asked = client.post(f"/api/v1/help/articles/{row.pk}/opinion", json.dumps({"useful": True}),
                        content_type="application/json")
    assert asked.status_code == 401                       # an opinion is a customer's
    assert client.get("/api/v1/help/articles/99999").status_code == 404


def test_an_article_without_words_is_refused_and_staff_write_find_and_take_back(client):
    mei = agent()
    with pytest.raises(BadInput), transaction.atomic():
        writing.save_article(words=Words(title=" ", body="x"), staff_id=mei.pk, now=NOW)
    client.force_login(mei)

    written = client.post("/console/help/articles/new/", {
        "title": "杯盖漏水怎么办", "body": "检查密封圈", "cause": "密封圈", "public": "on", "publish": "yes"})
    wrong = client.post("/console/help/articles/new/", {"title": "x", "body": "y", "product": "NOBODY"})

    assert (written.status_code, wrong.status_code) == (302, 422)
    row = Article.objects.get()
    assert (row.published, row.cause, row.changed_by) == (True, "密封圈", mei)
    assert "杯盖漏水怎么办" in client.get("/console/help/?q=漏水").content.decode()
    client.post(f"/console/help/articles/{row.pk}/publish/", {"published": "no"})
    assert titles(client) == []
