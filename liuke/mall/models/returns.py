"""Goods that come back: returns, exchanges, repairs.

Each line has two axes (where are the goods; what was decided), and money comes last.
"""

from django.db import models
from django.db.models.functions import Now


class Return(models.Model):
    """One request of a customer about one order: refund, return, exchange or repair. `state` follows its lines."""

    number = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=80)
    order = models.ForeignKey("mall.Order", models.PROTECT, related_name="returns")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="returns")
    kind = models.CharField(max_length=10)       # refund (goods stay), return, exchange, repair
    reason = models.CharField(max_length=20)
    words = models.TextField(default="", blank=True)
    state = models.CharField(max_length=12)      # open, closed
    assignee = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="returns")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)                     # clock: within 2 hours of asking
    decided_at = models.DateTimeField(null=True)                      # clock: within 48 hours of asking
    expected_at = models.DateTimeField(null=True)                     # told to the customer
    closed_at = models.DateTimeField(null=True)
    way_back_carrier = models.CharField(max_length=20, default="", blank=True)
    way_back_tracking = models.CharField(max_length=40, default="", blank=True)
    way_out_carrier = models.CharField(max_length=20, default="", blank=True)
    way_out_tracking = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="return_key_once")]
        indexes = [
            models.Index(fields=["state", "-asked_at", "-id"], name="return_board"),
            models.Index(fields=["customer", "-id"], name="return_by_customer"),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    """Some pieces of one order line. `goods` and `claim` are the two axes of rules.RETURN_MOVES."""

    request = models.ForeignKey(Return, models.CASCADE, related_name="lines")
    line = models.ForeignKey("mall.OrderLine", models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField()
    stopped = models.PositiveIntegerField(db_default=0, default=0)    # of the quantity: pieces that were never sent
    serial = models.ForeignKey("mall.Serial", models.PROTECT, null=True, related_name="returns")
    goods = models.CharField(max_length=12)      # with_customer, on_way_back, received, inspected, on_way_out, ...
    claim = models.CharField(max_length=12)      # asked, approved, refused, refunded, replaced, repaired, ...
    refund_fen = models.BigIntegerField(default=0)
    refund = models.ForeignKey("mall.Refund", models.PROTECT, null=True, related_name="return_lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "line", "serial"], name="return_line_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="return_line_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class ReturnStep(models.Model):
    """One step of the story as the customer and the staff see it: who did what, when, and what comes next by when."""

    request = models.ForeignKey(Return, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=20)
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True)          # empty: the customer or a clock
    note = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    expected_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.move


class ReturnPhoto(models.Model):
    request = models.ForeignKey(Return, models.CASCADE, related_name="photos")
    file = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.file


class RepairQuote(models.Model):
    """What a repair would cost. The customer accepts (and pays, unless it is free) or refuses; then goods go back."""

    request = models.ForeignKey(Return, models.CASCADE, related_name="quotes")
    diagnosis = models.TextField()
    amount_fen = models.BigIntegerField()
    under_warranty = models.BooleanField(default=False)
    answer = models.CharField(max_length=10, default="", blank=True)  # accepted, refused
    purchase = models.ForeignKey("mall.OrderGroup", models.PROTECT, null=True, related_name="quotes")  # how it is paid
    quoted_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.amount_fen} for {self.request_id}"
