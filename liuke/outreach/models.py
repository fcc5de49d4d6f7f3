"""Messages to customers, each with what became of it, and what keeps the brand silent."""

from django.db import models
from django.db.models.functions import Now


class Message(models.Model):
    """One contact that was asked for. `state` is one of `rules.State`, `gate` the gate that has held or ended it."""

    key = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    topic = models.CharField(max_length=60)                           # what it is about; one contact per topic
    text_enc = models.BinaryField()
    about = models.ForeignKey("timeline.Fact", models.PROTECT, null=True, related_name="+")
    timed_by_customer = models.BooleanField(default=False)
    recontact_after_minutes = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=12)
    gate = models.CharField(max_length=20, default="", blank=True)
    asked_at = models.DateTimeField()
    send_at = models.DateTimeField()                                  # not before
    expires_at = models.DateTimeField()                               # useless after
    claimed_until = models.DateTimeField(null=True)                   # while a worker is sending it
    finished_at = models.DateTimeField(null=True)                     # sent, suppressed or failed
    read_at = models.DateTimeField(null=True)                         # the inbox alone knows
    tries = models.PositiveSmallIntegerField(default=0)
    receipt = models.CharField(max_length=120, default="", blank=True)
    error = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["send_at"], name="message_due", condition=models.Q(state__in=["queued", "held"])),
            models.Index(fields=["claimed_until"], name="message_claimed", condition=models.Q(state="sending")),
            models.Index(fields=["customer", "-asked_at", "-id"], name="message_by_customer"),
        ]

    def __str__(self) -> str:
        return self.key


class Block(models.Model):
    """While one of these is open the customer hears nothing but service: an open complaint, a pending refund."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="blocks")
    key = models.CharField(max_length=80, unique=True)                # ticket:12, return:7
    reason = models.CharField(max_length=20)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer"], name="block_open", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return self.key
