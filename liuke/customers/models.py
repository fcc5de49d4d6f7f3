"""A customer and how we know them. Names, phones and other personal data are encrypted; look-up goes by blind index."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Now, Right, Upper


class Customer(models.Model):
    """One person (or household) the brand serves.

    A merged record keeps its row and points to the one that stays; a forgotten one keeps its number and its facts.
    """

    number = models.CharField(max_length=40, unique=True)             # the member number, shown and spoken
    name_enc = models.BinaryField(default=b"", blank=True)
    name_grams = ArrayField(models.IntegerField(), default=list, db_default=[], blank=True)     # blind, see the ADR
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")
    forgotten_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            GinIndex(fields=["name_grams"], name="customer_name_grams", gin_pending_list_limit=1024),
            GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="customer_number_trigrams"),
            models.Index(fields=["-joined_at", "-id"], name="customer_newest",
                         condition=models.Q(merged_into__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number


class Identity(models.Model):
    """One way to recognise a customer: phone, e-mail, WeChat openid or unionid, WeCom external id, a shop's own id.

    `kind` is an open list, see `rules/identities.py`; `scope` tells apart ids of different apps or sources (empty for
    phones). It always belongs to a living record: a merge moves it, forgetting deletes it.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=20)
    scope = models.CharField(max_length=40, default="", blank=True)
    value_enc = models.BinaryField()
    blind = models.BinaryField(max_length=16)
    hint = models.CharField(max_length=40, default="", blank=True)     # 138****1234
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blind", "kind", "scope"], name="identity_once")]
        indexes = [
            models.Index(Right("hint", 4), name="identity_phone_tail", condition=models.Q(kind="phone")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.hint}"


class Preferences(models.Model):
    """How the customer likes to be spoken to; no row means nothing is known. Empty fields leave it to the brand."""

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="preferences")
    language = models.CharField(max_length=12, default="", blank=True)           # zh-hans
    best_channel = models.CharField(max_length=20, default="", blank=True)
    zone = models.CharField(max_length=40, default="", blank=True)               # Asia/Shanghai
    quiet_from_minutes = models.PositiveSmallIntegerField(null=True)             # local, of the day; 22:00 is 1320
    quiet_until_minutes = models.PositiveSmallIntegerField(null=True)
    birth_month_day = models.PositiveSmallIntegerField(null=True)                # 1231; the year is nobody's business
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from_minutes__isnull=True, quiet_until_minutes__isnull=True)
                | models.Q(quiet_from_minutes__lt=1440, quiet_until_minutes__lt=1440),
                name="preferences_quiet_hours_both",
            ),
        ]
        indexes = [
            models.Index(fields=["birth_month_day"], name="preferences_birthday",
                         condition=models.Q(birth_month_day__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.customer_id}"


class ConsentText(models.Model):
    """The words a customer agrees to. Never changed: other words are another version.

    Words for one channel go before those for all (`channel` is empty then).
    """

    version = models.CharField(max_length=40, unique=True)            # marketing-2
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=20, default="", db_default="", blank=True)
    body = models.TextField()
    published_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.version


class Consent(models.Model):
    """One statement of one customer for one channel and purpose. Rows are only added (a trigger sees to it).

    What holds now is the row with the latest (happened_at, id). `state` is one of `rules.consents.STATES`.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="consents")
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True)
    source = models.CharField(max_length=40)                          # where it was said: h5, counter, import, merge
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")    # from a merged record
    merge = models.ForeignKey("Merge", models.PROTECT, null=True, related_name="consents")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="given") | models.Q(text__isnull=False), name="consent_given_to_a_text"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "channel", "purpose", "-happened_at", "-id"], name="consent_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.state}"


class Tag(models.Model):
    """A word for a kind of customer. `customers` counts living records that carry it, from whatever source."""

    name = models.CharField(max_length=30)
    customers = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class CustomerTag(models.Model):
    """A tag on a customer, once per source: "staff", "customer" (own choice) or "rule:" with the rule's name."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="customer_tags")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="customer_tags")
    source = models.CharField(max_length=40)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "tag", "source"], name="customer_tag_once")]
        indexes = [models.Index(fields=["tag", "customer"], name="customer_tag_by_tag")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.customer_id} by {self.source}"


class Merge(models.Model):
    """Two records that turned out to be one person. Until `undo_until` it can be undone exactly."""

    survivor = models.ForeignKey(Customer, models.PROTECT, related_name="merges_won")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="merges_lost")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name_taken = models.BooleanField(default=False)                   # the survivor had no name and got this one's

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=models.Q(undone_at__isnull=True), name="merged_once"),
            models.CheckConstraint(condition=~models.Q(survivor=models.F("merged")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"


class MovedRows(models.Model):
    """Which rows of one table a merge has moved, so that undoing it moves exactly these back."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="moved")
    column = models.CharField(max_length=100)                         # mall_order.customer_id
    ids = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "column"], name="moved_rows_once")]

    def __str__(self) -> str:
        return f"{len(self.ids)} {self.column}"


class PossibleTwins(models.Model):
    """Two records that may be one person, for staff to look at. The lower id stands first."""

    low = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    high = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20)                          # which identity both have named: phone, email
    noticed_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="twins_once"),
            models.CheckConstraint(condition=models.Q(low__lt=models.F("high")), name="twins_in_order"),
        ]
        indexes = [
            models.Index(fields=["-noticed_at", "-id"], name="twins_open", condition=models.Q(dismissed_at=None)),
            models.Index(fields=["high"], name="twins_by_high"),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}"


class PersonalExport(models.Model):
    """Everything we know about one person as an encrypted zip, to be taken once and soon."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    zip_enc = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], name="export_to_delete", condition=models.Q(zip_enc__isnull=False)),
            models.Index(fields=["customer", "-id"], name="export_by_customer"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"


class ForgottenMark(models.Model):
    """Stops a file from bringing a forgotten person back: a keyed hash that can only answer "this one, again"."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    scope = models.CharField(max_length=40, default="", blank=True)
    mark = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mark", "kind", "scope"], name="forgotten_mark_once")]
        indexes = [models.Index(fields=["customer"], name="forgotten_mark_by_customer")]

    def __str__(self) -> str:
        return f"forgotten {self.kind}"


class LoginCode(models.Model):
    """A code sent to a phone to prove that it is theirs. Only marks of phone, address and code are kept.

    What must travel (`to_enc`, `code_enc`) is emptied when it has been sent.
    """

    phone_mark = models.BinaryField(max_length=16)
    ip_mark = models.BinaryField(max_length=16)
    code_mark = models.BinaryField(max_length=16)
    to_enc = models.BinaryField(default=b"")
    code_enc = models.BinaryField(default=b"")
    tries_left = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_mark", "-created_at"], name="login_code_by_phone"),
            models.Index(fields=["ip_mark", "-created_at"], name="login_code_by_ip"),
            models.Index(fields=["created_at"], name="login_code_age"),
        ]

    def __str__(self) -> str:
        return f"login code {self.pk}"


class CustomerToken(models.Model):
    """A device on which a customer is logged in: the hash of 256 random bits that only the device holds."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tokens")
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token {self.pk}"
