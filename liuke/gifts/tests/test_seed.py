"""The demo brand gets gifts and packs, once."""

import pytest
from django.core.management import call_command

from liuke.coupons.models import Template
from liuke.gifts import queries
from liuke.gifts.models import Gift, GiftKind
from liuke.gifts.tests.builders import NOW, person
from liuke.loyalty.models import Pack, Rule
from liuke.loyalty.queries.welcome import newcomers_get
from liuke.mall.tests import builders as mall
from liuke.org import demo

pytestmark = pytest.mark.django_db


def test_the_demo_has_gifts_and_packs_and_what_joining_brings(monkeypatch):
    monkeypatch.setattr(demo, "is_demo", lambda: True)
    mall.sku(stock=80)
    mall.shop("MINI")
    for _ in range(3):
        person()

    for _again in range(2):
        call_command("seed_gifts")

    assert [model.objects.count() for model in (Template, GiftKind, Pack, Rule)] == [2, 1, 2, 2]
    assert sorted(Gift.objects.values_list("state", flat=True)) == ["claimed", "open", "open"]
    (welcome,) = newcomers_get(now=NOW.replace(year=2126))
    assert (welcome.name, [part.benefit for part in welcome.gives]) == ("欢迎礼包", ["points", "coupon"])
    assert queries.differing() == []
