"""Tables of the ledger. Written only by the SQL functions that migration 0002 makes; the ORM reads."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Account(models.Model):
    """Holds one unit for one owner. `posted` + the waiting Deltas is its balance; `held` of it is set aside."""

    address = models.CharField(max_length=120, unique=True)
    unit = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40)
    owner_kind = models.CharField(max_length=40)
    owner_id = models.BigIntegerField(null=True)
    debit_normal = models.BooleanField(default=False)        # accountants show it positive when it owes the house
    floor = models.BigIntegerField(null=True)
    rolled = models.BooleanField(default=False)
    posted = models.BigIntegerField(db_default=0)
    held = models.BigIntegerField(db_default=0)
    forward = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    forward_fact_id = models.BigIntegerField(null=True)      # the merge that made it forward
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rolled=True, floor=None) | Q(rolled=False, held__gte=0), name="account_floor_and_held"
            ),
        ]
        indexes = [
            models.Index(fields=["owner_kind", "owner_id"], name="account_by_owner"),
            models.Index(fields=["unit", "id"], name="account_by_unit"),
        ]

    def __str__(self) -> str:
        return self.address


class Delta(models.Model):
    """What a call added to a rolled-up account. Summed into the account every minute, and then gone."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    posted = models.BigIntegerField()
    held = models.BigIntegerField()


class Standing(models.Model):
    """A view: every account with its balance as it is now, waiting Deltas included. Ask it and not Account."""

    address = models.CharField(max_length=120)
    unit = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40)
    owner_kind = models.CharField(max_length=40)
    owner_id = models.BigIntegerField(null=True)
    debit_normal = models.BooleanField()
    floor = models.BigIntegerField(null=True)
    rolled = models.BooleanField()
    posted = models.BigIntegerField()
    held = models.BigIntegerField()
    forward = models.ForeignKey(Account, models.DO_NOTHING, null=True, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_standing"

    def __str__(self) -> str:
        return self.address

    @property
    def free(self) -> int:
        """What can be spent down to zero."""
        return self.posted - self.held

    @property
    def shown(self) -> int:
        """The balance as accountants write it, positive on the account's normal side."""
        return -self.posted if self.debit_normal else self.posted


class Posting(models.Model):
    """One amount from one account (debit) to another (credit). Never changed, never deleted.

    The three foreign keys are not checked row by row by the database: the check would lock the house's accounts on
    every posting. The only function that inserts looks the accounts up, accounts cannot be deleted, and verify looks.
    """

    key = models.CharField(max_length=160)                    # of the entry; the legs share it
    leg = models.SmallIntegerField()
    legs = models.SmallIntegerField()                         # of the entry; 0: as many as the entry it belongs to
    kind = models.CharField(max_length=8)                     # post, hold, confirm, void, reverse
    debit = models.ForeignKey(Account, models.PROTECT, related_name="debits", db_constraint=False, db_index=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="credits", db_constraint=False, db_index=False)
    amount = models.BigIntegerField()
    whole = models.BooleanField()                             # all that was left was asked for, not an amount
    keep = models.BigIntegerField(null=True)
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts", db_constraint=False, db_index=False)
    expires_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField()                        # when it was so; given by the caller
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    fact_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    order_line_id = models.BigIntegerField(null=True)
    plan_version = models.CharField(max_length=60, db_default="")
    inputs = models.BinaryField()                             # what was asked for, hashed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "leg"], name="posting_key_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(debit=F("credit"))
                & (Q(of__isnull=False) | Q(kind__in=["post", "hold"])),
                name="posting_sound",
            ),
        ]
        indexes = [
            models.Index(fields=["debit", "id"], name="posting_by_debit"),
            models.Index(fields=["credit", "id"], name="posting_by_credit"),
            models.Index(fields=["of"], name="posting_by_of", condition=Q(of__isnull=False)),
            models.Index(fields=["fact_id"], name="posting_by_fact", condition=Q(fact_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.key}/{self.leg}"


class OpenHold(models.Model):
    """What is left of a posting that is held. Gone when nothing is left."""

    posting = models.OneToOneField(Posting, models.PROTECT, primary_key=True, related_name="+", db_constraint=False)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False)
    rest = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rest__gt=0), name="openhold_rest_positive")]
        indexes = [
            models.Index(fields=["expires_at"], name="openhold_by_expiry", condition=Q(expires_at__isnull=False)),
        ]


class Seal(models.Model):
    """A run of postings under one hash that includes the seal before it. `ids` and `marks` name a bad row exactly."""

    day_on = models.DateField()
    first_id = models.BigIntegerField(null=True)              # None: nothing was posted
    last_id = models.BigIntegerField()                        # everything up to here is sealed
    ids = ArrayField(models.BigIntegerField())
    marks = ArrayField(models.BigIntegerField())              # the first eight bytes of each row's hash
    before = models.BinaryField()                             # the digest of the seal before it; empty for the first
    digest = models.BinaryField()
    sealed_at = models.DateTimeField()


class Verdict(models.Model):
    """What one verification found."""

    verified_at = models.DateTimeField()
    seconds = models.FloatField()
    postings = models.BigIntegerField()
    accounts = models.BigIntegerField()
    seals = models.BigIntegerField()
    digest = models.CharField(max_length=64)                  # of the last seal, to be kept elsewhere too
    faults = models.JSONField()
