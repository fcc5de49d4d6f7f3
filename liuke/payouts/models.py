"""Who was verified, where their money goes, every pay-out with its tax and its parts, bank files and tax exports."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class PayoutTerms(models.Model):
    """What finance has set, `rules.Terms`. Rows are added, never changed; the newest counts."""

    minimum_fen = models.BigIntegerField()
    approve_from_fen = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"terms of {self.made_at}"


class IdentityCheck(models.Model):
    """One try of a customer to prove who they are, and what the provider said. Rows stay; what was typed does not."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    provider = models.CharField(max_length=12)
    outcome = models.CharField(max_length=20, default="", blank=True)      # verified, differs; empty: never answered
    ref = models.CharField(max_length=64, default="", blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-asked_at"], name="identity_check_by_customer")]

    def __str__(self) -> str:
        return f"check {self.pk}"


class Person(models.Model):
    """The natural person behind a customer, as the check confirmed it. A number belongs to one customer."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, related_name="+")
    name_enc = models.BinaryField()
    number_enc = models.BinaryField()
    number_mark = models.BinaryField(max_length=16, unique=True)      # a keyed hash
    hint = models.CharField(max_length=20)                            # 110***********1234
    provider = models.CharField(max_length=12)
    ref = models.CharField(max_length=64, default="", blank=True)
    verified_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"person {self.pk}"


class BankAccount(models.Model):
    """Where a person's money goes when it goes to a bank; the holder is always the verified person."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, related_name="+")
    bank = models.CharField(max_length=40)
    number_enc = models.BinaryField()
    number_mark = models.BinaryField(max_length=16, db_index=True)    # several may share one, which is a signal
    hint = models.CharField(max_length=30)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"account of {self.customer_id}"


class Run(models.Model):
    """Staff paid out to everybody who could be paid. `passed_over`: how many were not, by the code of the reason."""

    way = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    payouts_made = models.PositiveIntegerField(default=0)
    gross_fen = models.BigIntegerField(default=0)
    passed_over = models.JSONField(default=dict)
    last_customer_id = models.BigIntegerField(default=0)              # how far it has gone through the members
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"run {self.pk}"


class Payout(models.Model):
    """One pay-out of one customer. All in fen: net = gross - tax; what failed went back with its share of the tax.

    `tax_basis` keeps every figure that the tax was reckoned from.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="payouts", db_index=False)
    key = models.CharField(max_length=100)                            # of who asked; the same again is the same payout
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="payouts")
    way = models.CharField(max_length=8)                              # rules.Way
    gross_fen = models.BigIntegerField()
    tax_fen = models.BigIntegerField(default=0)
    back_fen = models.BigIntegerField(default=0)                      # of the gross, tax included
    back_tax_fen = models.BigIntegerField(default=0)
    tax_method = models.CharField(max_length=12, default="", blank=True)
    tax_month = models.DateField(null=True)                           # first day; set on release
    tax_basis = models.JSONField(default=dict)
    state = models.CharField(max_length=10)                           # rules.State
    held_for = models.CharField(max_length=20, default="", blank=True)
    why = models.CharField(max_length=100, default="", blank=True)    # it was refused or failed; the member reads it
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], name="payout_once"),
            models.CheckConstraint(name="payout_adds_up", condition=Q(
                gross_fen__gt=0, tax_fen__gte=0, tax_fen__lte=F("gross_fen"), back_fen__gte=0,
                back_fen__lte=F("gross_fen"), back_tax_fen__gte=0, back_tax_fen__lte=F("tax_fen"))),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="payout_by_customer"),
            models.Index(fields=["state", "-id"], name="payout_by_state"),
            models.Index(fields=["tax_month"], name="payout_by_month", condition=Q(tax_month__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Ours, for people and the bank."""
        return f"PO{self.pk:010d}"

    @property
    def net_fen(self) -> int:
        """What the member is sent."""
        return self.gross_fen - self.tax_fen


class BankFile(models.Model):
    """Lines that were handed to the bank together. Settled once every line has a result."""

    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"BF{self.pk:08d}"


class Part(models.Model):
    """What goes out at once: a transfer to WeChat (its key is the bonus's) or a line of a bank file."""

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="parts")
    key = models.CharField(max_length=60, unique=True)
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=8)                            # rules.PartState
    why = models.CharField(max_length=100, default="", blank=True)
    file = models.ForeignKey(BankFile, models.PROTECT, null=True, related_name="parts")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="part_of_something")]
        indexes = [models.Index(fields=["id"], name="part_without_file", condition=Q(state="sending", file=None))]

    def __str__(self) -> str:
        return self.key


class TaxExport(models.Model):
    """Somebody took the identities and incomes of one quarter out of the house, for the tax office."""

    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    gross_fen = models.BigIntegerField()
    tax_fen = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["year", "quarter", "-id"], name="tax_export_by_quarter")]

    def __str__(self) -> str:
        return f"{self.year} Q{self.quarter}"
