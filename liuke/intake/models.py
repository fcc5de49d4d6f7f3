"""Runs of imports, and the rows they could not take until the error file is written."""

from django.db import models
from django.db.models.functions import Now


class Run(models.Model):
    """One file brought in once. accepted + unchanged + rejected = rows when it is done.

    A run that was killed goes on where it stopped: `next_slot` and the counts move in the same transaction as the
    rows they speak of. `state` is one of rules.RunState.
    """

    kind = models.CharField(max_length=20)                            # orders, customers
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=500)                           # where the file lies
    sha256 = models.CharField(max_length=64)
    # how it is read; the same file read otherwise is another run
    mapping = models.JSONField(default=dict)                          # field -> column or =template, chosen by a person
    zone = models.CharField(max_length=40)
    date_order = models.CharField(max_length=3, default="ymd")
    sheet = models.CharField(max_length=100, default="", blank=True)
    encoding = models.CharField(max_length=20, default="", blank=True)
    scope = models.CharField(max_length=40, default="import")         # whose ids the external ids are

    state = models.CharField(max_length=20)
    percent = models.SmallIntegerField(default=0)
    rows = models.IntegerField(default=0)
    slots = models.IntegerField(default=0)
    next_slot = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    reasons = models.JSONField(default=dict)                          # reason code -> rows
    notes = models.JSONField(default=dict)                            # note code -> rows that were taken all the same
    error_file = models.CharField(max_length=500, default="", blank=True)
    failure = models.TextField(default="", blank=True)                # why the whole file could not be read

    by = models.ForeignKey("org.Staff", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True)                      # the first time, if it was killed
    finished_at = models.DateTimeField(null=True)
    delete_files_at = models.DateTimeField(null=True)                 # the upload and the error file; empty: both gone

    class Meta:
        indexes = [
            models.Index(fields=["kind", "sha256"], name="run_by_file"),
            models.Index(fields=["-created_at", "-id"], name="run_newest"),
            models.Index(fields=["delete_files_at"], name="run_files_due", condition=models.Q(
                delete_files_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class Rejection(models.Model):
    """A row that was not taken. Holds where and why, never what stood in it; gone once the error file is written."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="rejections")
    line = models.IntegerField()
    bad = models.TextField()                                          # "reason:field reason:field"
    row_key = models.CharField(max_length=160, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="rejection_once")]

    def __str__(self) -> str:
        return f"{self.line}: {self.bad}"
