"""Who works on what: what agents can do, whose customer it is, and who is looking at a ticket right now."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Agent(models.Model):
    """How one member of staff works at the desk; without a row, with the defaults. No skills means every kind."""

    staff = models.OneToOneField("org.Staff", models.CASCADE, related_name="desk_agent")
    capacity = models.PositiveSmallIntegerField(default=8)            # open tickets that come to them by themselves
    skills = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    vip = models.BooleanField(default=True)                           # may be given VIP customers
    away = models.BooleanField(default=False)                         # has left the desk for now

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(capacity__lte=100), name="desk_agent_capacity")]

    def __str__(self) -> str:
        return f"agent {self.staff_id}"


class OwnAgent(models.Model):
    """The customer's own person (专属客服)."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, related_name="+")
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="own_customers")
    since_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.staff_id} for {self.customer_id}"


class KindCertificate(models.Model):
    """Tickets of this kind come by themselves, or by pulling, only to who holds a good certificate of the programme."""

    kind = models.CharField(max_length=20, unique=True)
    programme = models.ForeignKey("training.Programme", models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind}: {self.programme_id}"


class Viewing(models.Model):
    """Somebody has the ticket open, and until when they count as writing."""

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="viewings")
    staff = models.ForeignKey("org.Staff", models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    writes_until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "staff"], name="viewing_once")]
        indexes = [models.Index(fields=["seen_at"], name="viewing_old")]

    def __str__(self) -> str:
        return f"{self.staff_id} at {self.ticket_id}"
