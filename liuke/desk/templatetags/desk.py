"""What pages say of tickets: `{% load desk %}`."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from liuke.desk import words
from liuke.desk.models import Delivery, LogEntry, Ticket

register = template.Library()


@register.simple_tag
def ticket_state(ticket: Ticket) -> SafeString:
    """The brand's own name of the state, else ours, in the colour of its category."""
    word, kind = words.STATES.get(ticket.state, (ticket.state, ""))
    return format_html('<span class="pill {}">{}</span>', kind, ticket.state_name.name if ticket.state_name else word)


@register.simple_tag
def ticket_priority(ticket: Ticket) -> SafeString:
    """Only what is urgent is said; why stands on hover."""
    word, kind = words.PRIORITIES[ticket.priority]
    return format_html('<span class="pill {}" title="{}">{}</span>', kind, priority_why(ticket), word)


@register.simple_tag
def delivery_state(row: Delivery) -> SafeString:
    """Whether the answer has left the house, and why not; the outside's own word stands on hover."""
    word, kind = words.DELIVERY.get(row.state, (row.state, ""))
    said = format_html('<span class="pill {}" title="{}">{}</span>', kind, row.error or row.ref, word)
    if (why := words.UNDELIVERED.get(row.error)) is None:
        return said
    return format_html('{} <span class="{}">{}</span>', said, "bad-text" if kind == "bad" else "faint", why)


@register.simple_tag
def heat_cells(counts: Sequence[int], most: int) -> SafeString:
    """The cells of a row, the fuller the darker; a row of a large table is one step of the template."""
    return SafeString("".join(_cell(count, most) for count in counts))


@lru_cache(maxsize=1_000)
def _cell(count: int, most: int) -> str:
    return f'<td class="h{round(count * 9 / most)}">{count or ""}</td>'


@register.filter
def priority_why(ticket: Ticket) -> str:
    """safety:过敏 -> 安全：过敏."""
    said, _sign, word = ticket.priority_why.partition(":")
    if said in words.RISKS:
        return f"{words.word(words.RISKS, said)}：{word}"
    return _("由员工设定") if ticket.priority_why == "staff" else _("按类型和客户级别")


@register.filter
def ticket_kind(code: str) -> str:
    """Nothing is "unsure", and said so."""
    return words.word(words.KINDS, code) or _("类型待定")


@register.filter
def ticket_channel(code: str) -> str:
    return words.word(words.CHANNELS, code)


@register.filter
def ticket_clock(code: str) -> str:
    return words.word(words.CLOCKS, code)


@register.filter
def rating_reason(code: str) -> str:
    return words.word(words.RATING_REASONS, code)


@register.filter
def log_word(line: LogEntry) -> str:
    """A line of the trail: what was done, and to what."""
    said = words.word(words.LOG, line.kind)
    return f"{said} {_tail(line)}".strip()


def _tail(line: LogEntry) -> str:
    if line.kind == "state":
        return str(words.STATES.get(line.state, (line.state, ""))[0])
    if line.kind == "sorted":
        return words.word(words.KINDS, line.word)
    if line.kind == "called":
        way, outcome, recording = (*line.word.split(":", 2), "", "")[:3]
        side = _("客户打来") if way == "in" else _("我们打出")
        again = _("%(at)s 再打") % {"at": f"{localtime(line.due_at):%m-%d %H:%M}"} if line.due_at else ""
        return " · ".join(each for each in (side, words.word(words.CALLS, outcome), recording, again) if each)
    if line.kind == "priority":
        return str(words.PRIORITIES.get(int(line.word or 3), (line.word, ""))[0])
    return words.word(words.CLOCKS, line.clock) if line.clock else _plain(line)


def _plain(line: LogEntry) -> str:
    """Words of ours that stand for themselves; ids do not."""
    shown = ("merged", "joined", "parted", "split", "tagged", "untagged", "rated", "danger")
    if line.kind == "task_asked":
        return line.word.partition(":")[2].replace("rating", "")
    return line.word if line.kind in shown else ""
