"""What the nightly watch found in the live network, and who gets no pay-out until somebody has looked."""

from django.db import models
from django.db.models import Q


class WatchedLine(models.Model):
    """A line of people who earn cash by each other that is near the limits of G06: alarmed, or its pay-outs frozen.

    An alarm ends by itself when the line is small again; a freeze ends only when named staff release it, up to the
    sizes that they have agreed to.
    """

    head = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    chain = models.PositiveIntegerField()                             # earners in a row, the head counted
    people = models.PositiveIntegerField()                            # earners below the head
    frozen = models.BooleanField()
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField()                                  # the last night that found it
    ended_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, default="", blank=True)
    until_chain = models.PositiveIntegerField(null=True)              # the release holds while the line is no larger
    until_people = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["head"], condition=Q(ended_at=None), name="watched_line_once"),
            models.CheckConstraint(name="watched_line_release_whole", condition=Q(released_by=None) | Q(
                until_chain__isnull=False, until_people__isnull=False, ended_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["-people", "-id"], name="watched_line_open", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"line of {self.head_id}"


class FrozenMember(models.Model):
    """Somebody of a frozen line. Rows stay when the line shrinks: unreviewed stays frozen."""

    line = models.ForeignKey(WatchedLine, models.PROTECT, related_name="members")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "customer"], name="frozen_member_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} of {self.line_id}"
