"""Where a member of a chain stands, and what each order owes to whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from liuke.referral.models.binding import Referral
from liuke.referral.models.plans import PlanVersion


class Position(models.Model):
    """Where a member of a chain stands. Inviter and team boss are fixed when they join; only role and counts move."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, related_name="+")
    inviter = models.ForeignKey("self", models.PROTECT, null=True, related_name="directs")
    team_boss = models.ForeignKey("self", models.PROTECT, null=True, related_name="team")
    former_boss = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=8)                             # plans.Role
    confirmed_directs = models.PositiveIntegerField(default=0)
    first_directs = ArrayField(models.BigIntegerField(), default=list)     # positions
    fund_closed = models.BooleanField(default=False)                  # the help fund still withholds a share
    joined_at = models.DateTimeField()
    order_id = models.BigIntegerField(unique=True)                    # the entry order
    count_at = models.DateTimeField(null=True)                        # when it counts for the inviter; empty afterwards

    class Meta:
        indexes = [models.Index(fields=["count_at", "id"], name="position_to_count",
                                condition=Q(count_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.pk} {self.role}"



class Commission(models.Model):
    """What one line of one order owes one customer for one reason. The plan's version and all inputs stay as they were.

    `promised` (fen) was reckoned at payment on `paid_fen` of the line; `amount` is what refunds have left of it. Points
    are given at the worth they had at payment. `withheld` of the amount lies in the help fund.
    """

    line = models.ForeignKey("mall.OrderLine", models.PROTECT, related_name="commissions", db_index=False)
    order = models.ForeignKey("mall.Order", models.PROTECT, related_name="commissions")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="commissions", db_index=False)
    reward = models.CharField(max_length=12)                          # plans.Reward
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="commissions", db_index=False)
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="commissions", db_index=False)
    paid_in = models.CharField(max_length=8)                          # plans.PaidIn
    points_per_yuan = models.IntegerField(default=0)                  # of what is paid in points
    paid_fen = models.BigIntegerField()
    promised = models.BigIntegerField()
    amount = models.BigIntegerField()
    withheld = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10)                           # commissions.State
    held_for = models.CharField(max_length=40, default="", blank=True)     # why somebody must look first; see screening
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)                          # while pending, when the goods were received
    confirmed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "customer", "reward"], name="commission_once"),
            models.CheckConstraint(condition=Q(amount__gte=0, amount__lte=F("promised"), withheld__gte=0,
                                               withheld__lte=F("amount")), name="commission_fits"),
            # a third level of percentages has no name, so it can never be paid
            models.CheckConstraint(name="commission_levels", condition=Q(
                reward__in=["tier1", "tier2", "direct", "team", "peer", "self_saving"])),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="commission_by_customer"),
            models.Index(fields=["due_at", "id"], name="commission_due",
                         condition=Q(state="pending", due_at__isnull=False, held_for="")),
            models.Index(fields=["-id"], name="commission_held", condition=~Q(held_for="")),
        ]

    def __str__(self) -> str:
        return f"{self.reward} of {self.order_id}"



class CommissionBack(models.Model):
    """What one refund took back of one commission."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="back")
    refund = models.CharField(max_length=40)                          # the refund's own key
    amount = models.BigIntegerField()
    confirmed = models.BooleanField()                                 # it had been the member's already
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commission", "refund"], name="commission_back_once")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.commission_id}"
