"""The rows of the desk's large tables, each table one step of the template: `{% load desk_rows %}`.

A row has a few dozen places; the template engine needs ten times as long for each as `format_html` does, which was more
than half of what the inbox cost. What a place says comes from the same tags as everywhere else; it stands here because
those of every page do.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liuke.console.templatetags.liuke import ago_at, pill
from liuke.desk.models import Ticket
from liuke.desk.queries.board import Breach, Person
from liuke.desk.queries.inbox import Row
from liuke.desk.templatetags.desk import (
    heat_cells,
    ticket_channel,
    ticket_clock,
    ticket_kind,
    ticket_priority,
    ticket_state,
)
from liuke.desk.triage import VIP

register = template.Library()
NOTHING, DANGER = SafeString(""), SafeString(' class="danger"')
NUMBER = "S000"                          # stands for the number of a ticket, which has more places


@register.simple_tag
def inbox_rows(rows: Sequence[Row], may_work: bool) -> SafeString:
    """The lines of a list of tickets; with a box to pick each when the person may work on them."""
    said = Said()
    return format_html_join("\n", (
        '<tr data-row{}>{}<td class="first"><a href="{}">{}</a>{}<small class="narrow-only">{}</small>'
        '<small class="wide">{} · {}</small></td><td class="wide"><div class="cut subject">{}{}</div>{}{}</td>'
        '<td class="mid">{}</td><td>{}</td><td class="time">{}</td><td class="mid">{}</td></tr>'),
        (_line(row, may_work, said) for row in rows))


class Said:
    """What many rows say alike, each made once for the table."""

    def __init__(self) -> None:
        self.pick, self.unnamed, self.wordless = _("选中工单"), _("未留姓名"), _("（没有文字）")
        self.returned = format_html('<span class="muted">{}</span>', _("客户提交了售后申请"))
        self.overdue, self.vip = pill(_("超时"), "bad"), format_html(" {}", pill("VIP", "brand"))
        self.channel, self.kind, self.clock = cache(ticket_channel), cache(ticket_kind), cache(ticket_clock)
        self.now = timezone.localtime()
        self.page = reverse("desk:ticket", args=[NUMBER])
        self.pills: dict[object, SafeString] = {}

    def href(self, t: Ticket) -> str:
        return self.page.replace(NUMBER, t.number)

    def priority(self, t: Ticket) -> SafeString:
        key = t.priority, t.priority_why
        if key not in self.pills:
            self.pills[key] = format_html("{} ", ticket_priority(t))
        return self.pills[key]

    def state(self, t: Ticket) -> SafeString:
        key = t.state, t.state_name_id
        if key not in self.pills:
            self.pills[key] = ticket_state(t)
        return self.pills[key]

    def ago(self, moment: datetime) -> str:
        return ago_at(moment, self.now)


def _line(row: Row, may_work: bool, said: Said) -> tuple[object, ...]:
    t = row.ticket
    return (
        DANGER if t.risk and not t.done_at else NOTHING, _pick(t, said.pick) if may_work else NOTHING, said.href(t),
        row.name or said.unnamed, said.vip if t.tier == VIP else NOTHING, row.said or row.title or t.number,
        said.channel(t.conversation.channel), said.ago(t.last_said_at),
        said.priority(t) if t.priority < 3 or t.risk else NOTHING, _subject(row, said),
        format_html('<div class="cut faint">{}</div>', row.said) if row.said else NOTHING,
        _tags(row.tags) if row.tags else NOTHING, said.kind(t.kind), said.state(t), _time(t, said), _name(t.assignee))


def _pick(t: Ticket, word: str) -> SafeString:
    return format_html(
        '<td class="pick"><label><span class="sr">{} {}</span>'
        '<input type="checkbox" name="pick" value="{}" form="bulk"></label></td>', word, t.number, t.number)


def _subject(row: Row, said: Said) -> str:
    return row.title or (said.returned if row.ticket.about_return_id else said.wordless)


def _tags(names: Sequence[str]) -> SafeString:
    return format_html('<div class="tags one-line">{}</div>', format_html_join(
        "", '<span class="tag">{}</span>', ((name,) for name in names)))


def _time(t: Ticket, said: Said) -> str:
    if t.done_at:
        return said.ago(t.done_at)
    if t.overdue_since_at:
        return format_html('{} <span class="wide">{}</span>', said.overdue, said.ago(t.overdue_since_at))
    return format_html('<span title="{}">{}</span>', said.clock(t.due_clock), said.ago(t.due_at)) if t.due_at else "—"


def _name(person: Model | None) -> str:
    return str(getattr(person, "name", "")) or "—"


@register.simple_tag
def due_rows(rows: Sequence[Breach], now: datetime) -> SafeString:
    """What is due next, on the manager's board."""
    said = Said()
    return format_html_join("", (
        '<tr data-row{}><td class="time">{}{}</td><td class="first"><a href="{}">{}</a></td><td class="wide">'
        '<div class="cut subject">{}</div></td><td class="mid">{}</td><td>{}</td></tr>'), ((
            DANGER if row.ticket.risk else NOTHING, said.ago(row.due_at),
            format_html(" {}", said.overdue) if row.due_at <= now else NOTHING, said.href(row.ticket),
            row.name or said.unnamed, row.title or row.ticket.number, said.clock(row.ticket.due_clock),
            _name(row.ticket.assignee)) for row in rows))


@register.simple_tag
def people_rows(people: Sequence[Person], most: int) -> SafeString:
    """Who has how much and answered when, on the manager's board."""
    away, there = pill(_("离开"), ""), pill(_("当班"), "good")
    return format_html_join("\n", (
        '<tr><th scope="row">{} {}</th><td class="size">{}</td><td class="size">{}</td>{}</tr>'), ((
            person.hand.name, away if person.hand.away else there if person.hand.on_duty else NOTHING,
            _load(person), f"{person.today:,}", heat_cells(person.answers, most)) for person in people))


def _load(person: Person) -> str:
    said = f"{person.hand.load}/{person.hand.capacity}"
    return format_html('<b class="bad-text">{}</b>', said) if person.full else said
