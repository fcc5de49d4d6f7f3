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
    """A file that came with a message. `kind` is picture, drawn again by `kit.pictures`, or one of `kit.files`.

    Only pictures have a width and height; only others have a size and the name that a person gave.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="picture", db_default="picture")
    name_enc = models.BinaryField(default=b"", db_default=b"", blank=True)
    size = models.PositiveIntegerField(default=0, db_default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.file

    @property
    def is_picture(self) -> bool:
        return self.kind == "picture"


class Delivery(models.Model):
    """The way of a public answer out of the house, on channels whose customers are elsewhere.

    `state` is waiting, sent, failed or bounced. While it waits, `next_at` says when it is tried again.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="delivery")
    state = models.CharField(max_length=10, default="waiting")
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    ref = models.CharField(max_length=200, default="", blank=True)    # the provider's own, or the Message-ID
    error = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state="waiting", next_at__isnull=False)
                                   | (~models.Q(state="waiting") & models.Q(next_at=None)), name="delivery_waits"),
        ]
        indexes = [models.Index(fields=["next_at", "id"], name="delivery_due", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.state} {self.message_id}"
