"""Orders and their lines, from the shop itself or from an import of history."""

from django.db import models
from django.db.models.functions import Now


class Order(models.Model):
    """What one customer bought from one shop at one time. All money is in fen.

    total_fen = goods_fen - discount_fen + freight_fen; refunded_fen of it went back. `state` is one of `rules.State`.
    """

    source = models.CharField(max_length=10)                          # shop, import
    number = models.CharField(max_length=60)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="orders")
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="orders")
    state = models.CharField(max_length=20)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    goods_fen = models.BigIntegerField(default=0)
    discount_fen = models.BigIntegerField(default=0)
    freight_fen = models.BigIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="order_number_once"),
            models.CheckConstraint(
                condition=models.Q(
                    total_fen=models.F("goods_fen") - models.F("discount_fen") + models.F("freight_fen")
                ),
                name="order_total_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-placed_at", "-id"], name="order_by_customer"),
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One kind of goods on an order, frozen as it was sold. amount_fen = quantity * price_fen - discount_fen."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    key = models.CharField(max_length=80)                             # tells lines of one order apart, see order_import
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=200, default="", blank=True)
    category = models.CharField(max_length=60, default="", blank=True)
    quantity = models.IntegerField()
    price_fen = models.BigIntegerField()
    discount_fen = models.BigIntegerField(default=0)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="order_line_once")]

    def __str__(self) -> str:
        return f"{self.sku} x {self.quantity}"
