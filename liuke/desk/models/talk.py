"""What is said between the brand and one customer, on whatever channel."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class Conversation(models.Model):
    """One thread on one channel. `external_id` is how the channel knows it; ours for channels without threads."""

    channel = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="conversations")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="conversation_once")]
        indexes = [models.Index(fields=["customer", "-id"], name="conversation_by_customer")]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Message(models.Model):
    """One thing that was said. `author` is customer, staff, bot; what is not `public` is a note among staff.

    `happened_at` is when it was said, whenever it came in: that decides its place and every clock.
    """

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    ticket = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    author = models.CharField(max_length=10)
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    public = models.BooleanField(default=True)
    text_enc = models.BinaryField()
    marks = ArrayField(models.SmallIntegerField(), default=list, blank=True)       # to find it by, queries/finding.py
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="desk_message_once"),
            models.CheckConstraint(condition=~models.Q(author="staff") | models.Q(staff__isnull=False),
                                   name="desk_message_of_staff_names_them"),
        ]
        indexes = [
            models.Index(fields=["ticket", "happened_at", "id"], name="desk_message_by_ticket"),
            models.Index(fields=["conversation", "-id"], name="desk_message_by_conversation"),
            models.Index(fields=["happened_at", "staff"], name="desk_message_of_staff",
                         condition=models.Q(author="staff", public=True)),
            GinIndex(fields=["marks"], name="desk_message_marks"),
        ]

    def __str__(self) -> str:
        return f"{self.author} {self.pk}"


class Attachment(models.Model):
    """A picture that came with a message: drawn again by `kit.pictures`, so nothing hides behind its pixels."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.file
