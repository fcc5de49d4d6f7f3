"""What is promised to whom, and the calendars by which it is counted."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class WorkCalendar(models.Model):
    """When we work. Opening hours are local [open, close] pairs of HH:MM; see `calendars.py` for what they mean."""

    name = models.CharField(max_length=40, unique=True)
    zone = models.CharField(max_length=40)
    always_open = models.BooleanField(default=False)
    weekly = models.JSONField(default=list)                           # seven lists of pairs, from Monday on
    make_up_hours = models.JSONField(default=list)                    # pairs: a day off that is worked
    follows_list = models.BooleanField(default=False)                 # takes the published Chinese holidays
    known_until = models.DateField(null=True)                         # the last date whose holidays are known
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SpecialDay(models.Model):
    """One date that is not like its weekday. Rows `by_hand` are staff's and survive a new list."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="special_days")
    day = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=40, default="", blank=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="special_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Policy(models.Model):
    """A promise to one group of tickets: the first in order of `position` that matches applies.

    The default is for all that no other matches; it asks for nothing, stands last and cannot be taken away.
    """

    name = models.CharField(max_length=40, unique=True)
    position = models.PositiveIntegerField()
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    tiers = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    is_default = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], name="policy_one_default",
                                    condition=models.Q(is_default=True)),
            models.CheckConstraint(name="policy_default_is_for_all",
                                   condition=models.Q(is_default=False)
                                   | models.Q(kinds=[], tiers=[], active=True)),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """What a policy promises, from when it was saved. Never changed: a clock that stopped keeps its version."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    pauses = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    first_message_counts = models.BooleanField(default=False)
    warn_before_minutes = models.PositiveIntegerField(default=0)
    reopens = models.BooleanField(default=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"policy:{self.policy_id}.v{self.number}"


class PolicyTarget(models.Model):
    """So many minutes of working time for one clock, by its own calendar."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="targets")
    clock = models.CharField(max_length=20)
    minutes = models.PositiveIntegerField()
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="targets")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "clock"], name="policy_target_once"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="policy_target_some"),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.minutes}"


class VipGroup(models.Model):
    """Customers of this segment or with this tag are served as VIP. `kind` and `name` are those of audiences."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="vip_group_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"
