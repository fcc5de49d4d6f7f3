"""Files that a job makes for somebody of the staff: many labels, the whole catalogue."""

from django.db import models
from django.db.models.functions import Now


class MadeFile(models.Model):
    """One file for the one who asked. It may hold addresses: encrypted, and deleted at `expires_at`.

    `state` is one of waiting, working, ready, failed; `done` of `total` are in it.
    """

    staff = models.ForeignKey("org.Staff", models.CASCADE, related_name="made_files")
    kind = models.CharField(max_length=12)                            # papers, products
    asked = models.JSONField(default=dict)                            # what it is to hold: ids and choices, no names
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, default="waiting")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(db_default=0, default=0)
    content_enc = models.BinaryField(null=True)
    problem = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["staff", "-id"], name="made_file_by_staff"),
            models.Index(fields=["expires_at"], name="made_file_old"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """How far it is; the last hundredth is for writing it down."""
        return 100 if self.state == "ready" else min(99, 100 * self.done // self.total) if self.total else 0
