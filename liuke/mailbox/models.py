"""What arrived by mail, from whom, and what became of it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Mailbox(models.Model):
    """How far we have read. Mail below `started_uid` was there before us: of it only what nobody has read counts."""

    address = models.CharField(max_length=200, unique=True)
    validity = models.BigIntegerField()
    started_uid = models.BigIntegerField()
    last_uid = models.BigIntegerField(default=0)
    polled_at = models.DateTimeField()                                # the last time that all went well
    error = models.CharField(max_length=40, default="", blank=True)   # of the last time, empty when it went well

    def __str__(self) -> str:
        return self.address


class Mail(models.Model):
    """One mail. It is a message of the desk, or `parked` says why not and it waits for somebody to settle it.

    The same mail that arrives again only counts in `copies`. `left_out_enc` are enclosed files that were not taken,
    one a line with the reason; the mail itself stays on its server.
    """

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="mails")
    uid = models.BigIntegerField()
    message_id = models.CharField(max_length=300)
    digest = models.BinaryField(max_length=16)
    sender_blind = models.BinaryField(max_length=16, default=b"", blank=True)
    sender_enc = models.BinaryField(default=b"", blank=True)
    subject_enc = models.BinaryField(default=b"", blank=True)
    text_enc = models.BinaryField(default=b"", blank=True)            # the whole of it, quotes included
    left_out_enc = models.BinaryField(default=b"", blank=True)
    size = models.PositiveBigIntegerField()
    arrived_at = models.DateTimeField()
    taken_at = models.DateTimeField(db_default=Now(), editable=False)
    copies = models.PositiveIntegerField(default=1)
    parked = models.CharField(max_length=20, default="", blank=True)  # rules.REASONS
    hint = models.CharField(max_length=20, default="", blank=True)    # rules.HINTS
    hinted = models.ForeignKey("desk.Ticket", models.SET_NULL, null=True, related_name="+")
    said = models.OneToOneField("desk.Message", models.PROTECT, null=True, related_name="mail")
    acknowledged_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "message_id", "digest"], name="mail_once"),
            models.CheckConstraint(condition=~Q(parked="") | Q(said__isnull=False), name="mail_said_or_parked"),
        ]
        indexes = [
            models.Index(fields=["sender_blind", "arrived_at"], name="mail_of_sender"),
            models.Index(fields=["-id"], name="mail_waiting", condition=Q(said=None, settled_at=None)),
            models.Index(fields=["settled_at"], name="mail_to_forget", condition=Q(said=None) & ~Q(text_enc=b"")),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class ParkedFile(models.Model):
    """What was enclosed in a mail that is parked, as `desk.Attachment` has it for one that was said."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="files")
    file = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="picture")
    name_enc = models.BinaryField(default=b"", blank=True)
    size = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.file

    @property
    def is_picture(self) -> bool:
        return self.kind == "picture"


class Participant(models.Model):
    """An address that may speak in a conversation; answers go to the one that spoke last."""

    conversation = models.ForeignKey("desk.Conversation", models.CASCADE, related_name="participants")
    blind = models.BinaryField(max_length=16)
    address_enc = models.BinaryField()
    spoke_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "blind"], name="participant_once")]

    def __str__(self) -> str:
        return f"participant of {self.conversation_id}"
