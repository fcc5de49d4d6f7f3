"""Templates with their versions, batches, coupons, and what purchases took of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Template(models.Model):
    """A kind of coupon through all its versions. Stopped, none of it is issued any more; what customers have stays."""

    name = models.CharField(max_length=60)
    words = models.CharField(max_length=300, default="", blank=True)      # what customers read about using it
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="coupon_template_name_once")]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """The terms (`rules.terms.Terms`) that coupons of a template are issued by. Rows are added, never changed."""

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    off_fen = models.BigIntegerField()
    off_bp = models.IntegerField()
    ceiling_fen = models.BigIntegerField()
    sku = models.ForeignKey("mall.Sku", models.PROTECT, null=True, related_name="+")
    pieces = models.IntegerField()
    least_fen = models.BigIntegerField()
    products = ArrayField(models.BigIntegerField(), default=list)
    not_products = ArrayField(models.BigIntegerField(), default=list)
    categories = ArrayField(models.BigIntegerField(), default=list)
    shops = ArrayField(models.BigIntegerField(), default=list)
    full_price = models.BooleanField()
    audiences = ArrayField(models.CharField(max_length=81), default=list)
    first_order = models.BooleanField()
    exclusive = models.CharField(max_length=40, default="", blank=True)
    alone = models.BooleanField()
    priority = models.IntegerField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    days = models.IntegerField()
    refund = models.CharField(max_length=10)
    budget = models.CharField(max_length=120)                             # the address of a ledger account in fen
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="coupon_version_once")]

    def __str__(self) -> str:
        return f"coupon:{self.template_id}.v{self.number}"


class Batch(models.Model):
    """Coupons of one version that come to customers in one way, `rules.states.BatchKind`.

    `issued` counts them all and is changed by conditional UPDATEs alone. `wanted` is how many a job is to make; it has
    come as far as `cursor` and is over at `finished_at`; `failure` says why it waits ("budget").
    """

    template = models.ForeignKey(Template, models.PROTECT, related_name="batches")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=20, default="", blank=True)         # of the kind for many
    total = models.PositiveIntegerField(null=True)
    per_customer = models.PositiveIntegerField(default=1)
    issued = models.PositiveIntegerField(default=0)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    audience = models.CharField(max_length=81, default="", blank=True)    # of a grant: tag:12, segment:gone, everybody
    hold_out_bp = models.PositiveIntegerField(default=0)                  # of a grant: so many are left out on purpose
    left_out = models.PositiveIntegerField(default=0)
    wanted = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    failure = models.CharField(max_length=40, default="", blank=True)
    finished_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="coupon_batch_code_once", condition=~Q(code="")),
            models.CheckConstraint(condition=Q(total=None) | Q(issued__lte=F("total")), name="coupon_batch_fits"),
        ]
        indexes = [
            models.Index(fields=["template", "-id"], name="coupon_batch_by_template"),
            models.Index(fields=["kind"], name="coupon_batch_open", condition=Q(kind="open", stopped_at=None)),
        ]

    def __str__(self) -> str:
        return self.name


class LeftOut(models.Model):
    """A customer whom a grant left out on purpose, so that its effect can be measured against them."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "customer"], name="coupon_left_out_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} of {self.batch_id}"


class Coupon(models.Model):
    """One coupon, `rules.states.State`. `worth_fen` is set aside for it while it is held, and is the most it gives.

    `recalled_at`: what it was given for was undone while it was reserved or used; it is withdrawn when it comes back.
    """

    code = models.CharField(max_length=12, unique=True)
    version = models.ForeignKey(Version, models.PROTECT, related_name="coupons", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="coupons", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="coupons",
                                 db_index=False)
    key = models.CharField(max_length=170, unique=True)                   # of what it was issued for: award:3:77:...#1
    state = models.CharField(max_length=10)
    worth_fen = models.BigIntegerField()
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)                          # null: pending
    given_at = models.DateTimeField(null=True)                            # null: nobody has it
    recalled_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(worth_fen__gt=0), name="coupon_worth_positive"),
            models.CheckConstraint(condition=Q(state__in=["pending", "withdrawn"]) | Q(expires_at__isnull=False),
                                   name="coupon_expires"),
        ]
        indexes = [
            models.Index(fields=["customer", "state", "expires_at"], name="coupon_by_customer",
                         condition=Q(customer__isnull=False)),
            models.Index(fields=["batch", "customer"], name="coupon_by_batch", condition=Q(batch__isnull=False)),
            models.Index(fields=["expires_at", "id"], name="coupon_due", condition=Q(state__in=["issued", "free"])),
            models.Index(fields=["version", "state"], name="coupon_by_version"),
        ]

    def __str__(self) -> str:
        return self.code


class Use(models.Model):
    """What one purchase takes of one coupon, `rules.states.UseState`.

    `lines` maps the order lines that the coupon was used for to its part of them in fen; `amount_fen` has what it gave
    of sending, too.
    """

    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="uses", db_index=False)
    purchase = models.CharField(max_length=40)
    state = models.CharField(max_length=10)
    amount_fen = models.BigIntegerField()
    lines = models.JSONField(default=dict)
    reserved_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)                            # released or given back

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coupon", "purchase"], name="coupon_use_once"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="coupon_use_not_negative"),
        ]
        indexes = [models.Index(fields=["purchase"], name="coupon_use_by_purchase")]

    def __str__(self) -> str:
        return f"{self.coupon_id} for {self.purchase}"


class TakenBack(models.Model):
    """What became of one coupon that was to be taken back: withdrawn, recalled, or lost since it is used."""

    key = models.CharField(max_length=200)
    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="taken_back")
    outcome = models.CharField(max_length=10)                             # rules.states.Outcome
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "coupon"], name="coupon_taken_back_once")]

    def __str__(self) -> str:
        return f"{self.coupon_id} {self.outcome}"
