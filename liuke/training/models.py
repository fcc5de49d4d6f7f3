"""Programmes with their courses, who has learnt what, and drills."""

from django.db import models
from django.db.models import Q


class Programme(models.Model):
    """What somebody must know. A course of it is due every `every_months`; its certificate lasts `valid_months`."""

    name = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10)                            # product, skills
    every_months = models.PositiveSmallIntegerField()
    valid_months = models.PositiveSmallIntegerField()
    pass_percent = models.PositiveSmallIntegerField(default=80)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every_months__gt=0, valid_months__gt=0, pass_percent__lte=100),
                                   name="programme_sensible"),
        ]

    def __str__(self) -> str:
        return self.name


class DrillScript(models.Model):
    """A simulated customer as staff wrote them; `text` is the JSON of `drills.Script`. A drill keeps its own copy."""

    name = models.CharField(max_length=40, unique=True)
    text = models.TextField()
    active = models.BooleanField(default=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class Course(models.Model):
    """One course: read (or come), answer the quiz, work the drill. What people have answered is never changed."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="courses")
    title = models.CharField(max_length=40)
    material = models.TextField(default="", blank=True)
    quiz = models.TextField(default="", blank=True)                   # as `rules.quiz_of` reads it
    drill = models.ForeignKey(DrillScript, models.PROTECT, null=True, related_name="courses")
    held_at = models.DateTimeField(null=True)                         # when people meet; without, they read
    opens_on = models.DateField()
    due_on = models.DateField()
    published_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(due_on__gte=models.F("opens_on")), name="course_span")]
        indexes = [models.Index(fields=["programme", "-opens_on", "-id"], name="course_by_programme")]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """The person has read the materials or was there; `marked_by` says who saw it, nobody when they say so."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="attendance")
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    marked_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    more_attempts = models.PositiveSmallIntegerField(default=0)       # beyond rules.MOST_ATTEMPTS

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "staff"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} at {self.course_id}"


class Attempt(models.Model):
    """One try at a quiz: the chosen positions by question."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="attempts")
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField(default=dict)
    percent = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "staff", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.number} of {self.staff_id}"


class Certificate(models.Model):
    """Earned by one course, and good until it ends or is taken back."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, models.PROTECT, related_name="certificates")
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="certificates")
    issued_at = models.DateTimeField()
    ends_on = models.DateField()                                      # the last day on which it is good
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "staff"], name="certificate_once",
                                               condition=Q(withdrawn_at=None))]
        indexes = [models.Index(fields=["programme", "staff", "-ends_on"], name="certificate_held",
                                condition=Q(withdrawn_at=None))]

    def __str__(self) -> str:
        return f"{self.programme_id} of {self.staff_id}"


class Drill(models.Model):
    """One talk with a simulated customer, of a member of staff or a candidate. Score and end follow from its lines."""

    script = models.ForeignKey(DrillScript, models.PROTECT, related_name="drills")
    text = models.TextField()                                         # the script as it was then
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="drills")
    candidate_enc = models.BinaryField(default=b"", blank=True)       # a name, until it is forgotten
    token_hash = models.CharField(max_length=64, null=True, unique=True)      # noqa: DJ001  unique, and often none
    invited_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    works_until_at = models.DateTimeField(null=True)                  # the link
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, default="", blank=True)     # satisfied, left
    score = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(staff__isnull=False) | Q(invited_by__isnull=False),
                                   name="drill_of_somebody"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(score__isnull=False), name="drill_ended_has_score"),
        ]
        indexes = [
            models.Index(fields=["staff", "-id"], name="drill_of_staff"),
            models.Index(fields=["made_at"], name="drill_of_candidates", condition=Q(staff=None)),
        ]

    def __str__(self) -> str:
        return f"drill {self.pk}"


class DrillLine(models.Model):
    """One message of the trainee, and how long the customer had waited for it."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    text_enc = models.BinaryField()
    seconds = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drill", "number"], name="drill_line_once")]

    def __str__(self) -> str:
        return f"{self.number} of {self.drill_id}"
