"""Before the order: the cart, the address book, and what sending costs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Cart(models.Model):
    """One customer's cart, or a guest's, known by the hash of a token that only the guest's device holds."""

    customer = models.OneToOneField("customers.Customer", models.CASCADE, null=True, related_name="cart")
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["changed_at"], name="cart_of_guests", condition=models.Q(customer=None))]

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    """`seen_fen` is the price the customer saw last; another price at checkout is said, not slipped in."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    shop = models.ForeignKey("org.Shop", models.CASCADE, related_name="+")
    sku = models.ForeignKey("mall.Sku", models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    seen_fen = models.BigIntegerField()
    chosen = models.BooleanField(default=True)
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "shop", "sku"], name="cart_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="cart_line_some"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} x {self.quantity}"


class Address(models.Model):
    """Where to send. Everything that points to a person is encrypted; the region code (6 digits) stays for freight."""

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="addresses")
    region = models.CharField(max_length=6)
    region_name = models.CharField(max_length=60)                     # 上海市 静安区
    name_enc = models.BinaryField()
    phone_enc = models.BinaryField()
    street_enc = models.BinaryField()
    preferred = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], name="address_one_preferred", condition=models.Q(preferred=True)
            )
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"


class FreightTemplate(models.Model):
    """What a supplier asks for sending. `rules.freight` reads the rows; the longest matching region wins.

    Customers of `free_tiers` pay nothing wherever it delivers.
    """

    supplier = models.OneToOneField("mall.Supplier", models.CASCADE, related_name="freight")
    name = models.CharField(max_length=40)
    free_tiers = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)

    def __str__(self) -> str:
        return self.name


class FreightRow(models.Model):
    """For regions that begin with `region` (empty: everywhere): first_fen up to first_grams, then so much per step."""

    template = models.ForeignKey(FreightTemplate, models.CASCADE, related_name="rows")
    region = models.CharField(max_length=6, default="", blank=True)
    delivers = models.BooleanField(default=True)
    first_grams = models.PositiveIntegerField(default=1000)
    first_fen = models.BigIntegerField(default=0)
    step_grams = models.PositiveIntegerField(default=1000)
    step_fen = models.BigIntegerField(default=0)
    free_from_fen = models.BigIntegerField(null=True, blank=True)     # goods of this order worth so much go free

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "region"], name="freight_region_once"),
            models.CheckConstraint(condition=models.Q(first_grams__gt=0, step_grams__gt=0), name="freight_steps"),
        ]

    def __str__(self) -> str:
        return f"{self.region or '*'}: {self.first_fen}"
