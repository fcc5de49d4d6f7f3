"""What of referral needs hands today, for `board.CARDS`."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.console.cards import Card
from liuke.org.models import Staff
from liuke.referral.queries.network import open_lines
from liuke.referral.queries.screening import waiting


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


def held_commissions(staff: Staff, now: datetime) -> Card | None:
    """Commissions that the screening holds until somebody has looked."""
    del now
    if not staff.has_perm("referral.screen") or not (count := waiting().count()):
        return None
    return Card(
        "warn", "growth", count,
        ngettext("%(count)s 笔佣金等待核查", "%(count)s 笔佣金等待核查", count) % {"count": count},
        _("防作弊检查发现了信号，佣金已暂缓；不处理就一直暂缓。"), reverse("referral:screening"), _("去核查"))
