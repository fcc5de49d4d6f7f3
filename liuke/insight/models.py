"""What the last refresh found, so that pages never compute; and what the next export has to write again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class StaleMonth(models.Model):
    """A month (of `placed_at`, UTC) in which some order changed since it was last exported.

    Triggers on the orders append here in the transaction of the change, so a change that commits late is seen late and
    never missed; the export takes away exactly the rows it has seen. See the ADR on the export.
    """

    month = models.IntegerField()


class ExportState(models.Model):
    """One row: which export this database has seen last. Files that say otherwise are written anew."""

    dataset = models.UUIDField()
    serial = models.BigIntegerField()


class Cuts(models.Model):
    """Values on which levels and tiers are cut, `rules.tiers.Cuts`. Rows are added, never changed; the newest count."""

    recency_days = ArrayField(models.IntegerField())
    buying_days = ArrayField(models.IntegerField())
    net_fen = ArrayField(models.BigIntegerField())
    value_fen = ArrayField(models.BigIntegerField())
    churn_days = models.IntegerField()
    customers = models.BigIntegerField()                                      # how many there were to cut
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)       # null: by a refresh

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class Snapshot(models.Model):
    """One refresh: the brand as a whole at the end of `until_on`. The newest is shown."""

    computed_at = models.DateTimeField()
    until_on = models.DateField()
    zone = models.CharField(max_length=40)
    cuts = models.ForeignKey(Cuts, models.PROTECT)
    orders = models.BigIntegerField()
    customers = models.BigIntegerField()
    customers_twice = models.BigIntegerField()                                # bought on a second day
    net_fen = models.BigIntegerField()
    orders_ahead = models.BigIntegerField()                                   # dated later than today, left out
    gap_quarters = ArrayField(models.IntegerField(), null=True)               # 25, 50, 75 % of intervals; null: none
    model = models.CharField(max_length=10, default="", blank=True)           # empty: none, `model_refused` says why
    model_refused = models.CharField(max_length=40, default="", blank=True)
    r = models.FloatField(null=True)
    alpha = models.FloatField(null=True)
    a = models.FloatField(null=True)
    b = models.FloatField(null=True)
    log_likelihood = models.FloatField(null=True)
    alive = models.FloatField(null=True)                                      # sums over all customers
    orders_90 = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-computed_at", "-id"], name="snapshot_newest")]

    def __str__(self) -> str:
        return f"{self.until_on}"


class CohortCell(models.Model):
    """Customers of one first month who bought in one month; a missing cell is nobody."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="cohort_cells")
    cohort = models.IntegerField()                                            # months since year 0
    month = models.IntegerField()
    customers = models.BigIntegerField()
    orders = models.BigIntegerField()
    net_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "cohort", "month"], name="cohort_cell_once")]


class SecondOrder(models.Model):
    """Of a cohort's customers observed so many days, how many had a second buying day within them."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="second_orders")
    cohort = models.IntegerField()
    within_days = models.IntegerField()
    observed = models.BigIntegerField()
    bought_again = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "cohort", "within_days"], name="second_order_once")]


class ChurnMonth(models.Model):
    """Active at the month's start, lost in it, and how many of the lost came back later."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="churn_months")
    month = models.IntegerField()
    active = models.BigIntegerField()
    lost = models.BigIntegerField()
    came_back = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "month"], name="churn_month_once")]


class GapBin(models.Model):
    """Intervals between two buying days of a customer; `days_to` null is without end."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="gap_bins")
    days_from = models.IntegerField()
    days_to = models.IntegerField(null=True)
    count = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "days_from"], name="gap_bin_once")]


class ScoreCell(models.Model):
    """Customers with equal levels and tier; the RFM grid, the segments and the tiers are sums of these."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="score_cells")
    recency = models.SmallIntegerField()
    frequency = models.SmallIntegerField()
    money = models.SmallIntegerField()
    value_tier = models.SmallIntegerField()
    customers = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    value_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "recency", "frequency", "money", "value_tier"], name="score_cell_once"
            )
        ]


class CustomerScore(models.Model):
    """What the last refresh says of one customer with an order. Chances are null when no model fits."""

    customer = models.OneToOneField("customers.Customer", models.CASCADE, related_name="score", primary_key=True)
    first_on = models.DateField()
    last_on = models.DateField()
    orders = models.IntegerField()
    buying_days = models.IntegerField()
    net_fen = models.BigIntegerField()
    recency = models.SmallIntegerField()
    frequency = models.SmallIntegerField()
    money = models.SmallIntegerField()
    value_tier = models.SmallIntegerField()
    value_fen = models.BigIntegerField()                      # expected within a year
    alive = models.FloatField(null=True)
    orders_90 = models.FloatField(null=True)
    buys_30 = models.FloatField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["first_on", "customer"], name="score_by_first"),
            models.Index(fields=["last_on", "customer"], name="score_by_last"),
            models.Index(fields=["recency", "frequency", "money", "customer"], name="score_by_rfm"),
            models.Index(fields=["value_tier", "-value_fen", "customer"], name="score_by_value"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}"
