"""Kinds of gifts, and who has which."""

from django.db import models
from django.db.models import Q


class GiftKind(models.Model):
    """What is given (`rules.Offer`). Rows are added and stopped, never changed: what was promised stays what it was."""

    name = models.CharField(max_length=60)
    words = models.CharField(max_length=300, default="", blank=True)
    sku = models.ForeignKey("mall.Sku", models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    shop = models.ForeignKey("org.Shop", models.PROTECT, related_name="+")
    claim_days = models.PositiveIntegerField()
    budget = models.ForeignKey("loyalty.Budget", models.PROTECT, related_name="+")
    cost_fen = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="gift_kind_name_once", condition=Q(stopped_at=None)),
            models.CheckConstraint(condition=Q(pieces__gt=0, cost_fen__gt=0, claim_days__gt=0), name="gift_kind_fits"),
        ]

    def __str__(self) -> str:
        return self.name


class Gift(models.Model):
    """One gift for one customer, `rules.State`. `of` is what gave it (award:3:77:customer), `key` that and a number."""

    kind = models.ForeignKey(GiftKind, models.PROTECT, related_name="gifts", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="gifts", db_index=False)
    of = models.CharField(max_length=60)
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10)
    order = models.OneToOneField("mall.Order", models.PROTECT, null=True, related_name="gift")
    fact = models.ForeignKey("timeline.Fact", models.PROTECT, null=True, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    claim_by = models.DateTimeField(null=True)                        # null: pending
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)                        # expired or taken back

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-id"], name="gift_by_customer"),
            models.Index(fields=["kind", "state"], name="gift_by_kind"),
            models.Index(fields=["of"], name="gift_by_source"),
            models.Index(fields=["claim_by", "customer"], name="gift_open_until", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"gift:{self.pk}"
