"""Who referred whom, and why not somebody else."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from liuke.referral.models.links import ReferralLink, Touch


class Programme(models.Model):
    """When a newcomer is bound and for how long a touch counts. Rows are added, never changed; the newest counts."""

    binds_at = models.CharField(max_length=20)                        # attribution.Moment
    window_days = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.binds_at}, {self.window_days} days"



class Referral(models.Model):
    """Who referred a customer. Final: only a correction, which the audit names, ends a row and adds another."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="referrals")
    referrer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="referred")
    link = models.ForeignKey(ReferralLink, models.PROTECT, null=True, related_name="referrals")
    how = models.CharField(max_length=12)                             # attribution.How
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)      # of a correction
    corrected_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(ended_at=None), name="referral_once"),
            models.CheckConstraint(condition=~Q(customer=F("referrer")), name="referral_not_of_oneself"),
        ]
        indexes = [
            models.Index(fields=["referrer", "-id"], name="referral_by_referrer", condition=Q(ended_at=None)),
            BrinIndex(fields=["bound_at"], name="referral_bound_at"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} by {self.referrer_id}"



class PassedOver(models.Model):
    """A touch that did not win, and why; judged when its customer was bound, or could not be."""

    touch = models.ForeignKey(Touch, models.PROTECT, related_name="passed_over")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    why = models.CharField(max_length=20)                             # attribution.Why
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["touch", "customer"], name="passed_over_once")]

    def __str__(self) -> str:
        return f"{self.touch_id}: {self.why}"



class Block(models.Model):
    """A member whose links win nobody and who earns nothing, until it is lifted. What was earned before stays."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    blocked_at = models.DateTimeField()
    blocked_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer"], condition=Q(lifted_at=None), name="block_once")]

    def __str__(self) -> str:
        return f"block of {self.customer_id}"



class Family(models.Model):
    """Whose line a customer belongs to, as a union-find: two people are of one line if they lead to one head.

    Lines only ever grow together, the smaller under the larger, so the way up is at most the logarithm of their size.
    """

    customer = models.OneToOneField("customers.Customer", models.PROTECT, primary_key=True, related_name="+")
    above = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    people = models.PositiveIntegerField(default=1)       # of a head; of others as it was when they joined it

    def __str__(self) -> str:
        return f"line of {self.pk}"
