"""What made a commission wait for somebody to look, with every figure behind it, and what was decided."""

from django.db import models

from liuke.referral.models.links import Visitor


class FraudPolicy(models.Model):
    """Weights and limits, `fraud.Policy`. Rows are added, never changed; the newest counts."""

    rules = models.JSONField()                                        # signal -> [threshold, weight]
    hold_from = models.PositiveIntegerField()
    block_from = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"policy {self.pk}"


class SharedDevice(models.Model):
    """Somebody else logged in on the device of a visitor who is known as another customer."""

    visitor = models.ForeignKey(Visitor, models.PROTECT, related_name="shared", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visitor", "customer"], name="shared_device_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} on {self.visitor_id}"


class Screening(models.Model):
    """One order looked at for one member whom it rewards; written when any signal fired. Undecided holds stay held."""

    order = models.ForeignKey("mall.Order", models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="screenings")
    policy = models.ForeignKey(FraudPolicy, models.PROTECT, null=True, related_name="+")   # empty: the one of the house
    fired = models.JSONField()                    # [signal, figure, threshold, weight], the strongest first
    figures = models.JSONField()                                      # everything that was measured
    score = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8)                          # fraud.Verdict
    at = models.DateTimeField()
    decision = models.CharField(max_length=8, default="", blank=True)      # released, voided
    reason = models.CharField(max_length=200, default="", blank=True)
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "customer"], name="screening_once")]
        indexes = [
            models.Index(fields=["-score", "-id"], name="screening_open",
                         condition=models.Q(decision="") & ~models.Q(verdict="pass")),
        ]

    def __str__(self) -> str:
        return f"screening {self.pk}"
