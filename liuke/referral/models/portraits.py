"""What members put on their posters."""

from django.db import models


class Portrait(models.Model):
    """The picture that a member wants beside their name on their own posters. It stands nowhere else."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, related_name="+")
    file = models.CharField(max_length=80)                            # in the storage, without size and ending
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"portrait of {self.customer_id}"
