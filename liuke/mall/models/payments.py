"""Money in and out: payments of a group, the provider's notices, refunds, and the daily comparison of books."""

from django.db import models
from django.db.models.functions import Now


class Payment(models.Model):
    """One try to pay a group. `number` is ours and goes to the provider; `provider_ref` is the provider's.

    claimed_fen of it is on its way back or back: the sum of its refunds, whatever they have come to, cancelled ones
    left out. A payment that came too late for its group pays for no order and is claimed as a whole.
    """

    group = models.ForeignKey("mall.OrderGroup", models.PROTECT, related_name="payments")
    key = models.CharField(max_length=80)                             # of the one who pays; again is once
    number = models.CharField(max_length=32, unique=True)
    provider = models.CharField(max_length=12)                        # wechat, transfer, balance, demo
    way = models.CharField(max_length=12, default="", blank=True)     # jsapi, h5, native
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    claimed_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12)                           # rules.orders.PaymentState
    provider_ref = models.CharField(max_length=64, default="", blank=True)
    prepared = models.JSONField(default=dict)                         # what the customer's device needs to pay
    expires_at = models.DateTimeField()                               # as the provider is told
    paid_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)                          # while we wait: when to ask the provider itself
    asks = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, default="", blank=True)  # what the provider said last, when it said no
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "key"], name="payment_key_once"),
            models.UniqueConstraint(
                fields=["group", "provider", "way"], name="payment_waits_once",
                condition=models.Q(state__in=["new", "open"]),
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="payment_ref_once", condition=~models.Q(provider_ref="")
            ),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0, claimed_fen__gte=0, claimed_fen__lte=models.F("amount_fen")),
                name="payment_claims_fit",
            ),
        ]
        indexes = [
            models.Index(fields=["ask_at"], name="payment_due", condition=models.Q(ask_at__isnull=False)),
            models.Index(fields=["-created_at", "-id"], name="payment_newest"),
            models.Index(fields=["provider", "paid_at"], name="payment_by_day"),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentSplit(models.Model):
    """How one payment falls to the orders it pays for. The splits of a payment sum to its amount.

    claimed_fen of it is on its way back or back, as on the payment.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="splits")
    order = models.ForeignKey("mall.Order", models.PROTECT, related_name="splits")
    amount_fen = models.BigIntegerField()
    claimed_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "order"], name="payment_split_once"),
            models.CheckConstraint(
                condition=models.Q(claimed_fen__gte=0, claimed_fen__lte=models.F("amount_fen")),
                name="payment_split_claims_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_fen} for {self.order_id}"


class Notice(models.Model):
    """What a provider told us, word for word, whatever became of it. One row per event of a provider."""

    provider = models.CharField(max_length=12)
    event = models.CharField(max_length=80)
    body = models.BinaryField()
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    repeats = models.PositiveIntegerField(default=0)                  # how often the same event came again
    outcome = models.CharField(max_length=20, default="")             # rules.payments.Outcome
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="notices")
    amount_fen = models.BigIntegerField(null=True)                    # what they say, for the eyes of staff
    needs_look = models.BooleanField(default=False)                   # until somebody has explained it
    explained_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)
    explanation = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event"], name="notice_once")]
        indexes = [
            models.Index(fields=["-received_at"], name="notice_to_look_at", condition=models.Q(needs_look=True)),
        ]

    def __str__(self) -> str:
        return self.event


class Refund(models.Model):
    """Money on its way back. Written down before the provider is asked; the answer is noted in another transaction.

    Goods that cost nothing go back without a payment, at 0 fen.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="refunds")
    order = models.ForeignKey("mall.Order", models.PROTECT, null=True, related_name="refunds")
    number = models.CharField(max_length=32, unique=True)
    key = models.CharField(max_length=80, unique=True)
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=100, default="", blank=True)
    state = models.CharField(max_length=12)                           # rules.orders.RefundState
    provider_ref = models.CharField(max_length=64, default="", blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, default="", blank=True)
    try_at = models.DateTimeField(null=True)                          # while wanted or asked
    asked_at = models.DateTimeField(null=True)                        # when the provider took it
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_fen__gte=0), name="refund_not_negative"),
            models.CheckConstraint(
                condition=models.Q(payment__isnull=False) | models.Q(amount_fen=0), name="refund_of_a_payment"
            ),
        ]
        indexes = [
            models.Index(fields=["try_at"], name="refund_due", condition=models.Q(try_at__isnull=False)),
            models.Index(fields=["-created_at"], name="refund_failed", condition=models.Q(state="failed")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def paid_by(self) -> Payment:
        """The payment it goes back on; only refunds of 0 fen have none, and nobody is asked for those."""
        assert self.payment is not None, "a refund without a payment moves no money"
        return self.payment


class RefundLine(models.Model):
    """What part of a refund belongs to which line; a row without a line is freight."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="lines")
    line = models.ForeignKey("mall.OrderLine", models.PROTECT, null=True, related_name="refund_lines")
    quantity = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(db_default=0, default=0)    # of the quantity: pieces that were never sent
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once", nulls_distinct=False),
            models.CheckConstraint(condition=models.Q(amount_fen__gte=0), name="refund_line_not_negative"),
            models.CheckConstraint(
                condition=models.Q(stopped__lte=models.F("quantity")), name="refund_line_stopped_fits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_fen} of {self.line_id}"


class Bill(models.Model):
    """One day of a provider's bill, compared with our own books."""

    provider = models.CharField(max_length=12)
    day_on = models.DateField()
    compared_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)                      # all three as the provider says
    refunded_fen = models.BigIntegerField(default=0)
    fee_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "day_on"], name="bill_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.day_on}"


class BillDifference(models.Model):
    """One row that stands in only one of the books, or with another amount or state. Stays until it is explained."""

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=20)                            # rules.bills.Kind
    subject = models.CharField(max_length=10)                         # payment, refund
    number = models.CharField(max_length=64)
    ours_fen = models.BigIntegerField(null=True)
    theirs_fen = models.BigIntegerField(null=True)
    ours_state = models.CharField(max_length=12, default="", blank=True)
    theirs_state = models.CharField(max_length=12, default="", blank=True)
    explained_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)
    explanation = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bill", "kind", "subject", "number"], name="bill_difference_once"),
        ]
        indexes = [
            models.Index(fields=["bill"], name="bill_difference_open", condition=models.Q(explained_by=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
