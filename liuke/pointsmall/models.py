"""What can be had for points, and who had it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Item(models.Model):
    """One thing for points (`rules.Offer`). `taken` never passes `stock`: it is raised by one conditional UPDATE."""

    name = models.CharField(max_length=60)
    about = models.CharField(max_length=500, default="", blank=True)
    kind = models.CharField(max_length=20)                            # services.deliveries: goods, coupon, ticket
    what = models.BigIntegerField()                                   # id of the SKU, the coupon's template, the draw
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="+")
    points = models.BigIntegerField()
    stock = models.IntegerField()
    taken = models.IntegerField(default=0)
    per_customer = models.IntegerField(default=0)                     # 0: no limit
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    tiers = ArrayField(models.CharField(max_length=20), default=list)
    paused_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("stock")), name="points_item_not_oversold"),
            models.CheckConstraint(condition=Q(points__gt=0), name="points_item_costs"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> int:
        return self.stock - self.taken


class Exchange(models.Model):
    """Points of one customer for pieces of one item. `reference` is what came of it: an order's number, or nothing."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="exchanges", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="exchanges", db_index=False)
    key = models.CharField(max_length=80)                             # of the one who asks; again is once
    quantity = models.IntegerField()
    points = models.BigIntegerField()
    state = models.CharField(max_length=10)                           # rules.State
    reference = models.CharField(max_length=60, default="", blank=True)
    order = models.ForeignKey("mall.Order", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], name="exchange_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, points__gt=0), name="exchange_takes"),
        ]
        indexes = [
            models.Index(fields=["item", "-id"], name="exchange_by_item"),
            models.Index(fields=["customer", "-id"], name="exchange_by_customer"),
        ]

    def __str__(self) -> str:
        return f"exchange:{self.pk}"
