"""What each ticket says of people, the sums by person, day and kind, and the bonus of a month."""

from django.db import models
from django.db.models import Q


class StaleTicket(models.Model):
    """The log of this ticket has grown since it was folded. A trigger adds rows and never waits; a clock takes them."""

    ticket_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.ticket_id)


class TicketShare(models.Model):
    """What is in the days because of this ticket: [[staff or null, date, {measure: n}], ...] under one kind."""

    ticket = models.OneToOneField("desk.Ticket", models.CASCADE, primary_key=True, related_name="+")
    kind = models.CharField(max_length=20, default="", blank=True)
    parts = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"share of {self.ticket_id}"


class StaffDay(models.Model):
    """The sum of the shares of one person (nobody: the queue), one local date and one kind ("" is unsure)."""

    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=20, default="", blank=True)
    answers = models.IntegerField(default=0)
    firsts = models.IntegerField(default=0)                             # first answers given
    firsts_late = models.IntegerField(default=0)
    first_seconds = models.BigIntegerField(default=0)                   # working time
    breaches = models.IntegerField(default=0)                           # of any clock, in these hands
    solved = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)                           # of those solved on this day
    timed = models.IntegerField(default=0)                              # solved for good, with a promise for it
    solve_seconds = models.BigIntegerField(default=0)
    rated = models.IntegerField(default=0)
    scores = models.IntegerField(default=0)
    score_squares = models.IntegerField(default=0)
    useful = models.IntegerField(db_default=0)                          # of their words: a colleague says they helped

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "staff", "kind"], name="staff_day_once",
                                               nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.day} {self.kind}"


class BonusTerms(models.Model):
    """What the bonus is made of, from when it was saved; the newest counts. See `rules.Terms`."""

    on_time = models.PositiveIntegerField()
    on_time_fen = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField()
    satisfied_fen = models.PositiveIntegerField()
    stays = models.PositiveIntegerField()
    stays_fen = models.PositiveIntegerField()
    piece_fen = models.PositiveIntegerField()
    most_fen = models.PositiveIntegerField()
    least = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"terms {self.pk}"


class Bonus(models.Model):
    """What one person may get for one month: suggested, then approved (and paid with the wages) or refused."""

    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="service_bonuses")
    month = models.DateField()                                        # its first day
    suggested_fen = models.PositiveIntegerField()
    parts = models.JSONField(default=list)                            # [reason, hundredths, fen]
    state = models.CharField(max_length=10, default="suggested")      # suggested, approved, refused, paid
    fen = models.PositiveIntegerField(default=0)                      # as it was approved
    note = models.CharField(max_length=200, default="", blank=True)
    suggested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "month"], name="service_bonus_once"),
            models.CheckConstraint(condition=Q(state="suggested") | Q(decided_by__isnull=False),
                                   name="service_bonus_by_somebody"),
            models.CheckConstraint(condition=~Q(decided_by=models.F("staff")), name="service_bonus_not_ones_own"),
        ]
        indexes = [models.Index(fields=["-month", "id"], name="service_bonus_by_month")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.month}"
