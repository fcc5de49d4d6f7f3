"""What the brand owes suppliers and shops, made from frozen lines."""

from django.db import models
from django.db.models.functions import Now


class Statement(models.Model):
    """One party's account of one period. Closed once; later refunds stand in the next one as negative lines."""

    supplier = models.ForeignKey("mall.Supplier", models.PROTECT, null=True, related_name="statements")
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="statements")
    number = models.CharField(max_length=30, unique=True)
    from_on = models.DateField()
    until_on = models.DateField()                                     # not included
    total_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10)                           # open, closed, paid
    entry = models.CharField(max_length=80, default="", blank=True)   # key of the ledger entry
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(supplier__isnull=False, shop=None) | models.Q(supplier=None, shop__isnull=False),
                name="statement_one_party",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class StatementLine(models.Model):
    """One amount owed (or, negative, taken back), traceable to an order line and, for refunds, to the refund's line.

    Written when the goods are received (sale) or refunded; it belongs to no statement until one is closed over it.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="lines")
    supplier = models.ForeignKey("mall.Supplier", models.PROTECT, null=True, related_name="statement_lines")
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="statement_lines")
    kind = models.CharField(max_length=10)                            # sale, freight, refund
    order = models.ForeignKey("mall.Order", models.PROTECT, related_name="statement_lines")
    line = models.ForeignKey("mall.OrderLine", models.PROTECT, null=True, related_name="statement_lines")
    refund_line = models.ForeignKey("mall.RefundLine", models.PROTECT, null=True, related_name="statement_lines")
    quantity = models.IntegerField()
    amount_fen = models.BigIntegerField()
    key = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["supplier", "at"], name="statement_open_s", condition=models.Q(statement=None)),
            models.Index(fields=["shop", "at"], name="statement_open_b", condition=models.Q(statement=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_fen}"
