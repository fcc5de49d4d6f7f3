"""Lots and what became of them. The balance is the ledger's; what of a lot is left stands in OpenLot."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Programme(models.Model):
    """What a point is worth, `rules.Terms`. Rows are added, never changed; the newest counts."""

    points_per_yuan = models.IntegerField()
    order_cap_bp = models.IntegerField()
    step = models.IntegerField()
    least = models.IntegerField()
    enabled = models.BooleanField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)

    def __str__(self) -> str:
        return f"{self.points_per_yuan} points a yuan"


class Lot(models.Model):
    """Points given at one time for one reason. `available_at` is empty while they are pending or were called off."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="lots", db_index=False)
    key = models.CharField(max_length=120)                            # of what gave them: award:77
    amount = models.BigIntegerField()
    earned_at = models.DateTimeField()
    pending = models.BooleanField(default=False)                      # given as pending, whatever became of it
    available_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)                      # null: never
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)     # back with grace

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="lot_amount_positive"),
            models.UniqueConstraint(fields=["key"], name="lot_key_once"),
        ]
        indexes = [models.Index(fields=["customer", "-id"], name="lot_by_customer")]

    def __str__(self) -> str:
        return self.key


class OpenLot(models.Model):
    """What of a lot can be spent. Gone when nothing is left; `rest` never counts what a redemption has taken."""

    lot = models.OneToOneField(Lot, models.PROTECT, primary_key=True, related_name="open", db_constraint=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_constraint=False,
                                 db_index=False)
    expires_at = models.DateTimeField(null=True)
    rest = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rest__gt=0), name="openlot_rest_positive")]
        indexes = [
            models.Index(fields=["customer", "expires_at", "lot"], name="openlot_first_out"),
            models.Index(fields=["expires_at", "customer"], name="openlot_by_expiry",
                         condition=Q(expires_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.rest} of {self.lot_id}"


class Redemption(models.Model):
    """Points of one purchase: parts[i] was taken from lots[i], first out first. `back` of it was given back since."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="redemptions", db_constraint=False,
                                 db_index=False)
    key = models.CharField(max_length=100)                            # of the purchase
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10)                           # rules.State
    tries = models.SmallIntegerField(default=1)                       # reserved anew so often after it was released
    lots = ArrayField(models.BigIntegerField())
    parts = ArrayField(models.BigIntegerField())
    back = models.BigIntegerField(default=0)
    reserved_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, back__gte=0, back__lte=models.F("amount")),
                                   name="redemption_adds_up"),
            models.UniqueConstraint(fields=["key"], name="redemption_key_once"),
        ]
        indexes = [models.Index(fields=["customer", "-id"], name="redemption_by_customer")]

    def __str__(self) -> str:
        return self.key


class Change(models.Model):
    """Points that left their lots otherwise, `rules.Kind`. What the lots could not give is the customer's debt."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=10)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="changes")      # the one that is taken back
    amount = models.BigIntegerField()
    lots = ArrayField(models.BigIntegerField())
    parts = ArrayField(models.BigIntegerField())
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="change_key_once")]
        indexes = [models.Index(fields=["customer", "-id"], name="change_by_customer")]

    def __str__(self) -> str:
        return self.key


class GivenBack(models.Model):
    """One part of a used redemption that went back."""

    redemption = models.ForeignKey(Redemption, models.PROTECT, related_name="given_back")
    key = models.CharField(max_length=160)
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="givenback_key_once")]

    def __str__(self) -> str:
        return self.key
