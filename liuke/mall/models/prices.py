"""From the supplier's price to the price on the screen: what each shop, tier and moment does to it."""

from django.db import models


class ShopPrice(models.Model):
    """How one shop prices: for one SKU, or (without one) for all. Exactly one of markup_bp and price_fen is set.

    markup_bp: hundredths of a percent on the supply price. The result is held between the SKU's floor and ceiling.
    """

    shop = models.ForeignKey("org.Shop", models.CASCADE, related_name="prices")
    sku = models.ForeignKey("mall.Sku", models.CASCADE, null=True, blank=True, related_name="shop_prices")
    markup_bp = models.IntegerField(null=True, blank=True)
    price_fen = models.BigIntegerField(null=True, blank=True)
    offered = models.BooleanField(default=True)                       # the shop sells this at all

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "sku"], name="shop_price_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(markup_bp__isnull=False, price_fen__isnull=True)
                | models.Q(markup_bp__isnull=True, price_fen__gte=0),
                name="shop_price_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} prices {self.sku_id or 'all'}"


class TierPrice(models.Model):
    """What members of a tier pay: for one SKU, or (without one) for all. Exactly one of off_bp and price_fen is set."""

    tier = models.CharField(max_length=20)
    sku = models.ForeignKey("mall.Sku", models.CASCADE, null=True, blank=True, related_name="tier_prices")
    off_bp = models.PositiveIntegerField(null=True, blank=True)       # hundredths of a percent off the shop price
    price_fen = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tier", "sku"], name="tier_price_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(off_bp__lte=10_000, price_fen__isnull=True)
                | models.Q(off_bp__isnull=True, price_fen__gte=0),
                name="tier_price_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.sku_id or 'all'}"


class TimedPrice(models.Model):
    """A flash sale: a price for a time with its own quantity, for everybody or only for an audience.

    `sold` never passes `quantity`: it is raised by one conditional UPDATE under the stock lock.
    """

    sku = models.ForeignKey("mall.Sku", models.CASCADE, related_name="timed_prices")
    shop = models.ForeignKey("org.Shop", models.CASCADE, null=True, blank=True, related_name="timed_prices")
    price_fen = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    quantity = models.PositiveIntegerField()
    sold = models.PositiveIntegerField(default=0)
    per_customer = models.PositiveIntegerField(default=0)             # 0: no limit
    audience_kind = models.CharField(max_length=10, default="", blank=True)   # segment, tag, tier, group; empty: all
    audience = models.CharField(max_length=60, default="", blank=True)
    open_terms = models.CharField(max_length=60, default="", db_default="", blank=True)   # for whom, as all read it

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(sold__lte=models.F("quantity")), name="timed_price_not_oversold"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="timed_price_has_time"),
            models.CheckConstraint(condition=models.Q(price_fen__gte=0), name="timed_price_not_negative"),
        ]
        indexes = [models.Index(fields=["sku", "ends_at"], name="timed_price_running")]

    def __str__(self) -> str:
        return f"{self.sku_id} at {self.price_fen}"
