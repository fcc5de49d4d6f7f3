"""What needs hands today: one row per kind of work in CARDS, read from the modules' queries when the page opens.

A new kind is a function here and its name in CARDS. A card with nothing to do is not shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.console import desk_board, mall_board, referral_board
from liuke.console.cards import Card
from liuke.console.day import shops_seen
from liuke.customers.queries import consents, records
from liuke.intake.models import Run
from liuke.intake.rules import MOVING, RunState
from liuke.mall.models import Order
from liuke.mall.queries import orders
from liuke.org.models import Staff
from liuke.timeline import queries as timeline

URGENT = ("bad", "warn")
ENDED = (RunState.DONE, RunState.FAILED)
RECENT = timedelta(days=7)


@dataclass(frozen=True)
class Tile:
    """One number of yesterday beside that of the same weekday before, and the rows behind it.

    `fen` says that it is money.
    """

    what: str
    now: int
    before: int
    href: str
    fen: bool = False


def tiles(staff: Staff, *, now: datetime) -> list[Tile]:
    """Yesterday in the shops this person sees; nothing before the first order."""
    if not staff.has_perm("orders.view") or not Order.objects.exists():
        return []
    shop_ids = shops_seen(staff)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    day, before = ((today - timedelta(days=days + 1), today - timedelta(days=days)) for days in (0, 7))
    one, other = (orders.sales(since=since, until=until, shop_ids=shop_ids) for since, until in (day, before))
    orders_page = reverse("console:day", args=[f"{day[0]:%Y-%m-%d}"])
    found = [Tile(_("昨天的订单"), one.orders, other.orders, orders_page),
             Tile(_("昨天的收入"), one.net_fen, other.net_fen, orders_page, fen=True)]
    if shop_ids is None and staff.has_perm("customers.view"):
        found.append(Tile(_("昨天的新客户"), records.joined_between(*day), records.joined_between(*before),
                          reverse("console:customers")))
    return found


Source = Callable[[Staff, datetime], Card | None]


def cards(staff: Staff, *, now: datetime) -> list[Card]:
    """The cards for this person, the broken things first."""
    found = [card for source in CARDS if (card := source(staff, now)) is not None]
    return sorted(found, key=lambda card: ("bad", "warn", "info").index(card.kind))


def dead_reactions(staff: Staff, now: datetime) -> Card | None:
    """Automatic actions that were given up."""
    del now
    if not staff.has_perm("reactions.view") or not (count := timeline.open_reactions(dead=True).count()):
        return None
    return Card(
        "bad", "bolt", count,
        ngettext("%(count)s 个自动处理没有成功", "%(count)s 个自动处理没有成功", count) % {"count": count},
        _("系统试了多次仍然失败，已停止重试。看看原因，修好之后让它们再试一次。"),
        reverse("console:reactions"), _("查看"),
    )


def first_import(staff: Staff, now: datetime) -> Card | None:
    """Nothing can be said about customers before their orders are here."""
    del now
    if not staff.has_perm("imports.run") or Order.objects.exists():
        return None
    return Card(
        "info", "upload", 1, _("从导入订单历史开始"),
        _("上传收银系统或电商后台导出的表格，就能看到谁留下来、谁走了，以及每位客户的经历。"),
        reverse("console:imports"), _("去导入"),
    )


def running_imports(staff: Staff, now: datetime) -> Card | None:
    """Files that are being brought in."""
    del now
    if not staff.has_perm("imports.run"):
        return None
    run = Run.objects.filter(state__in=MOVING).order_by("-pk").first()
    if run is None:
        return None
    return Card(
        "info", "upload", 1, _("正在导入 %(name)s") % {"name": run.file_name},
        _("已完成 %(percent)s%%") % {"percent": run.percent}, reverse("console:imports_run", args=[run.pk]), _("查看"),
    )


def imports_to_mend(staff: Staff, now: datetime) -> Card | None:
    """The newest file of the last week that failed or left rows behind."""
    if not staff.has_perm("imports.run"):
        return None
    recent = Run.objects.filter(state__in=ENDED, created_at__gt=now - RECENT).order_by("-pk")
    run = recent.filter(Q(state=RunState.FAILED) | Q(rejected__gt=0)).first()
    if run is None:
        return None
    where = reverse("console:imports_run", args=[run.pk])
    if run.state == RunState.FAILED:
        return Card("warn", "file", 1, _("文件 %(name)s 没能读取") % {"name": run.file_name},
                    _("一行也没有导入；那一页写着原因。"), where, _("查看"))
    said = ngettext("%(count)s 行没有导入：%(name)s", "%(count)s 行没有导入：%(name)s", run.rejected)
    return Card("warn", "file", 1, said % {"name": run.file_name, "count": run.rejected},
                _("每一行都写明了原因，改好后可以单独再导入。"), where, _("去改"))


def twins(staff: Staff, now: datetime) -> Card | None:
    """Records that may be one person."""
    del now
    if not staff.has_perm("customers.merge") or not (count := records.open_twins().count()):
        return None
    pair = records.open_twins().first()
    assert pair is not None, "there were some"
    return Card(
        "info", "merge", count,
        ngettext("%(count)s 对档案可能是同一个人", "%(count)s 对档案可能是同一个人", count) % {"count": count},
        _("合并之后，订单和经历才能连起来看。30 天内可以撤销。"),
        f"{reverse('console:merge', args=[pair.low_id])}?other={pair.high_id}", _("对比"),
    )


def first_consent_text(staff: Staff, now: datetime) -> Card | None:
    """Nobody can agree to anything before there are words for it."""
    del now
    if not staff.has_perm("consent_texts.publish") or consents.texts_in_force() or not Order.objects.exists():
        return None
    return Card(
        "info", "file", 1, _("发布客户要同意的话"),
        _("没有文本就记不下同意，营销和回访也发不出去。写好一段，客户和店员就能用了。"),
        reverse("console:consent_texts"), _("去发布"),
    )


CARDS: tuple[Source, ...] = (
    desk_board.calls, desk_board.waiting, desk_board.errands, desk_board.gaps, desk_board.compensations,
    dead_reactions, imports_to_mend, running_imports, first_import, first_consent_text, twins,
    referral_board.frozen_lines, referral_board.held_commissions, mall_board.to_ship, mall_board.requests,
    mall_board.money, mall_board.low_stock, desk_board.holidays_end, desk_board.courses,
)
