"""What a person left on the form."""

from django.db import models


class Report(models.Model):
    """One form that was sent, with the conversation it began. `order` is there when it is that customer's own."""

    conversation = models.OneToOneField("desk.Conversation", models.CASCADE, related_name="report")
    contact_kind = models.CharField(max_length=10)                    # phone, email
    contact_blind = models.BinaryField(max_length=16)
    contact_enc = models.BinaryField()
    name_enc = models.BinaryField(default=b"", blank=True)
    order_number_enc = models.BinaryField(default=b"", blank=True)    # as it was typed
    order = models.ForeignKey("mall.Order", models.SET_NULL, null=True, related_name="+")
    address_mark = models.BinaryField(max_length=16)                  # of the network it came from
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["contact_blind", "sent_at"], name="report_of_contact"),
                   models.Index(fields=["address_mark", "sent_at"], name="report_of_address")]

    def __str__(self) -> str:
        return f"report {self.pk}"
