"""Money in and out: payments of a group, the provider's notices, refunds, and the daily comparison of books."""

from django.db import models
from django.db.models.functions import Now


class Payment(models.Model):
    """One try to pay a group. `number` is ours and goes to the provider; `provider_ref` is the provider's."""

    group = models.ForeignKey("mall.OrderGroup", models.PROTECT, related_name="payments")
    number = models.CharField(max_length=32, unique=True)
    provider = models.CharField(max_length=12)                        # wechat, transfer, balance, demo
    way = models.CharField(max_length=12, default="", blank=True)     # jsapi, h5, native
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    state = models.CharField(max_length=12)                           # rules.PaymentState
    provider_ref = models.CharField(max_length=64, default="", blank=True)
    prepared = models.JSONField(default=dict)                         # what the customer's device needs to pay
    paid_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="payment_ref_once", condition=~models.Q(provider_ref="")
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentSplit(models.Model):
    """How one payment falls to the orders it pays for. The splits of a payment sum to its amount."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="splits")
    order = models.ForeignKey("mall.Order", models.PROTECT, related_name="splits")
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payment", "order"], name="payment_split_once")]

    def __str__(self) -> str:
        return f"{self.amount_fen} for {self.order_id}"


class Notice(models.Model):
    """What a provider told us, word for word, whatever became of it. One row per event of a provider."""

    provider = models.CharField(max_length=12)
    event = models.CharField(max_length=80)
    body = models.BinaryField()
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    outcome = models.CharField(max_length=20, default="new")          # applied, repeated, wrong_amount, unknown, late
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="notices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event"], name="notice_once")]

    def __str__(self) -> str:
        return self.event


class Refund(models.Model):
    """Money on its way back. Written down before the provider is asked; the answer is noted in another transaction."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    order = models.ForeignKey("mall.Order", models.PROTECT, null=True, related_name="refunds")
    number = models.CharField(max_length=32, unique=True)
    key = models.CharField(max_length=80, unique=True)
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=100, default="", blank=True)
    state = models.CharField(max_length=12)                           # rules.RefundState
    provider_ref = models.CharField(max_length=64, default="", blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, default="", blank=True)
    try_at = models.DateTimeField(null=True)                          # while wanted or unknown
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="refund_some")]
        indexes = [
            models.Index(fields=["try_at"], name="refund_due", condition=models.Q(try_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class RefundLine(models.Model):
    """What part of a refund belongs to which line; a row without a line is freight."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="lines")
    line = models.ForeignKey("mall.OrderLine", models.PROTECT, null=True, related_name="refund_lines")
    quantity = models.PositiveIntegerField(default=0)
    amount_fen = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.amount_fen} of {self.line_id}"


class Bill(models.Model):
    """One day of a provider's bill, compared with our own books."""

    provider = models.CharField(max_length=12)
    day_on = models.DateField()
    compared_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "day_on"], name="bill_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.day_on}"


class BillDifference(models.Model):
    """One row that stands in only one of the books, or with another amount or state. Stays until it is explained."""

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=20)       # missing_here, missing_there, amount, state
    number = models.CharField(max_length=64)
    ours_fen = models.BigIntegerField(null=True)
    theirs_fen = models.BigIntegerField(null=True)
    explained_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)
    explanation = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bill", "kind", "number"], name="bill_difference_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
