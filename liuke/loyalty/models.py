"""Budgets, rules with their versions, awards, and what became of them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Budget(models.Model):
    """What rules may give in all. The amount is the ledger's: account `reward:budget:<id>`, which has floor 0.

    One with `staff` is theirs alone: they give from it by hand, and no rule does.
    """

    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=40)                            # of the ledger: points, fen
    staff = models.OneToOneField("org.Staff", models.PROTECT, null=True, related_name="gift_budget")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="budget_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        return f"reward:budget:{self.pk}"


class Pack(models.Model):
    """Several benefits under one name (`rules.packs.Part`). Rows are added and stopped, never changed: what was
    promised stays what it was.
    """

    name = models.CharField(max_length=60)
    words = models.CharField(max_length=300, default="", blank=True)              # what customers read
    parts = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="pack_name_once", condition=Q(stopped_at=None)),
        ]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """One promise to customers through all its versions. Stopped, its last version ended."""

    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """What a rule says for facts that happen from `starts_at` until before `ends_at`. Only `ends_at` ever changes."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    fact_kind = models.CharField(max_length=40)
    conditions = models.JSONField(default=dict)
    beneficiary = models.CharField(max_length=10)                     # rules.terms: customer, referrer
    benefit = models.CharField(max_length=20)
    details = models.JSONField(default=dict)
    amount = models.CharField(max_length=200)
    caps = models.JSONField(default=dict)
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, related_name="versions")
    hold = models.CharField(max_length=12)
    hold_days = models.PositiveIntegerField()
    valid = models.CharField(max_length=10)
    valid_length = models.PositiveIntegerField()
    hold_out_bp = models.PositiveIntegerField()
    exclusive = models.CharField(max_length=60, default="", blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    notice = models.CharField(max_length=300, default="", blank=True)          # what customers were told of the change
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="version_span"),
        ]
        indexes = [models.Index(fields=["fact_kind", "starts_at"], name="version_by_kind")]

    def __str__(self) -> str:
        return f"rule:{self.rule_id}.v{self.number}"


class Award(models.Model):
    """What one fact earned one person by one rule, or why it earned nothing.

    `inputs` is what the formula saw, `basis` the money by order line that a refund takes back by. `wanted` is what the
    formula said, `amount` what caps and budget let through, `taken` what was taken back since.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="awards")
    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="awards", db_index=False)
    fact = models.ForeignKey("timeline.Fact", models.PROTECT, related_name="awards")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="awards", db_index=False)
    role = models.CharField(max_length=10)                            # of the customer in this: customer, referrer
    benefit = models.CharField(max_length=20)
    state = models.CharField(max_length=10)                           # queries.awards.State
    reason = models.CharField(max_length=30, default="", blank=True)  # why less or nothing was given
    wanted = models.BigIntegerField()
    amount = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)
    inputs = models.JSONField(default=dict)
    basis = models.JSONField(default=dict)                            # order line id -> fen
    order_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    release_at = models.DateTimeField(null=True)                      # while held and the time is known
    released_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "fact", "role"], name="award_once"),
            models.CheckConstraint(condition=Q(amount__gte=0, taken__gte=0, taken__lte=F("amount")), name="award_fits"),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="award_by_customer"),
            models.Index(fields=["rule", "-id"], name="award_by_rule"),
            models.Index(fields=["order_id"], name="award_by_order", condition=Q(order_id__isnull=False)),
            models.Index(fields=["release_at"], name="award_due", condition=Q(release_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """Under which the ledger and the benefit know it."""
        return f"award:{self.rule_id}:{self.fact_id}:{self.role}"

    @property
    def kept(self) -> int:
        return self.amount - self.taken


class AwardBack(models.Model):
    """What one refund took back of one award."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="back")
    fact = models.ForeignKey("timeline.Fact", models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["award", "fact"], name="award_back_once")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.award_id}"


