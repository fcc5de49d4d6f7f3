"""Links that are shared, and who opened them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ReferralLink(models.Model):
    """One way to share: whose, where it leads, and under which name its owner tells it from others."""

    token = models.CharField(max_length=16, unique=True)              # short and unguessable; fits a scene code
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="referral_links")
    staff = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="referral_links")
    shop = models.ForeignKey("org.Shop", models.PROTECT, null=True, related_name="referral_links")
    landing = models.CharField(max_length=12)                         # links.Landing, or one of LIUKE_LANDINGS
    target = models.CharField(max_length=40, default="", db_default="", blank=True)      # which of those places
    product = models.ForeignKey("mall.Product", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=30, default="", blank=True)    # 朋友圈
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "staff", "shop", "landing", "product", "target", "name"],
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
            BrinIndex(fields=["at"], name="touch_at"),
        ]

    def __str__(self) -> str:
        return f"touch {self.pk}"
