"""How much is there, how much is promised, and every movement that made it so."""

from django.db import models
from django.db.models.functions import Now


class Warehouse(models.Model):
    """Where a supplier keeps goods."""

    supplier = models.ForeignKey("mall.Supplier", models.PROTECT, related_name="warehouses")
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)            # lower ones are emptied first
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class StockLevel(models.Model):
    """The counters of one SKU in one warehouse: for sale is on_hand - reserved - safety.

    `reserved` counts what is promised, both the reservations of unpaid orders and the paid goods not yet sent.
    """

    sku = models.ForeignKey("mall.Sku", models.PROTECT, related_name="levels")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="levels")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    safety = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse"], name="stock_level_once"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, on_hand__gte=models.F("reserved")), name="stock_not_oversold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id}@{self.warehouse_id}"


class Movement(models.Model):
    """One change of a level; the sum of its movements is the level, always. Never changed or deleted."""

    level = models.ForeignKey(StockLevel, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12)       # rules.MovementKind: receive, reserve, release, ship, take, return
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    key = models.CharField(max_length=80, unique=True)
    reason = models.CharField(max_length=100, default="", blank=True)
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["level", "-id"], name="movement_by_level")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand:+} {self.reserved:+}"


class Reservation(models.Model):
    """Goods promised to one order line: held until it expires, kept when the order is paid, released, or sent."""

    line = models.ForeignKey("mall.OrderLine", models.PROTECT, related_name="reservations")
    level = models.ForeignKey(StockLevel, models.PROTECT, related_name="reservations")
    timed_price = models.ForeignKey("mall.TimedPrice", models.PROTECT, null=True, related_name="reservations")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10)                           # held, kept, released, sent
    expires_at = models.DateTimeField(null=True)                      # while held

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], name="reservation_due", condition=models.Q(state="held")),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.line_id}"
