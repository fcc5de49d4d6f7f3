"""Groups to which links invite."""

from django.db import models
from django.db.models import F, Q


class GroupInvitation(models.Model):
    """A group as newcomers see it: its name, what it is for, and the QR code of WeChat that staff have uploaded.

    WeChat's codes run out; with `ends_at` past or `stopped_at` set, its links still open and say so.
    """

    name = models.CharField(max_length=30)
    words = models.CharField(max_length=200, default="", blank=True)
    file = models.CharField(max_length=80)                            # in the storage, without size and ending
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    key = models.CharField(max_length=40, default="", db_default="", blank=True)         # of the form that made it
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("made_at")), name="group_invitation_ends"),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="group_invitation_once"),
        ]

    def __str__(self) -> str:
        return self.name
