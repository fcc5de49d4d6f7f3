"""Bonuses, the transfers that carry them, plans, what the channel told us, and the daily comparison."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class CashTerms(models.Model):
    """What finance has set, `rules.Terms`. Rows are added, never changed; the newest counts."""

    approve_from_fen = models.BigIntegerField()
    minute_most = models.IntegerField()
    person_day_times = models.IntegerField()
    person_day_fen = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)

    def __str__(self) -> str:
        return f"cash terms of {self.made_at}"


class Plan(models.Model):
    """The same bonus for everybody of an audience, at a set time, after finance has said yes."""

    name = models.CharField(max_length=40)
    reason = models.CharField(max_length=30)                          # what the customer reads
    amount_fen = models.BigIntegerField()
    audience = models.JSONField(default=dict)                         # loyalty.rules.conditions
    budget = models.ForeignKey("loyalty.Budget", models.PROTECT, related_name="+")
    send_at = models.DateTimeField()
    state = models.CharField(max_length=10)                           # words.PLANS
    last_customer_id = models.BigIntegerField(default=0)              # how far it has gone through the customers
    without_budget = models.IntegerField(default=0)                   # customers for whom the budget had no more
    hold_out_bp = models.PositiveIntegerField(default=0)              # of the audience, left out on purpose
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gte=100, amount_fen__lte=20_000), name="plan_amount"),
        ]

    def __str__(self) -> str:
        return self.name


class LeftOut(models.Model):
    """A customer whom a plan left out on purpose, so that its effect can be measured against them."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="left_out", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "customer"], name="cash_left_out_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} of {self.plan_id}"


class Transfer(models.Model):
    """Money that the channel is asked to send to one customer. Written down before it is asked, its number is for good.

    Who the customer is at the channel is kept sealed as it was first said: the same number always comes with the same.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="transfers")
    number = models.CharField(max_length=32, unique=True)
    provider = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField()
    to_enc = models.BinaryField()
    name_enc = models.BinaryField(default=b"")                        # the real name, where the check knew it
    remark = models.CharField(max_length=32)
    state = models.CharField(max_length=10)                           # rules.Move
    waits = models.CharField(max_length=12, default="", blank=True)   # rules.Waits
    try_at = models.DateTimeField(null=True)                          # while it is open
    tries = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)                        # when it was first asked for, and counted
    package_enc = models.BinaryField(default=b"")                     # what the customer's device needs to say yes
    cancel_wanted = models.BooleanField(default=False)
    provider_ref = models.CharField(max_length=64, default="", blank=True)
    error = models.CharField(max_length=200, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    billed_on = models.DateField(null=True)                           # the bill of which day has it
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gte=100, amount_fen__lte=20_000), name="transfer_amount"),
        ]
        indexes = [
            models.Index(fields=["try_at"], name="transfer_due", condition=Q(try_at__isnull=False)),
            models.Index(fields=["provider", "ended_at"], name="transfer_by_day", condition=Q(state="sent")),
            models.Index(fields=["customer", "-id"], name="transfer_by_customer"),
        ]

    def __str__(self) -> str:
        return self.number


class Bonus(models.Model):
    """What a customer was given. `amount_fen` as given; `back_fen` of it went back to its budget, for whatever reason.

    `owed_fen`: what a refund took back after it had been sent; the customer's next bonuses pay it.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="bonuses", db_index=False)
    key = models.CharField(max_length=100, unique=True)
    origin = models.CharField(max_length=10)                          # rule, draw, plan
    reason = models.CharField(max_length=30)                          # what the customer reads
    amount_fen = models.BigIntegerField()
    back_fen = models.BigIntegerField(default=0)
    owed_fen = models.BigIntegerField(default=0)
    source = models.CharField(max_length=120)                         # the ledger account that pays
    tries = models.PositiveSmallIntegerField(default=1)               # holds of its money; another after a failure
    state = models.CharField(max_length=10)                           # rules.State
    waits = models.CharField(max_length=12, default="", blank=True)   # rules.Waits
    due_at = models.DateTimeField(null=True)                          # while queued
    refusal = models.CharField(max_length=100, default="", blank=True)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="bonuses")
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="bonuses")
    fact_id = models.BigIntegerField(null=True)                       # why, for tracing only
    order_id = models.BigIntegerField(null=True)
    given_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, back_fen__gte=0, back_fen__lte=F("amount_fen"), owed_fen__gte=0),
                name="bonus_adds_up"),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="bonus_by_customer"),
            models.Index(fields=["due_at"], name="bonus_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["state", "-id"], name="bonus_by_state"),
            models.Index(fields=["customer"], name="bonus_owed", condition=Q(owed_fen__gt=0)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def kept_fen(self) -> int:
        """What is or will be the customer's."""
        return self.amount_fen - self.back_fen

    @property
    def hold_key(self) -> str:
        """The ledger's hold of its money."""
        return f"cash:{self.key}:{self.tries}"


class BonusBack(models.Model):
    """What one refund took back of one bonus."""

    bonus = models.ForeignKey(Bonus, models.PROTECT, related_name="back")
    key = models.CharField(max_length=160, unique=True)
    amount_fen = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Quota(models.Model):
    """How much of one of the channel's limits is used; changed by one conditional statement only."""

    bucket = models.CharField(max_length=60, primary_key=True)
    used = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.bucket


class TransferNotice(models.Model):
    """What the channel told us, word for word, whatever became of it. One row per event."""

    provider = models.CharField(max_length=12)
    event = models.CharField(max_length=80)
    body = models.BinaryField()
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    repeats = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=20, default="", blank=True)
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="notices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event"], name="transfer_notice_once")]

    def __str__(self) -> str:
        return self.event


class FlowDay(models.Model):
    """One day of the channel's account, compared with our transfers."""

    provider = models.CharField(max_length=12)
    day_on = models.DateField()
    compared_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    out_fen = models.BigIntegerField(default=0)                       # as the channel says
    sent_fen = models.BigIntegerField(default=0)                      # as we say

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "day_on"], name="flow_day_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.day_on}"


class FlowDifference(models.Model):
    """A transfer that only one side knows of, or that differs. Stays until it is gone or explained."""

    day = models.ForeignKey(FlowDay, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=14)                            # missing_here, missing_there, amount, state
    number = models.CharField(max_length=64)
    ours_fen = models.BigIntegerField(null=True)
    theirs_fen = models.BigIntegerField(null=True)
    explained_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    explanation = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "kind", "number"], name="flow_difference_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
