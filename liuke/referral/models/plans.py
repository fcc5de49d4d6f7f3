"""Reward plans with their versions."""

from django.db import models
from django.db.models import F, Q


class Plan(models.Model):
    """One reward plan through all its versions."""

    name = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name



class PlanVersion(models.Model):
    """What a plan says for orders paid from `starts_at` until before `ends_at`. A draft has no start.

    Once it has one, only `ends_at` ever changes (a trigger sees to it): orders keep the version they were paid under.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)                            # two_tier, chain21
    terms = models.JSONField()                                        # as plan_reader reads them
    digest = models.CharField(max_length=64)
    profile = models.CharField(max_length=8)                          # guard.Profile
    notice = models.CharField(max_length=300, default="", blank=True)          # what members were told
    noticed_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")     # the simulation
    seen_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    entry_product = models.ForeignKey("mall.Product", models.PROTECT, null=True, related_name="+")   # of a chain
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(starts_at__isnull=False, ends_at__gte=F("starts_at")),
                                   name="plan_version_span"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="plan_version_live", condition=Q(starts_at__isnull=False))]

    def __str__(self) -> str:
        return f"plan:{self.plan_id}.v{self.number}"



class SignOff(models.Model):
    """A person put their name to one finding of the guard: counsel's for a profile, the brand's for a warning."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="sign_offs")
    code = models.CharField(max_length=4)                             # G10
    signer = models.CharField(max_length=60)
    statement = models.CharField(max_length=500)
    signed_at = models.DateTimeField()
    recorded_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="sign_off_once")]

    def __str__(self) -> str:
        return f"{self.code} by {self.signer}"
