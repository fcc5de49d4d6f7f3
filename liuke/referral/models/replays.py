"""What a plan would have paid on last year's real orders, so that it can be seen before it is activated."""

from django.db import models


class Replay(models.Model):
    """One version on the orders of the year before `until`; `really_fen` is what was owed for them in truth. In fen."""

    version = models.OneToOneField("referral.PlanVersion", models.PROTECT, related_name="replay")
    until = models.DateTimeField()
    orders = models.PositiveIntegerField()
    buyers = models.PositiveIntegerField()
    net_fen = models.BigIntegerField()
    cash_fen = models.BigIntegerField()
    other_fen = models.BigIntegerField()
    earners = models.PositiveIntegerField()
    promoters = models.PositiveIntegerField()
    less_than_paid = models.PositiveIntegerField()
    top_1_fen = models.BigIntegerField()
    top_10_fen = models.BigIntegerField()
    referee_packs = models.PositiveIntegerField(default=0)
    referrer_packs = models.PositiveIntegerField(default=0)
    pack_fen = models.BigIntegerField(default=0)
    really_fen = models.BigIntegerField()

    def __str__(self) -> str:
        return f"replay of {self.version_id}"
