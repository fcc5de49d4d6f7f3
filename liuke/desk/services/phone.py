"""Phone calls as they are written down: whose number it is, which matter the call was about, and calling again."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.customers.queries.marks import identity_mark
from liuke.customers.rules.identities import PHONE, normal_value
from liuke.customers.services import identities
from liuke.desk.models import Message, Ticket
from liuke.desk.rules import (
    CALL_LOGGED_WITHIN,
    CALL_OUTCOMES,
    PHONE_LOG,
    REACHED,
    RECORDING_CHARACTERS,
    STAFF,
    Kind,
    State,
)
from liuke.desk.services import calling, duty, routing, talk, tickets
from liuke.desk.services.talk import Incoming
from liuke.desk.services.tickets import held, notice_danger, open_ticket, settle
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput
from liuke.kit.jobs import later


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: who called whom, how it went, what was said, and where its recording lies.

    `at` is when it was, now if it is None; `again_at` is when somebody is reminded to call again.
    """

    incoming: bool
    outcome: str
    text: str
    recording: str = ""
    at: datetime | None = None
    again_at: datetime | None = None

    @property
    def reached(self) -> bool:
        return self.outcome == REACHED


def holder_of(*, number: str, name: str, now: datetime) -> int:
    """The customer with this number; somebody new joins under the name. Nobody has proved it. Raises BadIdentity."""
    require_transaction()
    advisory_lock(f"phone log:{identity_mark(PHONE, normal_value(PHONE, number)).hex()}")
    return identities.holder_of(kind=PHONE, value=number, name=name, source=PHONE_LOG, now=now)


def called(*, ticket_id: int, staff_id: int, call: Call, key: str, now: datetime) -> Message:
    """Write a call down as a note of its ticket. The same key again is the same call.

    A call of the customer is their turn, and takes up again what was done. When the two spoke it is an answer too: the
    clocks that wait for one stop, and a ticket that nobody has is the writer's. Raises BadInput, TicketGone,
    OtherMessage.
    """
    external_id = f"call:{ticket_id}:{key}"
    text, ticket = _checked(call, external_id, now=now), held(ticket_id)
    if known := talk.said_before(ticket.conversation.channel, external_id, text):
        return known
    if call.incoming:
        when = _when(call, now)
        tickets.entry(ticket, Kind.CUSTOMER_MESSAGE, at=when, staff_id=staff_id)
        notice_danger(ticket, text, at=when, now=now)
    return _written(ticket, call, text, external_id, staff_id=staff_id, now=now)


def called_anew(
    *, customer_id: int, about: str, staff_id: int, call: Call, key: str, now: datetime, kind: str = ""
) -> Message:
    """The same for a call about a matter that has no ticket: it opens one, on a thread of this call alone.

    `about` is what the caller wants, and becomes their first words; they can read it. It may be empty when the two did
    not speak. The same key again is the same call. Raises BadInput, OtherMessage.
    """
    external_id = f"call:{key}"
    text, about = _checked(call, external_id, now=now), about.strip()
    if not about and not call.reached:
        about = _("未接来电，请回电") if call.incoming else _("电话没有打通，请再打")
    about = talk.checked(about, external_id)
    conversation = talk.open_conversation(channel=PHONE_LOG, thread=external_id, customer_id=customer_id, now=now)
    if known := talk.said_before(PHONE_LOG, external_id, text):
        return known
    when = _when(call, now)
    if call.incoming:
        said = Incoming(channel=PHONE_LOG, thread=external_id, external_id=f"caller:{key}", customer_id=customer_id,
                        text=about, at=when)
        ticket = held(talk.receive(said=said, now=now).ticket_id)
        notice_danger(ticket, text, at=when, now=now)
    else:
        ticket = open_ticket(conversation=conversation, text=about, opened_at=when, now=now, from_customer=False,
                             staff_id=staff_id)
    message = _written(ticket, call, text, external_id, staff_id=staff_id, now=now)
    if kind:
        tickets.sort(ticket_id=ticket.pk, kind=kind, staff_id=staff_id, now=now)
    return message


def _checked(call: Call, external_id: str, *, now: datetime) -> str:
    """What was said, as it is kept; when nobody spoke there may be nothing to say."""
    if call.outcome not in CALL_OUTCOMES or len(call.recording.strip()) > RECORDING_CHARACTERS:
        raise BadInput(_("请选择通话结果；录音编号最多 %(most)s 个字。") % {"most": RECORDING_CHARACTERS})
    if call.at is not None and call.at < now - CALL_LOGGED_WITHIN:
        raise BadInput(_("通话时间太早了，请检查年份。"))
    if call.again_at is not None and call.again_at <= now:
        raise BadInput(_("再打的时间要在现在之后。"))
    return talk.checked(call.text.strip() or ("" if call.reached else _("没有通上话")), external_id)


def _when(call: Call, now: datetime) -> datetime:
    return min(call.at or now, now)


def _written(ticket: Ticket, call: Call, text: str, external_id: str, *, staff_id: int, now: datetime) -> Message:
    when = _when(call, now)
    message = talk.written(ticket.conversation, ticket, external_id, STAFF, text, at=when, staff_id=staff_id,
                           public=False)
    if call.again_at is not None:
        later("desk.call_again", run_at=call.again_at, message_id=message.pk)
    tickets.entry(ticket, "called", at=when, staff_id=staff_id, due_at=call.again_at,
                  word=f"{'in' if call.incoming else 'out'}:{call.outcome}:{call.recording.strip()}")
    tickets.entry(ticket, Kind.AGENT_REPLY if call.reached else Kind.INTERNAL_NOTE, at=when, message=message,
                  staff_id=staff_id)
    if call.reached or call.incoming:
        talk.touch(ticket, when)
    if call.reached:
        calling.end_call(ticket_id=ticket.pk, staff_id=staff_id, now=now)
        if ticket.state == State.NEW:
            tickets.enter(ticket, State.OPEN, now=now, staff_id=staff_id)
    settle(ticket, now=now, message_id=message.pk)
    if call.reached and ticket.assignee_id is None:
        routing.take(ticket_id=ticket.pk, staff_id=staff_id, now=now)
    return message


def remind_of_call(*, message_id: int, now: datetime) -> None:
    """Whoever has the ticket should call again, unless it is done or the customer was answered since. Again is once."""
    require_transaction()
    message = Message.objects.select_related("ticket").get(pk=message_id)
    ticket, person = message.ticket, message.ticket.assignee_id or message.staff_id
    since = ticket.log.filter(kind=Kind.AGENT_REPLY, at__gt=message.happened_at, withdrawn_at=None)
    if person is not None and ticket.done_at is None and not since.exists():
        duty.notify(staff_id=person, reason="call_again", ticket_id=ticket.pk, key=f"call_again:{message_id}", now=now)
