"""What agents work with beside the talk: drafts, counters of lists, ready answers, tasks of departments, ratings."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class TicketCount(models.Model):
    """So many tickets stand in this list, or came and went since the rows before: the sum of the rows of a name counts.

    A trigger adds a row with every change of a ticket, so a counter never waits for another; a clock folds them.
    """

    name = models.CharField(max_length=30)                            # open, free, waiting ..., of:<staff>
    count = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["name"], include=["count"], name="ticket_count_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.count}"


class Draft(models.Model):
    """What somebody has typed and not sent, whatever machine they sit at."""

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="drafts")
    staff = models.ForeignKey("org.Staff", models.CASCADE, related_name="+")
    text_enc = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "staff"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.staff_id}"


class Macro(models.Model):
    """A ready answer with what else it does. Blank conditions fit every ticket.

    `stages` are states of the customer's newest order; `product` has to be in it. The text may name {name}, {order},
    {product}, {number} and {agent}.
    """

    name = models.CharField(max_length=40, unique=True)
    text = models.TextField()
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    stages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    product = models.ForeignKey("mall.Product", models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=20, default="", blank=True)   # where the ticket goes with the answer
    tag = models.CharField(max_length=20, default="", blank=True)
    used = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """Who helps the desk (R&D, production, logistics, IT), and within how much working time by which calendar."""

    name = models.CharField(max_length=20, unique=True)
    minutes = models.PositiveIntegerField()
    calendar = models.ForeignKey("desk.WorkCalendar", models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="department_some_time")]

    def __str__(self) -> str:
        return self.name


class DepartmentMember(models.Model):
    department = models.ForeignKey(Department, models.CASCADE, related_name="members")
    staff = models.ForeignKey("org.Staff", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["department", "staff"], name="department_member_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} of {self.department_id}"


class Task(models.Model):
    """A part of a ticket that somebody else does, with an owner and a clock of its own.

    Without a department it is for managers: a low rating to look into. A breach is dated at the due instant.
    """

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="tasks")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="tasks")
    reason = models.CharField(max_length=10, default="ask")           # ask, rating
    text_enc = models.BinaryField()
    result_enc = models.BinaryField(default=b"", blank=True)
    asked_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="tasks")
    key = models.CharField(max_length=80, unique=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    cancelled = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="task_due", condition=Q(done_at=None, breached_at=None)),
            models.Index(fields=["department", "due_at", "id"], name="task_open", condition=Q(done_at=None)),
            models.Index(fields=["ticket", "id"], name="task_by_ticket"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"


class Rating(models.Model):
    """What the customer says of one solution. `suppressed` is the first reason for which they were not asked."""

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="ratings")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="ratings")
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")      # who had the ticket then
    key = models.CharField(max_length=80, unique=True)                # of the fact that it was solved
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    suppressed = models.CharField(max_length=20, default="", blank=True)
    score = models.PositiveSmallIntegerField(null=True)               # 1 to 5
    reasons = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    text_enc = models.BinaryField(default=b"", blank=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=1, score__lte=5, suppressed=""),
                                   name="rating_1_to_5"),
            models.CheckConstraint(name="rating_whole", condition=Q(score=None, rated_at=None)
                                   | Q(score__isnull=False, rated_at__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="rating_by_customer"),
            models.Index(fields=["ticket", "-id"], name="rating_by_ticket"),
            models.Index(fields=["staff", "rated_at"], name="rating_of_staff", condition=Q(score__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"rating {self.pk}"


class KindModel(models.Model):
    """What `learning.py` has learnt of the kinds of matters, and how it did on those it had not seen.

    It holds pairs of letters that stood in several matters, never a text.
    """

    learned_at = models.DateTimeField()
    matters = models.JSONField()                                      # kind -> how many
    said = models.JSONField()                                         # pair -> kind -> in how many
    asked = models.PositiveIntegerField()
    named = models.PositiveIntegerField()
    right = models.PositiveIntegerField()
    used = models.BooleanField()                                      # good enough to be asked

    def __str__(self) -> str:
        return f"{self.right} of {self.named}"
