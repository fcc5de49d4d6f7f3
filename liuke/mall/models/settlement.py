"""What the brand owes suppliers and shops, made from frozen lines."""

from django.db import models


class Statement(models.Model):
    """One party's account of one period. A draft until it is closed, once; later refunds stand in the next one."""

    supplier = models.ForeignKey("mall.Supplier", models.PROTECT, null=True, related_name="statements")
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="statements")
    number = models.CharField(max_length=30, unique=True)
    from_on = models.DateField()
    until_on = models.DateField()                                     # not included
    total_fen = models.BigIntegerField(default=0)                     # while open: nothing yet
    state = models.CharField(max_length=10)                           # rules.settlement.StatementState
    entry = models.CharField(max_length=80, default="", blank=True)   # key of the ledger entry; empty: it came to zero
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=60, default="", blank=True)       # the bank's number of the transfer

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(supplier__isnull=False, shop=None) | models.Q(supplier=None, shop__isnull=False),
                name="statement_one_party",
            ),
            models.UniqueConstraint(fields=["supplier", "until_on"], name="statement_once_s"),
            models.UniqueConstraint(fields=["shop", "until_on"], name="statement_once_b"),
        ]
        indexes = [models.Index(fields=["-until_on", "-id"], name="statement_newest")]

    def __str__(self) -> str:
        return self.number


class StatementLine(models.Model):
    """One amount owed (or, negative, taken back), traceable to an order line and, for refunds, to the refund's line.

    Without supplier and shop it is the brand's own part: all lines of an order sum to what was paid less what is back.
    It belongs to no statement until one is closed over it; the brand's never does.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="lines")
    supplier = models.ForeignKey("mall.Supplier", models.PROTECT, null=True, related_name="statement_lines")
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="statement_lines")
    kind = models.CharField(max_length=10)                            # rules.settlement.Kind
    order = models.ForeignKey("mall.Order", models.PROTECT, related_name="statement_lines")
    line = models.ForeignKey("mall.OrderLine", models.PROTECT, null=True, related_name="statement_lines")
    refund_line = models.ForeignKey("mall.RefundLine", models.PROTECT, null=True, related_name="statement_lines")
    quantity = models.IntegerField()
    amount_fen = models.BigIntegerField()
    key = models.CharField(max_length=80, unique=True)
    counts_at = models.DateTimeField()                                # from when it may stand on a statement

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(supplier=None) | models.Q(shop=None), name="statement_line_one_party"
            ),
        ]
        indexes = [
            models.Index(fields=["supplier", "counts_at"], name="statement_open_s",
                         condition=models.Q(statement=None)),
            models.Index(fields=["shop", "counts_at"], name="statement_open_b", condition=models.Q(statement=None)),
            models.Index(fields=["counts_at"], name="statement_of_brand",
                         condition=models.Q(supplier=None, shop=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_fen}"
