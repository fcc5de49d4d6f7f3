"""How far each account was read."""

from django.db import models


class Account(models.Model):
    """One customer service account; `code` is WeCom's open_kfid."""

    code = models.CharField(max_length=64, unique=True)
    cursor = models.CharField(max_length=200, default="", blank=True)
    pulled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code
