"""The page of all rules finds what is there now, and says of each where it acts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from liuke.customers.models import Consent, ConsentText
from liuke.mall.models import TimedPrice
from liuke.mall.tests.builders import sku
from liuke.outreach.models import Message
from liuke.outreach.queries import sent_without_consent
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import active, customer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sent(to, key, *, at, purpose="marketing"):
    return Message.objects.create(key=key, customer=to, channel="sms", purpose=purpose, topic=key, text_enc=b"",
                                  state="sent", asked_at=at, send_at=at, expires_at=at + DAY, finished_at=at)


def says(who, state, *, at):
    text, _made = ConsentText.objects.get_or_create(
        version="marketing-1", defaults={"purpose": "marketing", "body": "同意", "published_at": at})
    Consent.objects.create(customer=who, channel="sms", purpose="marketing", state=state, source="h5", happened_at=at,
                           text=text if state == "given" else None)


def test_messages_without_consent_and_after_a_refusal_are_told_apart_and_others_are_none():
    now = timezone.now()
    asked, never, refused = customer(), customer(), customer()
    says(asked, "given", at=now - 3 * DAY)
    says(refused, "given", at=now - 3 * DAY)
    says(refused, "withdrawn", at=now - 2 * DAY)
    sent(asked, "a", at=now - DAY)
    sent(never, "service", at=now - DAY, purpose="service")
    sent(refused, "before", at=now - 2 * DAY - timedelta(hours=1))
    unasked, after = sent(never, "b", at=now - DAY), sent(refused, "c", at=now - DAY)

    assert sent_without_consent() == ([unasked.pk], [after.pk])


def test_every_rule_stands_on_the_page_and_what_is_found_now_stands_first(client, owner):
    now = timezone.now()
    page = client.get("/console/compliance/")
    assert page.context["open"] == 0
    assert [line.code for line in page.context["lines"]] == [f"G{at:02}" for at in range(1, 23)]

    active(tier_plan(paid_in={"tier2": "points"}), starts_at=now, now=now)
    price = TimedPrice.objects.create(sku=sku(), price_fen=100, starts_at=now, ends_at=now + DAY, quantity=5,
                                      audience_kind="segment", audience="gone")
    stated = TimedPrice.objects.create(sku=price.sku, price_fen=90, starts_at=now, ends_at=now + DAY, quantity=5,
                                       audience_kind="segment", audience="gone", open_terms="近一年没有下单的会员")
    message = sent(customer(), "b", at=now)
    page = client.get("/console/compliance/")

    assert [(line.code, line.paths) for line in page.context["lines"][:2]] == [
        ("G17", [f"messages[{message.pk}]"]), ("G19", [f"prices[{price.pk}]", f"prices[{stated.pk}]"])]
    assert page.context["lines"][1].worst[1] == "bad"
    assert page.context["open"] == 2
    assert f"prices[{price.pk}]" in page.content.decode()
