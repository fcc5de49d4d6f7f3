"""What was looked at, what rises, and who mends it."""

from datetime import date

from django.db import models
from django.db.models import Q

from liuke.improve.rules import DONE, DROPPED


class Week(models.Model):
    """One weekly look at all causes, up to a Monday."""

    until = models.DateField(unique=True)
    causes = models.PositiveIntegerField()                            # that were tested
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.until}"


class Finding(models.Model):
    """A cause that comes up more often than chance explains; see rules.pairs for what it is held against."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="findings")
    product = models.ForeignKey("mall.Product", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    batch = models.CharField(max_length=40, default="", blank=True)
    tickets = models.PositiveIntegerField()
    exposure = models.FloatField()                                    # unit-weeks
    other_tickets = models.PositiveIntegerField()
    other_exposure = models.FloatField()
    p = models.FloatField()                                           # of chance alone
    q = models.FloatField()                                           # among all causes of the week
    ratio = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "product", "kind", "batch"], name="finding_once")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.kind} {self.batch}"


class Improvement(models.Model):
    """Somebody mends a cause until a day. `state` is open, working, done or dropped; see rules.MOVES.

    `before_*` were counted when it was opened, `after_*` since the Monday after it was done, over all batches: a batch
    ends by itself.
    """

    product = models.ForeignKey("mall.Product", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    batch = models.CharField(max_length=40, default="", blank=True)
    title = models.CharField(max_length=80)
    text = models.TextField(default="", blank=True)
    owner = models.ForeignKey("org.Staff", models.PROTECT, related_name="improvements")
    due_on = models.DateField()
    state = models.CharField(max_length=10, default="open")
    result = models.TextField(default="", blank=True)
    opened_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    key = models.CharField(max_length=40, unique=True)                # of the form that asked for it
    done_on = models.DateField(null=True)
    before_tickets = models.PositiveIntegerField()
    before_exposure = models.FloatField()
    after_tickets = models.PositiveIntegerField(default=0)
    after_exposure = models.FloatField(default=0)
    after_weeks = models.PositiveSmallIntegerField(default=0)
    ratio = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    verdict = models.CharField(max_length=10, default="early")        # fell, rose, unproven, early

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state="done", done_on__isnull=False)
                                              | (~Q(state="done") & Q(done_on=None)), name="improvement_done_on")]
        indexes = [
            models.Index(fields=["due_on", "id"], name="improvement_due", condition=Q(state__in=["open", "working"])),
            models.Index(fields=["product", "kind"], name="improvement_of_cause"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in (DONE, DROPPED)

    def is_late(self, today: date) -> bool:
        return not self.is_over and self.due_on < today
