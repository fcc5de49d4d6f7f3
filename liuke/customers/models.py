"""A customer and how we know them. Names, phones and other personal data are encrypted; look-up goes by blind index."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Right


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
            GinIndex(OpClass("number", name="gin_trgm_ops"), name="customer_number_trigrams"),
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
        constraints = [models.UniqueConstraint(fields=["kind", "scope", "blind"], name="identity_once")]
        indexes = [
            models.Index(Right("hint", 4), name="identity_phone_tail", condition=models.Q(kind="phone")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.hint}"
