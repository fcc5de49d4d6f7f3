"""The front page of the shop."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Front(models.Model):
    """The one front: for which shop its pages sell, and the sentence at its top."""

    shop = models.ForeignKey("org.Shop", models.PROTECT, related_name="+")
    hello = models.CharField(max_length=60, default="", blank=True)

    def __str__(self) -> str:
        return f"front:{self.shop_id}"


class Block(models.Model):
    """One part of the front page, see `rules.Wish`. `file` is a name for `kit.pictures`."""

    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=30)
    words = models.CharField(max_length=80, default="", blank=True)
    file = models.CharField(max_length=200, default="", blank=True)
    leads = models.CharField(max_length=20, default="", blank=True)
    what = models.CharField(max_length=60, default="", blank=True)
    codes = ArrayField(models.CharField(max_length=60), default=list)
    category = models.ForeignKey("mall.Category", models.SET_NULL, null=True, related_name="+")
    position = models.IntegerField()
    hidden_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title