class CapUse(models.Model):
    """How much of a cap is used; `bucket` as rules.terms.bucket says. Changed under its own lock only."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+", db_index=False)
    bucket = models.CharField(max_length=60)
    used = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "bucket"], name="cap_use_once")]

    def __str__(self) -> str:
        return self.bucket


class Effect(models.Model):
    """What one night saw of something that keeps a hold-out: a rule, or what `services.effect` has registered.

    `treated` and `control` met it since `since`. `days` is the window that decisions rest on; `missing` customers more
    would tell, about `days_left` days from now. `given` and `used` are counted in the reward's unit.
    """

    kind = models.CharField(max_length=20)
    of_id = models.BigIntegerField()
    on = models.DateField()
    computed_at = models.DateTimeField()
    since = models.DateTimeField()
    hold_out_bp = models.PositiveIntegerField()
    treated = models.BigIntegerField()
    control = models.BigIntegerField()
    days = models.PositiveSmallIntegerField()
    margin_bp = models.PositiveIntegerField()
    margin_known = models.BooleanField(default=True)                  # otherwise it is rules.limits.ASSUMED_MARGIN_BP
    given = models.BigIntegerField()
    used = models.BigIntegerField(null=True)                          # null: not the kind of thing that is used
    cost_fen = models.BigIntegerField()
    verdict = models.CharField(max_length=12)                         # rules.verdicts.Verdict
    missing = models.BigIntegerField()
    days_left = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "of_id", "on"], name="effect_once_a_night")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.of_id} {self.on}"


class EffectWindow(models.Model):
    """Both groups within so many days of their first reward, of those who were watched so long.

    again: the difference in repurchase. net: in fen a customer paid, less refunds. worth: margin less cost, with an
    interval that holds however often one looks; all treated less control. Empty where there are too few people.
    """

    effect = models.ForeignKey(Effect, models.CASCADE, related_name="windows")
    days = models.PositiveSmallIntegerField()
    treated = models.BigIntegerField()
    control = models.BigIntegerField()
    treated_again = models.BigIntegerField()
    control_again = models.BigIntegerField()
    treated_fen = models.BigIntegerField()
    control_fen = models.BigIntegerField()
    cost_fen = models.BigIntegerField()
    again_low = models.FloatField(null=True)
    again_high = models.FloatField(null=True)
    net_low = models.FloatField(null=True)
    net_high = models.FloatField(null=True)
    worth = models.FloatField(null=True)
    worth_low = models.FloatField(null=True)
    worth_high = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["effect", "days"], name="effect_window_once")]

    def __str__(self) -> str:
        return f"{self.effect_id} {self.days}"


class Reasoned(models.Model):
    """Why somebody should have something: `rules.suggesting.Suggested`, as it was on that night."""

    why = models.CharField(max_length=10, default="", blank=True)
    category = models.CharField(max_length=60, default="", blank=True)
    because = models.CharField(max_length=60, default="", blank=True)
    chance = models.FloatField(null=True)
    gain_fen = models.BigIntegerField(null=True)
    cost_fen = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class Suggestion(Reasoned):
    """A reward that suits a customer, the best at place 1. All are replaced every night.

    `charge` is what giving it takes from the giver's own budget, in points.
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    place = models.PositiveSmallIntegerField()
    benefit = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    details = models.JSONField(default=dict)
    charge = models.BigIntegerField(default=0)
    lift = models.FloatField()
    lift_measured = models.BooleanField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "place"], name="suggestion_place_once")]

    def __str__(self) -> str:
        return f"{self.place} for {self.customer_id}"


class Suggesting(models.Model):
    """Whether the night suggests anything; one row, written on the first night. `since`: from when on it did."""

    since = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "suggesting"


class Suggested(models.Model):
    """Who would have been suggested something, from when on. `held_out`: on purpose they never are, for comparison."""

    customer = models.OneToOneField("customers.Customer", models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()
    held_out = models.BooleanField()

    def __str__(self) -> str:
        return str(self.customer_id)


class Grant(Reasoned):
    """What a member of staff gave a customer out of a budget of their own, and why. Undone, it was taken back whole.

    What they could not give by themselves was asked for at `at`, and a manager gave it, or not (`decided_at`). What is
    no points takes `charge` of the budget, in points.
    """

    key = models.CharField(max_length=60)                             # of the one who gives; again is once
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="grants", db_index=False)
    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="grants")
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, related_name="grants")      # null: it costs nothing
    fact = models.ForeignKey("timeline.Fact", models.PROTECT, null=True, related_name="+")
    benefit = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    details = models.JSONField(default=dict)
    charge = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default="given")          # asked, given, refused
    at = models.DateTimeField()
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "key"], name="grant_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, charge__gte=0), name="grant_some"),
            models.CheckConstraint(name="grant_undone_was_given", condition=Q(undone_at=None) | Q(state="given")),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="grant_by_customer"),
            models.Index(fields=["id"], name="grant_asked", condition=Q(state="asked")),
        ]

    def __str__(self) -> str:
        return f"grant:{self.pk}"

    @property
    def lot_key(self) -> str:
        """Under which the ledger and the benefit know it."""
        return f"grant:{self.pk}"


class Compensation(models.Model):
    """What a ticket's customer gets for what went wrong: points out of a budget, a coupon or a gift."""

    ticket = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="compensations")
    benefit = models.CharField(max_length=20)                         # points, coupon, gift
    amount = models.BigIntegerField()
    template = models.ForeignKey("coupons.Template", models.PROTECT, null=True, related_name="+")
    gift_kind = models.ForeignKey("gifts.GiftKind", models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=20)                             # rules.limits.COMPENSATION_REASONS
    key = models.CharField(max_length=60)                             # of the one who asks; again is once
    asked_by = models.ForeignKey("org.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10)                           # asked, given, refused
    decided_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    grant = models.OneToOneField(Grant, models.PROTECT, null=True, related_name="compensation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "key"], name="compensation_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="compensation_some"),
            models.CheckConstraint(name="compensation_of_a_thing", condition=Q(
                benefit="coupon", template__isnull=False, gift_kind=None) | Q(
                benefit="gift", template=None, gift_kind__isnull=False) | Q(
                benefit="points", template=None, gift_kind=None)),
            models.CheckConstraint(name="compensation_decided",
                                   condition=Q(state="asked", decided_at=None) | Q(decided_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["id"], name="compensation_open", condition=Q(state="asked"))]

    def __str__(self) -> str:
        return f"compensation:{self.pk}"
