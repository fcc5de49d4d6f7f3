"""The demo's mall is a real one: all of it can be found, is priced and in stock, and a second start adds nothing."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F, Sum
from django.utils import timezone

from liuke.customers.models import Customer
from liuke.kit import pictures
from liuke.kit.pictures import Size
from liuke.mall import demo
from liuke.mall.demo import cards, sales, shop
from liuke.mall.models import Movement, Order, Product, Return, Serial, Sku, Statement, StockLevel
from liuke.mall.queries import catalogue
from liuke.mall.queries.catalogue import Shelf
from liuke.mall.queries.prices import GUEST
from liuke.org import demo as people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def mall(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    from django.db import transaction
    with transaction.atomic():
        people.seed(now=now)
        for at in range(40):
            Customer.objects.create(number=f"XM8{at:04}", joined_at=now - timedelta(days=90))
    drawn = cards.draw_all()
    with transaction.atomic():
        shop.seed(cards=drawn, now=now)
    sales.seed(now=now)
    return now


def test_the_mall_is_whole(mall, django_assert_num_queries):
    now = mall
    assert Product.objects.count() > 540
    assert Product.objects.filter(state="on_sale").count() > 530
    assert not Product.objects.filter(pictures=None).exclude(code__startswith="XMD").exists()
    sums = StockLevel.objects.annotate(told=Sum("movements__on_hand"), kept=Sum("movements__reserved"))
    assert not sums.exclude(on_hand=F("told"), reserved=F("kept")).exclude(on_hand=0, movements=None).exists()

    page = catalogue.page(Shelf(shop="MINI", text="nrf"), who=GUEST, now=now)
    found = catalogue.page(Shelf(shop="SH01", text="纸尿裤"), who=GUEST, now=now)
    assert {item.name for item in found.items} == {f"{brand} 超薄纸尿裤" for brand in demo.BRANDS}
    assert page.items == []
    assert pictures.answer(found.items[0].cover.removeprefix("/media/").removesuffix("-small.webp"), Size.LARGE)
    machine = catalogue.detail(shop="MINI", code="XMD1", who=GUEST, now=now)
    assert [each.kind for each in machine.companions] == ["tutorial", "accessory"]

    states = Counter(Order.objects.filter(source="shop").values_list("state", flat=True))
    assert states["paid"] >= 25
    assert set(states) >= {"placed", "paid", "shipped", "delivered", "received", "cancelled"}
    stages = set(Return.objects.values_list("kind", "lines__goods", "lines__claim"))
    assert len(stages) >= 9
    repaired = Serial.objects.get(returns__claim="repaired")
    assert repaired.warranty_until > now
    assert set(Statement.objects.values_list("state", flat=True)) == {"open", "closed"}

    before = Movement.objects.count(), Order.objects.count(), Return.objects.count(), Sku.objects.count()
    with django_assert_num_queries(6, exact=False):
        assert shop.is_there()
        assert sales.seed(now=now + timedelta(hours=1)) == 0
    assert before == (Movement.objects.count(), Order.objects.count(), Return.objects.count(), Sku.objects.count())
