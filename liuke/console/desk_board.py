"""What of the desk needs hands today, for `board.CARDS`; each card reads the queries of the page it leads to."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.console.cards import Card
from liuke.desk import words
from liuke.desk.queries import board, duty, inbox, promises
from liuke.loyalty.queries import suggestions
from liuke.org import queries as org
from liuke.org.models import Staff
from liuke.training import queries as training


def calls(staff: Staff, now: datetime) -> Card | None:
    """Urgent matters for which somebody is being called."""
    del now
    if not staff.has_perm("desk.work") or not (found := board.open_calls()):
        return None
    first = found[0]
    count = len(found)
    return Card(
        "bad", "bell", count,
        ngettext("正在为 %(count)s 张工单呼叫同事", "正在为 %(count)s 张工单呼叫同事", count) % {"count": count},
        words.word(words.REASONS, first.reason), reverse("desk:ticket", args=[first.ticket.number]), _("去处理"),
    )


def waiting(staff: Staff, now: datetime) -> Card | None:
    """Customers who wait for an answer; late ones make it urgent."""
    del now
    if not staff.has_perm("desk.work"):
        return None
    counts = inbox.counts(staff.pk)
    if not (count := counts[inbox.WAITING]):
        return None
    late, free = counts[inbox.OVERDUE], counts[inbox.FREE]
    said = [
        ngettext("%(n)s 张已超时", "%(n)s 张已超时", late) % {"n": late} if late else "",
        ngettext("%(n)s 张还没有人接手", "%(n)s 张还没有人接手", free) % {"n": free} if free else "",
    ]
    return Card(
        "bad" if late else "warn", "service", count,
        ngettext("%(count)s 位客户在等回复", "%(count)s 位客户在等回复", count) % {"count": count},
        " · ".join(part for part in said if part) or _("最急的排在最上面。"),
        f"{reverse('desk:tickets')}?list={inbox.OVERDUE if late else inbox.WAITING}", _("去回复"),
    )


def errands(staff: Staff, now: datetime) -> Card | None:
    """What the person's departments were asked for."""
    del now
    if not staff.has_perm("desk.view") or not (count := inbox.open_errands(staff.pk)):
        return None
    return Card(
        "warn", "people", count,
        ngettext("%(count)s 件协办等您的部门", "%(count)s 件协办等您的部门", count) % {"count": count},
        _("客服在等结果，每件都有自己的期限。"), reverse("desk:errands"), _("去处理"),
    )


def gaps(staff: Staff, now: datetime) -> Card | None:
    """When nobody is on duty although answers are promised."""
    if not org.everywhere(staff, "desk.arrange") or not (count := duty.known_gaps(now=now).count()):
        return None
    return Card(
        "warn", "clock", count,
        ngettext("值班表有 %(count)s 段空档", "值班表有 %(count)s 段空档", count) % {"count": count},
        _("那时有客户来问，没有人会收到提醒。"), reverse("desk:roster"), _("去排班"),
    )


def compensations(staff: Staff, now: datetime) -> Card | None:
    """What others want to give or to make up for, and may not by themselves."""
    del now
    if not suggestions.may_decide(staff) or not (count := suggestions.asked_of(staff.pk)):
        return None
    return Card(
        "warn", "star", count,
        ngettext("%(count)s 笔赠送或补偿等您批准", "%(count)s 笔赠送或补偿等您批准", count) % {"count": count},
        _("批准后客户立刻能看到。"), reverse("loyalty:grants"), _("去看看"),
    )


def courses(staff: Staff, now: datetime) -> Card | None:
    """What the person must learn; for who teaches, also how many colleagues have not finished, or that alone."""
    today = timezone.localdate(now)
    own = [row.course for row in training.to_do(staff, today)]
    told = training.unfinished(today) if staff.has_perm("training.edit") else []
    others = [(person.pk, row.course) for row in told for person in row.people if person.pk != staff.pk]
    if not own and not others:
        return None
    first, lacking, there = own[0] if own else others[0][1], len({pk for pk, _course in others}), _("去培训")
    said = _("%(title)s · %(on)s 前") % {"title": first.title, "on": f"{first.due_on:%m-%d}"}
    rest = ngettext("还有 %(n)s 位同事没有学完", "还有 %(n)s 位同事没有学完", lacking) % {"n": lacking}
    if not own:
        return Card("warn", "card", lacking, rest, said, reverse("training:overview"), there)
    return Card(
        "warn" if others or first.due_on < today else "info", "card", len(own),
        ngettext("%(count)s 门课要学", "%(count)s 门课要学", len(own)) % {"count": len(own)},
        f"{said} · {rest}" if others else said, reverse("training:overview"), there)


def holidays_end(staff: Staff, now: datetime) -> Card | None:
    """The known holidays of a calendar end within 60 days: what is due after them is a guess."""
    if not org.everywhere(staff, "desk.arrange"):
        return None
    short = [row for row in promises.short_of_holidays(timezone.localdate(now)) if row.known_until]
    if not short:
        return None
    first = min(short, key=lambda row: row.known_until or timezone.localdate(now))
    return Card("warn", "clock", len(short), _("日历的节假日快到头了"),
                _("“%(name)s”只知道到 %(until)s。之后的期限是暂定的，请升级或手工补上下一年的放假安排。") % {
                    "name": first.name, "until": f"{first.known_until:%Y-%m-%d}"},
                reverse("desk:calendar", args=[first.pk]), _("去补"))
