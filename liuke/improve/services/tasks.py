"""An improvement from its opening to its end."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from liuke.desk.services import duty
from liuke.desk.words import KINDS
from liuke.improve.models import Improvement
from liuke.improve.queries import causes
from liuke.improve.rules import (
    DONE,
    EARLY,
    MOST_LATE,
    OPEN,
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    WORKING,
    Cause,
    monday,
    next_state,
)
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput
from liuke.org.models import Staff


def open_improvement(
    *, cause: Cause, title: str, text: str, owner_id: int, due_on: date, staff_id: int, key: str, today: date,
    now: datetime
) -> Improvement:
    """Ask somebody to mend a cause until a day; they are told. What was said of it so far is counted now.

    The rate before is that of all weeks and batches, not of the bad weeks alone: what was chosen because it is high
    falls back by itself. The same key again is the same improvement. Raises BadInput, also for a key that asked for
    another one.
    """
    require_transaction()
    title, text = " ".join(title.split()), text.strip()
    advisory_lock(f"improvement {key}")
    if known := Improvement.objects.filter(key=key).first():
        return _same(known, cause, (title, text, owner_id, due_on))
    if not 0 < len(title) <= TITLE_CHARACTERS or len(text) > TEXT_CHARACTERS:
        raise BadInput(_("请填写标题（最多 %(title)s 字）；说明最多 %(text)s 字。")
                       % {"title": TITLE_CHARACTERS, "text": TEXT_CHARACTERS})
    if due_on < today:
        raise BadInput(_("期限不能早于今天。"))
    if cause.kind not in KINDS:
        raise BadInput(_("没有这个工单类型。"))
    if not Staff.objects.filter(pk=owner_id, is_active=True).exists():
        raise BadInput(_("请选择负责人。"))
    said, units = causes.whole(causes.weekly(Cause(cause.product_id, cause.kind), until=monday(today)))
    row = Improvement.objects.create(
        product_id=cause.product_id, kind=cause.kind, batch=cause.batch, title=title, text=text, owner_id=owner_id,
        due_on=due_on, opened_by_id=staff_id, opened_at=now, key=key, before_tickets=said, before_exposure=units)
    duty.notify(staff_id=owner_id, reason="improve", key=f"improve:{row.pk}", now=now)
    return row


def _same(row: Improvement, cause: Cause, asked: tuple[str, str, int, date]) -> Improvement:
    if (Cause(row.product_id, row.kind, row.batch), (row.title, row.text, row.owner_id, row.due_on)) != (cause, asked):
        raise BadInput(_("这张表单已经建过改进任务，请重新打开页面再填。"))
    return row


def move(*, improvement_id: int, name: str, result: str, today: date) -> Improvement:
    """Begin, finish (what was done is said), drop (why is said), or take up again. Raises NotAllowed, BadInput."""
    require_transaction()
    row = Improvement.objects.select_for_update().get(pk=improvement_id)
    row.state = next_state(name, row.state)
    said = result.strip()
    if name in ("finish", "drop"):
        if not 0 < len(said) <= TEXT_CHARACTERS:
            raise BadInput(_("请写明做了什么，或为什么不做（最多 %(most)s 字）。") % {"most": TEXT_CHARACTERS})
        row.result = said
    row.done_on = today if row.state == DONE else None
    row.after_tickets, row.after_exposure, row.after_weeks, row.verdict = 0, 0, 0, EARLY
    row.ratio = row.low = row.high = None
    row.save()
    return row


def remind(*, today: date, now: datetime) -> int:
    """Tell the owners of what is past its due, once for each due. Returns how many are late."""
    require_transaction()
    rows = list(Improvement.objects.filter(state__in=[OPEN, WORKING], due_on__lt=today).order_by("due_on", "pk")
                [:MOST_LATE])
    for row in rows:
        duty.notify(staff_id=row.owner_id, reason="improve_late", key=f"improve:{row.pk}:late:{row.due_on}", now=now)
    return len(rows)
