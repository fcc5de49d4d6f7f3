"""A customer finds help from a product, says whether it helped, asks all others, and takes the right answer."""

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from liuke.knowledge.models import Answer, ArticleOpinion, Question
from liuke.knowledge.services import articles, peers
from liuke.knowledge.services.articles import Words
from liuke.org.tests import builders as org
from tests.browser.shop import FRIEND, NEWCOMER, button, log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def write_help(product):
    """One tutorial for the product, one for another."""
    by, now = org.staff("editor").pk, timezone.now()
    with transaction.atomic():
        for title, about in (("第一次使用", product.pk), ("别的商品怎么用", None)):
            words = Words(title=title, body="1. 用清水冲一遍。\n2. 晾干再用。", product_id=about, tutorial=True,
                          stages=() if about else ("shipped",))
            row = articles.save_article(words=words, staff_id=by, now=now)
            articles.publish(article_id=row.pk, published=True, staff_id=by, now=now)
    return by


def test_from_a_tutorial_to_the_answer_of_another_customer(device, shelf, shopper):
    product = shelf[0].product
    staff = write_help(product)
    page = device(375)

    page.goto(f"/shop/#/pages/product?code={product.code}")
    page.get_by_text("使用帮助与教程").click()
    page.locator(".l-cell:visible", has_text="第一次使用").click()
    expect(page.get_by_text("用清水冲一遍")).to_be_visible()
    button(page, "有用").click()
    log_in(page, NEWCOMER)
    button(page, "有用").click()
    expect(page.get_by_text("1 人觉得有用")).to_be_visible()
    assert ArticleOpinion.objects.get().useful

    page.locator(".l-cell:visible", has_text="问问其他顾客").click()
    page.locator("uni-textarea:visible textarea").fill("三个月的宝宝能用吗")
    expect(button(page, "提问")).to_have_attribute("aria-disabled", "true")      # nothing is public without a tick
    page.locator(".agree:visible").click()
    button(page, "提问").click()
    expect(page.get_by_text("正在审核")).to_be_visible()

    friend = shopper(FRIEND)
    helped_by(friend, staff)
    page.reload()
    expect(page.get_by_text("满月就可以用")).to_be_visible()
    button(page, "有帮助").click()
    expect(page.get_by_text("1 个感谢")).to_be_visible()
    button(page, "采纳").click()
    page.locator(".uni-modal__btn_primary").click()
    expect(page.get_by_text("已采纳", exact=True)).to_be_visible()
    assert Question.objects.get().solved
    assert Answer.objects.get().accepted_at

    asked_by(friend, staff)
    page.goto("/shop/#/help/list?view=questions")
    expect(page.get_by_text("洗衣机能洗吗")).to_be_visible()
    page.route("**/help/questions?**mine=true**", lambda each: each.fulfill(status=500))   # no one else's stays
    page.locator(".chip:visible", has_text="我的提问").click()
    expect(page.get_by_text("洗衣机能洗吗")).to_be_hidden()
    page.unroute("**/help/questions?**mine=true**")
    button(page, "重试").click()
    expect(page.locator(".panel:visible", has_text="三个月的宝宝能用吗")).to_be_visible()
    expect(page.get_by_text("洗衣机能洗吗")).to_be_hidden()


def helped_by(friend, staff):
    """Staff let the question be seen; another customer answers it, which staff look at, too."""
    question = Question.objects.get()
    with transaction.atomic():
        peers.review(staff_id=staff, show=True, question_id=question.pk)
    friend.post(f"/help/questions/{question.pk}/answers", {"text": "满月就可以用"})
    with transaction.atomic():
        peers.review(staff_id=staff, show=True, answer_id=Answer.objects.get().pk)


def asked_by(friend, staff):
    asked = friend.post("/help/questions", {"text": "洗衣机能洗吗", "agreed": True})
    with transaction.atomic():
        peers.review(staff_id=staff, show=True, question_id=asked["id"])
