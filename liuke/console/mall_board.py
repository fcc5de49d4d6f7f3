"""What of the mall needs hands today, for `board.CARDS`; each card reads the queries of the page it leads to."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.console.cards import Card
from liuke.mall.queries import board, payments, refunds, returns_desk, shelves
from liuke.mall.queries.access import suppliers_of
from liuke.mall.rules.stages import Stage
from liuke.org.models import Staff


def to_ship(staff: Staff, now: datetime) -> Card | None:
    """Paid orders; late ones make it urgent."""
    if not staff.has_perm("parcels.ship"):
        return None
    counts = board.counts(board.orders_seen(staff, "parcels.ship"), now=now)
    if not (count := counts[Stage.TO_PICK] + counts[Stage.PACKED]):
        return None
    late = counts["late"]
    text = ngettext("其中 %(count)s 单付款已超过 48 小时。", "其中 %(count)s 单付款已超过 48 小时。", late)
    return Card(
        "warn" if late else "info", "mall", count,
        ngettext("%(count)s 单待发货", "%(count)s 单待发货", count) % {"count": count},
        text % {"count": late} if late else _("打印面单，装箱，粘贴运单号，一次发完。"),
        reverse("mall:orders"), _("去发货"),
    )


def requests(staff: Staff, now: datetime) -> Card | None:
    """Requests about goods on which somebody waits for us."""
    if not staff.has_perm("returns.decide"):
        return None
    counts = returns_desk.counts(returns_desk.returns_seen(staff, "returns.decide"), now=now)
    if not (count := counts["answer"] + counts["decide"] + counts["ours"]):
        return None
    late = counts["late"]
    text = ngettext("%(count)s 个已超过答应顾客的时间。", "%(count)s 个已超过答应顾客的时间。", late) % {"count": late}
    return Card(
        "bad" if late else "warn", "service", count,
        ngettext("%(count)s 个售后申请等着处理", "%(count)s 个售后申请等着处理", count) % {"count": count},
        text if late else _("两小时内答复，两天内决定。"), reverse("mall:returns"), _("去处理"),
    )


def money(staff: Staff, now: datetime) -> Card | None:
    """Refunds that are stuck, transfers to confirm, receipts and bills that fit nothing."""
    del now
    if not staff.has_perm("payments.settle"):
        return None
    stuck, transfers = refunds.refunds_to_look_at().count(), payments.transfers_waiting().count()
    strange = payments.notices_to_look_at().count() + payments.differences_open().count()
    if not (count := stuck + transfers + strange):
        return None
    said = [
        ngettext("%(n)s 笔退款要人处理", "%(n)s 笔退款要人处理", stuck) % {"n": stuck} if stuck else "",
        ngettext("%(n)s 笔转账等待确认", "%(n)s 笔转账等待确认", transfers) % {"n": transfers} if transfers else "",
        ngettext("%(n)s 处账目对不上", "%(n)s 处账目对不上", strange) % {"n": strange} if strange else "",
    ]
    return Card(
        "bad" if stuck else "warn", "order", count,
        ngettext("%(count)s 笔款项要看一看", "%(count)s 笔款项要看一看", count) % {"count": count},
        " · ".join(part for part in said if part), reverse("mall:payments"), _("去看看"),
    )


def low_stock(staff: Staff, now: datetime) -> Card | None:
    """Goods on offer that are down to their safety stock, for those who can do something about it."""
    del now
    if not staff.has_perm("stock.edit") or not (count := shelves.low_count(scope=suppliers_of(staff))):
        return None
    return Card(
        "warn", "mall", count,
        ngettext("%(count)s 处库存不足", "%(count)s 处库存不足", count) % {"count": count},
        _("可售数量已降到安全库存，顾客很快就买不到了。补货，或让它下架。"),
        f"{reverse('mall:stock')}?view=low", _("去看看"),
    )
