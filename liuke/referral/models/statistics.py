"""What cannot be counted when somebody asks: shares as they are told, and what a night has reckoned of everybody."""

from django.db import models


class LinkShare(models.Model):
    """The owner of a link has shared it, as the client tells. Rewarded by nothing (G16); rows are only added."""

    link = models.ForeignKey("referral.ReferralLink", models.PROTECT, related_name="shares", db_index=False)
    channel = models.CharField(max_length=20, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["link", "-at", "-id"], name="link_share_by_link")]

    def __str__(self) -> str:
        return f"share {self.pk}"


class InviterCohort(models.Model):
    """Customers whose first confirmed purchase was in one month, and whom they have brought by now; a row a month."""

    month = models.DateField(unique=True)                             # its first day, in the brand's zone
    members = models.PositiveIntegerField()
    invited = models.PositiveIntegerField()                           # different visitors of their links
    brought = models.PositiveIntegerField()                           # of their people, who have a confirmed purchase
    brought_90 = models.PositiveIntegerField()                        # within 90 days of the member's own first one
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def k(self) -> float | None:
        """New customers for each member, so far."""
        return self.brought / self.members if self.members else None


class LeaderPlace(models.Model):
    """Who brought the most confirmed goods lately, net of refunds. Written anew each night; never by head-count."""

    place = models.PositiveIntegerField(unique=True)
    customer = models.OneToOneField("customers.Customer", models.PROTECT, related_name="+")
    goods_fen = models.BigIntegerField()
    orders = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.place}: {self.customer_id}"


class Unlisted(models.Model):
    """Who does not want to stand on the leaderboard. It counts at once."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.customer_id} unlisted"
