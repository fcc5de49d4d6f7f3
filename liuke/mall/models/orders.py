"""Orders and their lines, from the shop itself or from an import of history."""

from django.db import models
from django.db.models.functions import Now

from liuke.mall.rules.orders import SENT


class OrderGroup(models.Model):
    """What the customer sees as one purchase and pays at once: an order for each supplier and shop in the cart."""

    number = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=80)                             # of the one who places; again is once
    wish_hash = models.BinaryField(max_length=32, default=b"")        # of what was asked for under the key
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="order_groups")
    total_fen = models.BigIntegerField()
    state = models.CharField(max_length=10)                           # placed, paid, cancelled
    expires_at = models.DateTimeField(null=True)                      # while placed
    address_enc = models.BinaryField(default=b"")                     # frozen: name, phone, street as JSON
    region = models.CharField(max_length=6, default="", blank=True)
    coupons = models.PositiveSmallIntegerField(db_default=0, default=0)      # how many it took
    placed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="order_group_once")]
        indexes = [models.Index(fields=["expires_at"], name="order_group_due", condition=models.Q(state="placed"))]

    def __str__(self) -> str:
        return self.number


class Order(models.Model):
    """What one customer bought from one shop and supplier at one time. All money is in fen.

    total_fen = goods_fen - discount_fen + freight_fen; refunded_fen of it went back. `state` is one of `rules.State`.
    An imported return that names no order is an order of its own with a negative total, in the state refunded.
    """

    source = models.CharField(max_length=10)                          # shop, import; no purchase: repair (a fee), gift
    number = models.CharField(max_length=60)
    group = models.ForeignKey(OrderGroup, models.PROTECT, null=True, related_name="orders")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="orders", db_index=False)
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="orders")
    supplier = models.ForeignKey("mall.Supplier", models.PROTECT, null=True, related_name="orders")
    state = models.CharField(max_length=20)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)                      # the first parcel
    delivered_at = models.DateTimeField(null=True)                    # the last parcel
    received_at = models.DateTimeField(null=True)                     # said by the customer, or by the clock
    goods_fen = models.BigIntegerField(default=0)
    discount_fen = models.BigIntegerField(default=0)
    freight_fen = models.BigIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    remark = models.CharField(max_length=200, default="", blank=True)
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
            models.Index(fields=["state", "-placed_at", "-id"], name="order_board",
                         condition=models.Q(source__in=SENT)),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One kind of goods on an order, frozen as it was sold. amount_fen = quantity * price_fen - discount_fen.

    The three prices of S2B2C are per piece: supply_fen <= what the shop asks (shop_fen) >= what was paid (price_fen).
    discount_fen is this line's exact share of every discount; coupon_fen and points_fen say how much of it was which.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    key = models.CharField(max_length=80)                             # tells lines of one order apart, see order_import
    item = models.ForeignKey("mall.Sku", models.PROTECT, null=True, related_name="order_lines", db_index=False)
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=200, default="", blank=True)
    category = models.CharField(max_length=60, default="", blank=True)
    quantity = models.IntegerField()
    price_fen = models.BigIntegerField()
    supply_fen = models.BigIntegerField(default=0)
    shop_fen = models.BigIntegerField(default=0)
    discount_fen = models.BigIntegerField(default=0)
    coupon_fen = models.BigIntegerField(default=0)
    points_fen = models.BigIntegerField(default=0)
    amount_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField(default=0)
    points = models.BigIntegerField(db_default=0, default=0)          # spent on this line; worth points_fen
    shipped = models.PositiveIntegerField(default=0)                  # pieces
    returned = models.PositiveIntegerField(default=0)                 # pieces asked back or refunded, not refused
    stopped = models.PositiveIntegerField(db_default=0, default=0)    # of the returned: those that were never sent
    state = models.CharField(max_length=20, default="", blank=True)   # imported lines only: what the file said of it
    price_steps = models.JSONField(default=list)                      # why this price, as rules.price_steps said it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="order_line_once"),
            models.CheckConstraint(
                condition=models.Q(item=None)
                | models.Q(amount_fen=models.F("quantity") * models.F("price_fen") - models.F("discount_fen")),
                name="order_line_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(item=None) | models.Q(refunded_fen__gte=0, refunded_fen__lte=models.F("amount_fen")),
                name="order_line_refund_fits",
            ),
        ]
        indexes = [                                                   # imported lines have none
            models.Index(fields=["item"], name="order_line_by_item", condition=models.Q(item__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.sku} x {self.quantity}"


class OrderNote(models.Model):
    """What a member of staff wrote down about an order, for colleagues; customers never see it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="notes")
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="order_notes")
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note on {self.order_id}"
