"""What imports have changed in orders that were known already."""

from django.db import models
from django.db.models.functions import Now


class OrderChange(models.Model):
    """One field of an imported order that a later file corrected, or a line that it added. Written once, never changed.

    `line_key` is empty when the order itself was changed; for an added line `before` is empty and `field` is "line".
    """

    order = models.ForeignKey("mall.Order", models.CASCADE, related_name="changes")
    run = models.ForeignKey("intake.Run", models.PROTECT, related_name="order_changes")
    line_key = models.CharField(max_length=80, default="", blank=True)
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=200, default="", blank=True)
    after = models.CharField(max_length=200, default="", blank=True)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["order", "-id"], name="order_change_by_order")]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} -> {self.after}"
