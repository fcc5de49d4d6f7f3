"""The plan with its versions, growth value by the day on which it counts, what customers reached, where they stand."""

from django.db import models
from django.db.models import F, Q


class Plan(models.Model):
    """One version, from `starts_on` until before `ends_on`. Only `ends_on` and `settled` ever change.

    `settled`: how far, by customer, everybody was looked at since it began; None when done.
    """

    number = models.PositiveIntegerField(unique=True)
    period = models.CharField(max_length=10)                          # rules.PERIODS
    months = models.PositiveSmallIntegerField()
    grace_days = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    notice = models.CharField(max_length=300, default="", blank=True)          # what customers were told of the change
    settled = models.BigIntegerField(null=True, default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="tiers_plan_span"),
        ]

    def __str__(self) -> str:
        return f"tiers.v{self.number}"


class Tier(models.Model):
    """One tier of one version; its columns are `rules.Level`."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tiers")
    rank = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=20)
    threshold = models.BigIntegerField()
    free_freight = models.BooleanField(default=False)
    early_hours = models.PositiveSmallIntegerField(default=0)
    return_days = models.PositiveSmallIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(default=0)
    own_agent = models.BooleanField(default=False)
    birthday = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="tier_code_once"),
            models.UniqueConstraint(fields=["plan", "rank"], name="tier_rank_once"),
            models.CheckConstraint(condition=Q(threshold__gte=0), name="tier_threshold_positive"),
        ]

    def __str__(self) -> str:
        return self.code


class Growth(models.Model):
    """Growth value given at one time for one reason. `counts_on` is empty while it is pending; `taken` was taken back.

    The balance is the ledger's; here stands on which day each part of it came.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=120, unique=True)               # of what gave it: award:3:77:customer
    amount = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)
    counts_on = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0, taken__gte=0, taken__lte=F("amount")),
                                              name="growth_adds_up")]
        indexes = [models.Index(fields=["customer", "counts_on"], include=["amount", "taken"], name="growth_by_day")]

    def __str__(self) -> str:
        return self.key


class GrowthBack(models.Model):
    """One part of growth value that was taken back."""

    growth = models.ForeignKey(Growth, models.PROTECT, related_name="back")
    key = models.CharField(max_length=160, unique=True)
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Reach(models.Model):
    """What a customer reached by growth (`rules.Reached`), or, with a code, what staff granted.

    By growth, which tier it is follows from the growth of its days and the version's thresholds, so a refund lowers it.
    `looked`: its time was over, and it was decided what follows.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=20, default="", blank=True)
    key = models.CharField(max_length=120, default="", blank=True)    # of what gave it: award:3:77:customer
    after = models.DateField(null=True)
    last = models.DateField(null=True)
    until = models.DateField(null=True)
    looked = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="reach_key_once")]
        indexes = [models.Index(fields=["customer", "id"], name="reach_by_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} until {self.until}"


class Standing(models.Model):
    """Where a customer stands; without a row it is the lowest tier. `changes` numbers the facts of its changes."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, primary_key=True, related_name="standing")
    code = models.CharField(max_length=20, default="", blank=True)
    since_on = models.DateField(null=True)
    until = models.DateField(null=True)
    graced = models.BooleanField(default=False)
    look_on = models.DateField(null=True)
    changes = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["look_on", "customer"], name="standing_due", condition=Q(look_on__isnull=False)),
            models.Index(fields=["code", "customer"], name="standing_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.code}"


class Birthdays(models.Model):
    """How far the customers who have their birthday on a day were gone through."""

    on = models.DateField(unique=True)
    last_customer_id = models.BigIntegerField(default=0)
    done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.on)
