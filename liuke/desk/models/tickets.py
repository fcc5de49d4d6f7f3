"""What a customer needs from us: the ticket, its log, and the clocks that were read from the log."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class StateName(models.Model):
    """The brand's own name for a category of `rules.State`; a category may have several."""

    name = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=20)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """One matter of one customer. What follows from the log (state, next due) is kept here for lists.

    `kind` is empty while nobody is sure. `due_at` is the running clock that is due first, `overdue_since_at` the first
    breach of a clock that still waits for us.
    """

    number = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="tickets")
    conversation = models.ForeignKey("desk.Conversation", models.PROTECT, related_name="tickets")
    about_return = models.OneToOneField("mall.Return", models.PROTECT, null=True, related_name="+")
    title_enc = models.BinaryField(default=b"", blank=True)
    kind = models.CharField(max_length=20, default="", blank=True)
    kind_by = models.CharField(max_length=10, default="", blank=True)  # words, model, staff, return, customer
    risk = models.CharField(max_length=10, default="", blank=True)    # safety, legal, media
    severity = models.PositiveSmallIntegerField()                     # rules.Severity
    tier = models.CharField(max_length=20)                            # when it was opened
    priority = models.PositiveSmallIntegerField()                     # rules.Priority, 1 is the most urgent
    priority_why = models.CharField(max_length=80)                    # safety:过敏, severity:high+vip, staff
    state = models.CharField(max_length=20)
    state_name = models.ForeignKey(StateName, models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="tickets")
    policy_version = models.ForeignKey("desk.PolicyVersion", models.PROTECT, null=True, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")
    opened_at = models.DateTimeField()
    last_said_at = models.DateTimeField()                             # by customer or staff, in public
    waiting_since_at = models.DateTimeField(null=True)                # the customer's first word without an answer
    done_at = models.DateTimeField(null=True)                         # solved, closed, merged or spam
    due_at = models.DateTimeField(null=True)
    due_clock = models.CharField(max_length=20, default="", blank=True)
    overdue_since_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["priority", "due_at", "id"], name="ticket_board", condition=Q(done_at=None)),
            models.Index(fields=["assignee", "priority", "due_at", "id"], name="ticket_of_staff",
                         condition=Q(done_at=None)),
            models.Index(fields=["priority", "due_at", "id"], name="ticket_free",
                         condition=Q(done_at=None, assignee=None)),
            models.Index(fields=["priority", "due_at", "id"], name="ticket_waiting",
                         condition=Q(done_at=None, waiting_since_at__isnull=False)),
            models.Index(fields=["priority", "due_at", "id"], name="ticket_overdue",
                         condition=Q(done_at=None, overdue_since_at__isnull=False)),
            models.Index(fields=["due_at", "id"], name="ticket_next_breach",
                         condition=Q(done_at=None, due_at__isnull=False)),
            models.Index(fields=["-done_at", "-id"], name="ticket_done", condition=Q(done_at__isnull=False)),
            models.Index(fields=["opened_at"], name="ticket_by_opening"),
            models.Index(fields=["customer", "-id"], name="ticket_by_customer"),
            models.Index(fields=["conversation", "-id"], name="ticket_by_conversation"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=4), name="ticket_priority_1_to_4"),
            models.CheckConstraint(condition=~Q(state="merged") | Q(merged_into__isnull=False),
                                   name="ticket_merged_into_one"),
        ]

    def __str__(self) -> str:
        return self.number


class TicketProduct(models.Model):
    """The goods a ticket is about: of which line and batch when known. `said_by`: staff, request, form, customer."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="goods")
    product = models.ForeignKey("mall.Product", models.PROTECT, related_name="+")
    line = models.ForeignKey("mall.OrderLine", models.SET_NULL, null=True, related_name="+")
    batch = models.CharField(max_length=40, default="", blank=True)
    said_by = models.CharField(max_length=10)

    class Meta:
        indexes = [models.Index(fields=["product", "batch"], name="ticket_of_product")]

    def __str__(self) -> str:
        return f"{self.ticket_id} is about {self.product_id}"


class TicketTag(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "name"], name="ticket_tag_once")]
        indexes = [models.Index(fields=["name", "-ticket"], name="ticket_tag_by_name")]

    def __str__(self) -> str:
        return self.name


class LogEntry(models.Model):
    """One line of a ticket's log. The clocks are read from the kinds of `rules.Kind`; all kinds are the audit trail.

    Only ever added to. A line that turned out to be wrong (no spam after all) is withdrawn, and a line says so.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="log")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()                                       # when it was so
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    message = models.ForeignKey("desk.Message", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, default="", blank=True)
    policy_version = models.ForeignKey("desk.PolicyVersion", models.PROTECT, null=True, related_name="+")
    from_customer = models.BooleanField(default=True)
    reopens = models.BooleanField(null=True)
    clock = models.CharField(max_length=20, default="", blank=True)
    due_at = models.DateTimeField(null=True)
    word = models.CharField(max_length=80, default="", blank=True)    # a number or word of ours, never a person's
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="ticket_log")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id}"


class Deadline(models.Model):
    """One run of one clock, as it was read from the log. `status` is one of `clocks.Status`.

    `due_at` and `warn_at` are in force while it runs; the worker takes what is due by the partial indexes.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="deadlines")
    clock = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    policy_version = models.ForeignKey("desk.PolicyVersion", models.PROTECT, related_name="+")
    status = models.CharField(max_length=12)
    target_seconds = models.PositiveIntegerField()
    used_seconds = models.PositiveIntegerField(default=0)             # when it ended; working time
    remaining_seconds = models.IntegerField(null=True)                # while paused
    due_at = models.DateTimeField(null=True)
    computed_due_at = models.DateTimeField(null=True)                 # beside a due that was set by hand
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)                        # stopped or cancelled
    provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "clock", "started_at"], name="deadline_once"),
            models.CheckConstraint(condition=~Q(status="running") | Q(due_at__isnull=False),
                                   name="deadline_running_has_due"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="deadline_due", condition=Q(status="running")),
            models.Index(fields=["warn_at", "id"], name="deadline_warn",
                         condition=Q(status="running", warned_at=None, warn_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.clock} of {self.ticket_id}"
