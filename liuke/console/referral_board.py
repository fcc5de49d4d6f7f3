"""What of referral needs hands today, for `board.CARDS`."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.console.cards import Card
from liuke.org.models import Staff
from liuke.referral.queries.network import open_lines


def frozen_lines(staff: Staff, now: datetime) -> Card | None:
    """Lines whose pay-outs wait until somebody has looked."""
    del now
    if not staff.has_perm("referral.sign") or not (count := open_lines().filter(frozen=True).count()):
        return None
    return Card(
        "bad", "growth", count,
        ngettext("%(count)s 条推广线暂停提现", "%(count)s 条推广线暂停提现", count) % {"count": count},
        _("连续三层都有人拿佣金，或头部之下已有三十人。请复核后署名解除，或停用违规的人。"),
        reverse("referral:network"), _("去复核"),
    )
