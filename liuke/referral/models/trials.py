"""Two plans side by side: chance decides for each inviter, with all whom they bring, which one counts."""

from django.db import models
from django.db.models import F, Q


class Trial(models.Model):
    """`share_bp` of the inviters live under `candidate`, the others under the plan in force; one trial at a time.

    The arm of an inviter is a hash keyed by `salt`, so it is the same for all their newcomers and known to nobody
    before. Only `ends_at` ever changes.
    """

    name = models.CharField(max_length=60)
    candidate = models.ForeignKey("referral.PlanVersion", models.PROTECT, related_name="trials")
    share_bp = models.PositiveIntegerField()
    salt = models.CharField(max_length=32)
    notice = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ends_at"], nulls_distinct=False, condition=Q(ends_at=None),
                                    name="trial_one_at_a_time"),
            models.CheckConstraint(condition=Q(share_bp__gt=0, share_bp__lt=10_000), name="trial_has_both_arms"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="trial_span"),
        ]

    def __str__(self) -> str:
        return self.name
