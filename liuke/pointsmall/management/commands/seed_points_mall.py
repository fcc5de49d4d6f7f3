"""Goods, a coupon and a draw ticket for points, and a few customers who had the coupon."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.coupons.models import Template
from liuke.customers.models import Customer
from liuke.draws.queries.draws import public_draws
from liuke.mall.models import Sku
from liuke.org import demo as people
from liuke.org import queries as org
from liuke.points import queries as points
from liuke.pointsmall.models import Item
from liuke.pointsmall.rules import Offer
from liuke.pointsmall.services import exchanging, items

COUPON_POINTS, EXCHANGES, LOOKED_AT = 300, 6, 60


class Command(BaseCommand):
    help = "Give the demo brand a points mall; does nothing where there is one or a brand of your own"

    def handle(self, **options: Any) -> None:
        if Item.objects.exists() or not people.is_demo():
            return
        now = timezone.now()
        shared: dict[str, Any] = {"about": "", "shop_id": None, "starts_at": now, "ends_at": None, "tiers": []}
        with transaction.atomic(durable=True):
            shop, sku = next(iter(org.shops()), None), Sku.objects.filter(active=True, list_fen__gt=0).first()
            if shop and sku:
                items.write_item(now=now, offer=Offer(
                    **shared | {"shop_id": shop.pk}, name=sku.product.name, kind="goods", what=sku.pk, points=1_500,
                    stock=100, per_customer=1))
            if draw := public_draws(now=now).first():
                items.write_item(now=now, offer=Offer(**shared, name=draw.name, kind="ticket", what=draw.pk, points=50,
                                                      stock=1_000, per_customer=3))
            if template := Template.objects.order_by("pk").first():
                coupon = items.write_item(now=now, offer=Offer(
                    **shared, name=template.name, kind="coupon", what=template.pk, points=COUPON_POINTS, stock=200,
                    per_customer=2))
                self._have(coupon, rich(now))

    def _have(self, item: Item, customer_ids: list[int]) -> None:
        for pk in customer_ids:
            exchanging.exchange(wish=exchanging.Wish(customer_id=pk, item_id=item.pk), key=f"demo-{pk}",
                                now=timezone.now())


def rich(now: datetime) -> list[int]:
    """A few customers who have enough points."""
    found = Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)[:LOOKED_AT]
    return [pk for pk in found if points.balance(pk, now=now).available >= COUPON_POINTS][:EXCHANGES]
