"""Facts and what became of them."""

from django.db import models
from django.db.models.functions import Now


class Fact(models.Model):
    """Something that happened, told once. Never changed or deleted; a merge moves it to the record that stays."""

    kind = models.CharField(max_length=40)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="facts", db_index=False)
    key = models.CharField(max_length=120)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    data = models.JSONField(default=dict)
    cause = models.ForeignKey("self", models.PROTECT, null=True, related_name="effects")
    depth = models.PositiveSmallIntegerField(default=0)
    history = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="fact_key_once")]
        indexes = [
            models.Index(fields=["customer", "-happened_at", "-id"], name="fact_by_customer"),
            models.Index(fields=["kind", "happened_at"], name="fact_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Reaction(models.Model):
    """One handler's work on one fact."""

    fact = models.ForeignKey(Fact, models.CASCADE, related_name="reactions")
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, default="", blank=True)
    try_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "handler"], name="reaction_once")]
        indexes = [
            models.Index(fields=["state", "-id"], name="reaction_open", condition=~models.Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.handler} on {self.fact_id}"


class Waiting(models.Model):
    """A fact that some handler has still to see, or to see again; the row goes when none is left.

    Whoever works on it moves `due_at` a little ahead, so that a fact whose worker was killed is due again by itself.
    """

    fact = models.OneToOneField(Fact, models.CASCADE, primary_key=True, related_name="waiting")
    due_at = models.DateTimeField()
    request_id = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "fact"], name="waiting_by_due")]

    def __str__(self) -> str:
        return f"{self.fact_id} at {self.due_at}"


class Reminded(models.Model):
    """How far the customers who lose something on a day were reminded, so many days before; `word` says of what."""

    word = models.CharField(max_length=30)
    on = models.DateField()
    days = models.PositiveSmallIntegerField()
    last_customer_id = models.BigIntegerField(default=0)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "on", "days"], name="reminded_of_once")]

    def __str__(self) -> str:
        return f"{self.word} {self.on} {self.days}"
