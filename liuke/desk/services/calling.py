"""Call-outs: a ticket that somebody must take now. The steps are frozen when it begins and end when it is taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from liuke.channels.errors import ChannelError
from liuke.channels.messaging import CALL_OUT, Template
from liuke.channels.registry import messengers
from liuke.desk.models import CallOut, CallStep, Notice, Ticket
from liuke.desk.queries import duty as queries
from liuke.desk.rules import ASSIGNEE, DUE_BATCH, NEXT, ON_DUTY, PHONE, SMS
from liuke.desk.services import duty
from liuke.kit.db import require_transaction
from liuke.kit.jobs import later

DANGER, OVERDUE = "danger", "overdue"
TOLD, NOBODY, ENDED = "told", "nobody", "ended"
TRIED = "tried"                                        # begun; whether it went out is not known yet


def call_out(*, ticket: Ticket, reason: str, now: datetime) -> CallOut:
    """Call somebody to the ticket, step by step, until it is taken. While one runs, again is the same one."""
    require_transaction()
    row, made = CallOut.objects.get_or_create(ticket=ticket, ended_at=None,
                                              defaults={"reason": reason, "started_at": now})
    if made:
        CallStep.objects.bulk_create([
            CallStep(call_out=row, position=number, way=way, target=target, due_at=now + timedelta(minutes=after))
            for number, (after, way, target) in enumerate(duty.call_rules())])
        _make(list(row.steps.filter(due_at__lte=now).select_related("call_out__ticket").order_by("position")), now=now)
    return row


def end_call(*, ticket_id: int, staff_id: int, now: datetime) -> int:
    """Somebody has taken it: nobody else is called. Returns how many call-outs that ended, so again is 0."""
    require_transaction()
    ended = CallOut.objects.filter(ticket_id=ticket_id, ended_at=None).update(ended_at=now, ended_by_id=staff_id)
    if ended:
        CallStep.objects.filter(call_out__ticket_id=ticket_id, done_at=None).update(done_at=now, outcome=ENDED)
    return ended


def call_due(*, now: datetime, limit: int = DUE_BATCH) -> int:
    """Make the steps whose time has come, in their order; returns how many. Several workers are welcome."""
    require_transaction()
    due = CallStep.objects.filter(done_at=None, due_at__lte=now, call_out__ended_at=None)
    steps = due.select_for_update(of=("self", "call_out"), skip_locked=True).select_related("call_out__ticket")
    rows = list(steps.order_by("due_at", "pk")[:limit])
    _make(rows, now=now)
    return len(rows)


def _make(steps: Sequence[CallStep], *, now: datetime) -> None:
    for step in steps:
        told = _tell(step, now=now)
        step.done_at, step.outcome = now, TOLD if told else NOBODY
        step.save(update_fields=["done_at", "outcome"])


def _tell(step: CallStep, *, now: datetime) -> int:
    """Tell whom the step names, as they are now, in each way once in a call; returns how many people."""
    call, people = step.call_out, _people(step, now=now)
    to_phone = next(iter(queries.on_duty(now=now)), None) if step.way == PHONE else None
    for staff_id in people:
        row = duty.notify(
            staff_id=staff_id, reason=call.reason, way=step.way, ticket_id=call.ticket_id, call_step_id=step.pk,
            about_id=to_phone, key=f"call:{call.pk}:{step.way}:{staff_id}", now=now)
        if step.way == SMS:
            later("desk.send_call", notice_id=row.pk)
    return len(people)


def _people(step: CallStep, *, now: datetime) -> tuple[int, ...]:
    ticket = step.call_out.ticket
    if step.target == ASSIGNEE:
        return (ticket.assignee_id,) if ticket.assignee_id else ()
    if step.target == ON_DUTY:
        return queries.on_duty(now=now)
    if step.target == NEXT:
        called = set(Notice.objects.filter(call_step__call_out=step.call_out).values_list("staff_id", flat=True))
        return queries.next_on_duty(now=now, without=sorted(called))
    return tuple(queries.managers())


def send_call(*, notice_id: int, now: datetime) -> None:
    """Send the text message of a call. Opens its own transactions; again looks first for what the last try has sent.

    It names the ticket and nothing that the customer said. One who took the ticket meanwhile is not disturbed.
    """
    notice = Notice.objects.select_related("staff", "ticket", "call_step__call_out").get(pk=notice_id)
    call = notice.call_step.call_out if notice.call_step else None
    if notice.receipt or (call and call.ended_at):
        return
    phone, messenger = notice.staff.phone, messengers().get("sms")
    if not phone or messenger is None:
        _note(notice, error="unreachable")
        return
    number = notice.ticket.number if notice.ticket else ""
    text = _("紧急工单 %(number)s 需要您马上处理，请打开工作台。") % {"number": number}
    again = bool(notice.error)
    _note(notice, error=TRIED)
    try:
        receipt = messenger.send(to=phone, text=text, key=notice.key, again=again,
                                 template=Template(CALL_OUT, {"number": number})).ref
    except ChannelError as error:
        _note(notice, error=error.code[:40] or "channel_error")
        if not error.permanent:
            raise
        return
    _note(notice, receipt=receipt[:120])


def _note(notice: Notice, *, receipt: str = "", error: str = "") -> None:
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(receipt=receipt, error=error)

