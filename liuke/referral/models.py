"""Links and touches, who referred whom, the plans with their versions, and what each order owes to whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Programme(models.Model):
    """When a newcomer is bound and for how long a touch counts. Rows are added, never changed; the newest counts."""

    binds_at = models.CharField(max_length=20)                        # attribution.Moment
    window_days = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.binds_at}, {self.window_days} days"


class ReferralLink(models.Model):
    """One way to share: whose, where it leads, and under which name its owner tells it from others."""

    token = models.CharField(max_length=16, unique=True)              # short and unguessable; fits a scene code
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="referral_links")
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="referral_links")
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="referral_links")
    landing = models.CharField(max_length=12)                         # links.Landing
    product = models.ForeignKey("mall.Product", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=30, default="", blank=True)    # 朋友圈
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "staff", "shop", "landing", "product", "name"],
                                    condition=Q(ended_at=None), nulls_distinct=False, name="referral_link_once"),
            models.CheckConstraint(name="referral_link_of_one", condition=(
                Q(customer__isnull=False, staff=None, shop=None) | Q(customer=None, staff__isnull=False, shop=None)
                | Q(customer=None, staff=None, shop__isnull=False))),
            models.CheckConstraint(name="referral_link_product",
                                   condition=Q(landing="product", product__isnull=False)
                                   | ~Q(landing="product") & Q(product=None)),
        ]

    def __str__(self) -> str:
        return self.token


class Visitor(models.Model):
    """Somebody who opened links: a device or a WeChat person, and from their login on a customer, for good.

    Only a keyed hash of what they are known by is kept.
    """

    mark = models.BinaryField(max_length=16, unique=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    known_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"visitor {self.pk}"


class Touch(models.Model):
    """One link was opened by one visitor. Rows are only added (a trigger sees to it); `at` is the server's time."""

    link = models.ForeignKey(ReferralLink, models.PROTECT, related_name="touches", db_index=False)
    visitor = models.ForeignKey(Visitor, models.PROTECT, related_name="touches", db_index=False)
    channel = models.CharField(max_length=20, default="", blank=True)      # wechat, moments, sms, h5
    qr = models.BooleanField()
    address_mark = models.BinaryField(max_length=16, default=b"")     # a keyed hash, to see a crowd behind one address
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["visitor", "-at", "-id"], name="touch_by_visitor"),
            models.Index(fields=["link", "-at", "-id"], name="touch_by_link"),
            models.Index(fields=["address_mark", "-at"], name="touch_by_address"),
        ]

    def __str__(self) -> str:
        return f"touch {self.pk}"


class Referral(models.Model):
    """Who referred a customer. Final: only a correction, which the audit names, ends a row and adds another."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="referrals")
    referrer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="referred")
    link = models.ForeignKey(ReferralLink, models.PROTECT, null=True, related_name="referrals")
    how = models.CharField(max_length=12)                             # attribution.How
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)      # of a correction
    corrected_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(ended_at=None), name="referral_once"),
            models.CheckConstraint(condition=~Q(customer=F("referrer")), name="referral_not_of_oneself"),
        ]
        indexes = [models.Index(fields=["referrer", "-id"], name="referral_by_referrer", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.customer_id} by {self.referrer_id}"


class PassedOver(models.Model):
    """A touch that did not win, and why; judged when its customer was bound, or could not be."""

    touch = models.ForeignKey(Touch, models.PROTECT, related_name="passed_over")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    why = models.CharField(max_length=20)                             # attribution.Why
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["touch", "customer"], name="passed_over_once")]

    def __str__(self) -> str:
        return f"{self.touch_id}: {self.why}"


class Block(models.Model):
    """A member whose links win nobody and who earns nothing, until it is lifted. What was earned before stays."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    blocked_at = models.DateTimeField()
    blocked_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer"], condition=Q(lifted_at=None), name="block_once")]

    def __str__(self) -> str:
        return f"block of {self.customer_id}"


class Family(models.Model):
    """Whose line a customer belongs to, as a union-find: two people are of one line if they lead to one head.

    Lines only ever grow together, the smaller under the larger, so the way up is at most the logarithm of their size.
    """

    customer = models.OneToOneField("customers.Customer", models.PROTECT, primary_key=True, related_name="+")
    above = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    people = models.PositiveIntegerField(default=1)       # of a head; of others as it was when they joined it

    def __str__(self) -> str:
        return f"line of {self.pk}"


class Plan(models.Model):
    """One reward plan through all its versions."""

    name = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class PlanVersion(models.Model):
    """What a plan says for orders paid from `starts_at` until before `ends_at`. A draft has no start.

    Once it has one, only `ends_at` ever changes (a trigger sees to it): orders keep the version they were paid under.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)                            # two_tier, chain21
    terms = models.JSONField()                                        # as plan_reader reads them
    digest = models.CharField(max_length=64)
    profile = models.CharField(max_length=8)                          # guard.Profile
    notice = models.CharField(max_length=300, default="", blank=True)          # what members were told
    noticed_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")     # the simulation
    seen_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    entry_product = models.ForeignKey("mall.Product", models.PROTECT, null=True, related_name="+")   # of a chain
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(starts_at__isnull=False, ends_at__gte=F("starts_at")),
                                   name="plan_version_span"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="plan_version_live", condition=Q(starts_at__isnull=False))]

    def __str__(self) -> str:
        return f"plan:{self.plan_id}.v{self.number}"


class SignOff(models.Model):
    """A person put their name to one finding of the guard: counsel's for a profile, the brand's for a warning."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="sign_offs")
    code = models.CharField(max_length=4)                             # G10
    signer = models.CharField(max_length=60)
    statement = models.CharField(max_length=500)
    signed_at = models.DateTimeField()
    recorded_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="sign_off_once")]

    def __str__(self) -> str:
        return f"{self.code} by {self.signer}"


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
