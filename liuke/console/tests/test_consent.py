"""What a customer says to a member of staff, and the words that customers agree to."""

import pytest
from django.db import transaction
from django.urls import reverse

from liuke.console.tests import builders
from liuke.customers.models import Consent, ConsentText
from liuke.customers.queries import consents as said_so_far
from liuke.customers.rules.consents import CHANNELS
from liuke.customers.services import consents
from liuke.org.models import AuditEntry

pytestmark = pytest.mark.django_db
TEXTS = reverse("console:consent_texts")


def at(customer):
    return reverse("console:consent", args=[customer.pk])


def said(response):
    return [str(each) for each in response.context["messages"]]


def words(version="m1", purpose="marketing", **more):
    more = {"body": "我同意收到优惠。", "now": builders.MORNING, **more}
    with transaction.atomic():
        return consents.publish_text(version=version, purpose=purpose, **more)


def test_a_yes_and_a_no_are_written_down_with_who_heard_it_and_where(client, owner):
    customer = builders.known()
    words()

    client.post(at(customer), {"say": "given:sms:marketing", "source": "phone"})
    client.post(at(customer), {"say": "withdrawn:sms:marketing", "source": "paper"})

    rows = Consent.objects.order_by("pk")
    assert [(row.state, row.recorded_by_id, row.source, row.text and row.text.version) for row in rows] == [
        ("given", owner.pk, "phone", "m1"), ("withdrawn", owner.pk, "paper", None),
    ]
    page = client.get(at(customer)).content.decode()
    assert "文本 m1" in page
    assert "由林小满记下" in page
    assert "电话" in page
    assert "书面" in page
    assert AuditEntry.objects.filter(action="console.consent.consent").count() == 2


def test_the_page_shows_the_words_to_read_aloud(client, agent):
    words()
    words("call", channel="phone")

    page = client.get(at(builders.known())).content.decode()

    assert page.count("我同意收到优惠。") == 2
    assert "营销推荐 · 所有方式" in page
    assert "营销推荐 · 电话" in page


def test_one_press_refuses_all_marketing(client, agent):
    customer = builders.known()

    response = client.post(at(customer), {"say": "withdrawn::marketing", "source": "counter"}, follow=True)

    assert said(response) == ["已记下：所有方式都拒绝，立即生效。"]
    states = {row.channel: row.state for row in said_so_far.latest([customer.pk])}
    assert states == dict.fromkeys(CHANNELS, "withdrawn")


def test_without_words_nobody_can_agree(client, owner):
    customer = builders.known()

    response = client.post(at(customer), {"say": "given:sms:marketing", "source": "counter"}, follow=True)

    assert said(response) == ["还没有可供同意的文本，请先发布。"]
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("body", [
    {"say": "withdrawn:pigeon:marketing", "source": "counter"},
    {"say": "cleared:sms:marketing", "source": "counter"},
    {"say": "withdrawn:sms:marketing", "source": "h5"},
    {"say": "withdrawn:sms:marketing"},
    {},
])
def test_what_cannot_have_been_said_is_refused_in_words(client, owner, body):
    customer = builders.known()
    words()

    response = client.post(at(customer), body, follow=True)

    assert said(response) == ["填写的内容有误，请检查后再试。"]
    assert Consent.objects.count() == 0


def test_words_are_published_version_by_version(client, owner):
    empty = client.get(TEXTS).content.decode()
    client.post(TEXTS, {"purpose": "marketing", "channel": "", "body": "第一版的话"})
    client.post(TEXTS, {"purpose": "marketing", "channel": "", "body": "第二版的话"})
    client.post(TEXTS, {"purpose": "marketing", "channel": "sms", "body": "短信的话"})

    assert "还没有发布过" in empty
    assert sorted(ConsentText.objects.values_list("version", "channel", "body")) == [
        ("marketing-1", "", "第一版的话"), ("marketing-2", "", "第二版的话"), ("marketing-sms-1", "sms", "短信的话")]
    page = client.get(TEXTS).content.decode()
    assert (page.count("现行"), page.count("旧版")) == (2, 1)
    assert page.index("第二版的话") < page.index("第一版的话")
    assert AuditEntry.objects.filter(target="consent_text:marketing-sms-1").count() == 1


@pytest.mark.parametrize(("body", "reason"), [
    ("", "请写下客户要同意的话"), ("我" * 20_001, "最多 20000 个字"), ("我同意收到优惠。", "现行的就是这段话"),
])
def test_what_is_no_new_version_is_refused_beside_the_form(client, owner, body, reason):
    words()

    response = client.post(TEXTS, {"purpose": "marketing", "channel": "", "body": body})

    assert response.status_code == 422
    assert reason in response.content.decode()
    assert ConsentText.objects.count() == 1


def test_only_the_owner_publishes_and_all_who_see_customers_read(client, agent):
    words()

    assert client.post(TEXTS, {"purpose": "marketing", "channel": "", "body": "别的话"}).status_code == 404
    page = client.get(TEXTS).content.decode()
    assert "我同意收到优惠。" in page
    assert "发布一版" not in page


def test_today_asks_for_words_until_there_are_some(client, owner):
    home = reverse("console:home")
    assert "发布客户要同意的话" not in client.get(home).content.decode()      # first the orders
    builders.order(builders.known())

    assert "发布客户要同意的话" in client.get(home).content.decode()
    words()
    assert "发布客户要同意的话" not in client.get(home).content.decode()
