"""Who is on duty, who is called when it is urgent, and what each person was told."""

from django.db import models
from django.db.models import F, Q


class DutyRotation(models.Model):
    """Shifts that go round; `roster.py` says what they mean. Each turn serves for `days` dates from `starts_on` on."""

    name = models.CharField(max_length=40, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)                             # the last date on which a shift starts
    days = models.PositiveSmallIntegerField(default=7)
    priority = models.SmallIntegerField(default=0)                    # the highest that has somebody serves
    zone = models.CharField(max_length=40)
    weekly = models.JSONField(default=list)                           # seven lists of pairs, from Monday on
    turns = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__gt=0, turns__gt=0), name="duty_rotation_turns"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                                   name="duty_rotation_span"),
        ]

    def __str__(self) -> str:
        return self.name


class DutyTurn(models.Model):
    """One person in one turn of a rotation; a turn without rows is one that nobody took."""

    rotation = models.ForeignKey(DutyRotation, models.CASCADE, related_name="people")
    turn = models.PositiveSmallIntegerField()
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rotation", "turn", "staff"], name="duty_turn_once")]

    def __str__(self) -> str:
        return f"{self.turn} of {self.rotation_id}"


class DutyChange(models.Model):
    """What replaces the rotations for a while: an override (this person), a swap (`taker` for `staff`), a leave."""

    kind = models.CharField(max_length=10)
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    taker = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_change_span"),
            models.CheckConstraint(condition=Q(kind="swap", taker__isnull=False) | (~Q(kind="swap") & Q(taker=None)),
                                   name="duty_swap_has_taker"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="duty_change_by_end")]

    def __str__(self) -> str:
        return f"{self.kind} {self.staff_id}"


class DutyGap(models.Model):
    """A stretch in which somebody should be on duty and nobody is; kept so that it is told once."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    noticed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.starts_at} {self.ends_at}"


class CallRule(models.Model):
    """One step of what happens when a ticket is urgent: so many minutes after the start, this way, to these people."""

    position = models.PositiveSmallIntegerField(unique=True)
    after_minutes = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=10)                             # in_app, sms, phone
    target = models.CharField(max_length=10)                          # assignee, on_duty, next, managers

    def __str__(self) -> str:
        return f"{self.position} {self.way} {self.target}"


class CallOut(models.Model):
    """A ticket that somebody must take now. Its steps were frozen when it began; the first who takes it ends them."""

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="call_outs")
    reason = models.CharField(max_length=20)                          # danger, overdue
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], name="call_out_one_open", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.ticket_id}"


class CallStep(models.Model):
    """One frozen step. `outcome` is told, nobody (there was no one to tell) or ended (somebody had taken it)."""

    call_out = models.ForeignKey(CallOut, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=10)
    target = models.CharField(max_length=10)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call_out", "position"], name="call_step_once")]
        indexes = [models.Index(fields=["due_at", "id"], name="call_step_due", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.way} {self.target}"


class Notice(models.Model):
    """What one member of staff should see at once: a call, a gap, a mention. `way` says what they are asked to do."""

    staff = models.ForeignKey("org.Staff", models.CASCADE, related_name="notices")
    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, null=True, related_name="+")
    call_step = models.ForeignKey(CallStep, models.CASCADE, null=True, related_name="notices")
    reason = models.CharField(max_length=20)                          # danger, overdue, gap, mention, handed_over
    way = models.CharField(max_length=10)                             # in_app, sms, phone (call the colleague)
    about = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")  # whom to phone
    key = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=120, default="", blank=True)
    error = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "-id"], name="notice_unseen", condition=Q(seen_at=None))]

    def __str__(self) -> str:
        return f"{self.reason} for {self.staff_id}"
