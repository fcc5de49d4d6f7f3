"""What is said, on whatever channel: each message once, in its place however late it comes, with what it sets off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from liuke.customers.queries import records
from liuke.desk.models import Attachment, Conversation, Draft, Message, Ticket
from liuke.desk.queries.duty import workers
from liuke.desk.queries.finding import marks_of
from liuke.desk.rules import (
    BOT,
    CUSTOMER,
    KEY_CHARACTERS,
    MOST_ATTACHMENTS,
    REOPENS_WITHIN,
    SAID_SINCE,
    SPOKEN_TO_WITHIN,
    STAFF,
    TEXT_CHARACTERS,
    Kind,
    State,
)
from liuke.desk.services import calling, delivery, duty, tickets
from liuke.desk.services.tickets import held, notice_danger, open_ticket, settle
from liuke.desk.triage import only_thanks
from liuke.kit import crypto, rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.kit.files import StoredFile
from liuke.kit.pictures import Stored

Kept = Stored | StoredFile


class OtherMessage(Refused):
    """This id already belongs to another message."""

    code = "message_id_taken"


class MovedOn(Refused):
    """Something was said in the meantime: read it before you answer."""

    code = "conversation_moved_on"


class ChannelClosed(Refused):
    """The channel does not let us speak: the customer last wrote too long ago, or we have said too much since."""

    code = "channel_closed"


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One message as a channel delivers it: `thread` and `external_id` are the channel's own ids, `at` its clock's."""

    channel: str
    thread: str
    external_id: str
    customer_id: int
    text: str
    at: datetime
    pictures: Sequence[Kept] = ()                      # and files of other kinds
    kind: str = ""                                     # of a new matter, as the customer calls it


def open_conversation(*, channel: str, thread: str, customer_id: int, now: datetime) -> Conversation:
    """The thread, held; made when it is new. A thread stays with the customer it began with, or whom they became."""
    require_transaction()
    if known := rows.select(Conversation, "channel = %s AND external_id = %s FOR NO KEY UPDATE", [channel, thread]):
        return known[0]
    return rows.made(Conversation, rows.fetch(_OPEN, [channel, thread, records.living(customer_id), now]))[0]


_OPEN = f"""
INSERT INTO desk_conversation (channel, external_id, customer_id, opened_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (channel, external_id) DO UPDATE SET opened_at = desk_conversation.opened_at     -- holds a quicker one's
RETURNING {rows.columns(Conversation)}
"""  # noqa: S608  names of our own


def receive(*, said: Incoming, now: datetime) -> Message:
    """Take in what a customer said. Delivered again it is the same message; the same id with other words is refused.

    It joins the matter the thread is about, takes it up again when it was done not long ago (unless it only says
    thanks), or opens a new ticket. What came late counts from when it was said. Raises BadInput, OtherMessage.
    """
    require_transaction()
    text = checked(said.text, said.external_id, said.pictures)
    conversation = open_conversation(channel=said.channel, thread=said.thread, customer_id=said.customer_id, now=now)
    if known := said_before(said.channel, said.external_id, text):
        return known
    at = min(said.at, now)
    ticket = _matter(conversation, text, at=at)
    fresh = ticket is None
    if ticket is None:
        ticket = open_ticket(conversation=conversation, text=text, opened_at=at, now=now, kind=said.kind,
                             kind_by=tickets.BY_CUSTOMER if said.kind else "")
    message = written(conversation, ticket, said.external_id, CUSTOMER, text, at=at, pictures=said.pictures)
    if fresh:
        rows.run("UPDATE desk_logentry SET message_id = %s WHERE ticket_id = %s AND kind = %s",
                 [message.pk, ticket.pk, Kind.CREATED])
    else:
        done = ticket.done_at is not None
        tickets.entry(ticket, Kind.CUSTOMER_MESSAGE, at=at, message=message,
                      reopens=False if done and only_thanks(text) else None)
        notice_danger(ticket, text, at=at, now=now)
    touch(ticket, at)
    settle(ticket, now=now, message_id=message.pk, public=True)
    return message


def _matter(conversation: Conversation, text: str, *, at: datetime) -> Ticket | None:
    """The ticket this is about, held; None when it begins a new one."""
    newest = "id = (SELECT id FROM desk_ticket WHERE conversation_id = %s ORDER BY id DESC LIMIT 1) FOR NO KEY UPDATE"
    found = rows.select(Ticket, newest, [conversation.pk])
    if not found:
        return None
    ticket = found[0]
    while ticket.merged_into_id:
        ticket = held(ticket.merged_into_id, alive=False)
    if ticket.done_at is None or ticket.state == State.SPAM or at <= ticket.done_at or only_thanks(text):
        return ticket
    reopens = ticket.policy_version is None or ticket.policy_version.reopens
    return ticket if reopens and at - ticket.done_at <= REOPENS_WITHIN else None


class TooLate(Refused):
    """A matter that was done long ago, or never was, is not taken up again: write about it anew."""

    code = "case_not_reopened"


def reopen(*, ticket_id: int, text: str, external_id: str, now: datetime) -> Message:
    """The customer says that a matter is not done after all; within rules.REOPENS_WITHIN. Again is the same message.

    Raises TooLate, TicketGone, BadInput, OtherMessage.
    """
    words = checked(text, external_id)
    ticket = held(ticket_id)
    channel = ticket.conversation.channel
    if known := said_before(channel, external_id, words):
        return known
    if ticket.done_at is None or now - ticket.done_at > REOPENS_WITHIN:
        raise TooLate(_("这个问题没有结束，或结束已超过两周，请直接留言。"))
    message = written(ticket.conversation, ticket, external_id, CUSTOMER, words, at=now)
    tickets.entry(ticket, Kind.CUSTOMER_MESSAGE, at=now, message=message, reopens=True)
    notice_danger(ticket, words, at=now, now=now)
    touch(ticket, now)
    settle(ticket, now=now, message_id=message.pk, public=True)
    return message


def reply(
    *, ticket_id: int, staff_id: int, text: str, key: str, now: datetime, seen_id: int | None = None,
    state: str = "", pictures: Sequence[Kept] = (), at: datetime | None = None,
) -> Message:
    """Answer the customer; the clocks that wait for an answer stop. The same key again is the same message.

    `seen_id` is the last message the writer has read: when the customer or a colleague has said something since,
    MovedOn is raised and nothing is sent. `state` is where the ticket goes with it. `at` is for an answer that was
    given earlier (on the phone). Raises TicketGone, NoSuchState, BadInput, OtherMessage, ChannelClosed.
    """
    external_id = f"{STAFF}:{ticket_id}:{key}"
    text = checked(text, external_id, pictures)
    ticket = held(ticket_id)
    if known := said_before(ticket.conversation.channel, external_id, text):
        return known
    if seen_id is not None and _news(ticket, seen_id):
        raise MovedOn(_("在您书写期间有了新的消息，请先看过再发送。"))
    if at is None:
        _may_speak(ticket.conversation, pieces=bool(text) + len(pictures), now=now)
    when = min(at or now, now)
    message = written(ticket.conversation, ticket, external_id, STAFF, text, at=when, staff_id=staff_id,
                      pictures=pictures)
    tickets.entry(ticket, Kind.AGENT_REPLY, at=when, message=message, staff_id=staff_id)
    calling.end_call(ticket_id=ticket.pk, staff_id=staff_id, now=now)
    _forget_draft(ticket, staff_id)
    touch(ticket, when)
    if ticket.state == State.NEW and not state:
        state = State.OPEN
    if state:
        tickets.enter(ticket, state, now=now, staff_id=staff_id)
    settle(ticket, now=now, message_id=message.pk, public=True)
    return message


def _may_speak(conversation: Conversation, *, pieces: int, now: datetime) -> None:
    """Whether the channel would take this; said before anybody believes that the customer was answered."""
    within, most = SPOKEN_TO_WITHIN.get(conversation.channel), SAID_SINCE.get(conversation.channel)
    if within is None or most is None:
        return
    said = conversation.messages.filter(public=True)
    last = said.filter(author=CUSTOMER).order_by("-happened_at").values_list("happened_at", flat=True).first()
    if last is None or now - last > within:
        raise ChannelClosed(_("客户超过 %(hours)s 小时没有说话，企业微信不允许再发。请改用电话或短信。")
                            % {"hours": round(within.total_seconds() / 3600)})
    ours = said.filter(happened_at__gt=last).exclude(author=CUSTOMER).annotate(files=Count("attachments"))
    spent = sum(bool(words) + count for words, count in ours.values_list("text_enc", "files")[: most + 1])
    if spent + pieces > most:
        raise ChannelClosed(_("客户上次说话之后最多发 %(most)s 条，已发 %(spent)s 条。请等客户回复，或改用电话。")
                            % {"most": most, "spent": spent})


def note(*, ticket_id: int, staff_id: int, text: str, key: str, now: datetime) -> Message:
    """Say something among staff; no clock stops. Who is named with @ is told. The same key again is the same note."""
    external_id = f"note:{ticket_id}:{key}"
    text = checked(text, external_id)
    ticket = held(ticket_id, alive=False)
    if known := said_before(ticket.conversation.channel, external_id, text):
        return known
    message = written(ticket.conversation, ticket, external_id, STAFF, text, at=now, staff_id=staff_id, public=False)
    tickets.entry(ticket, Kind.INTERNAL_NOTE, at=now, message=message, staff_id=staff_id)
    for person_id in _mentioned(text) - {staff_id}:
        duty.notify(staff_id=person_id, reason="mention", ticket_id=ticket.pk,
                    key=f"mention:{message.pk}:{person_id}", now=now)
    _forget_draft(ticket, staff_id)
    settle(ticket, now=now, message_id=message.pk)
    return message


def _mentioned(text: str) -> set[int]:
    """Who of those who work on tickets is named with @; a longer name wins over a shorter one that begins it."""
    if "@" not in text:
        return set()
    found = set()
    for person in sorted(workers(), key=lambda each: -len(each.name)):
        if person.is_active and f"@{person.name}" in text:
            found.add(person.pk)
            text = text.replace(f"@{person.name}", "")
    return found


def _forget_draft(ticket: Ticket, staff_id: int) -> None:
    Draft.objects.filter(ticket=ticket, staff_id=staff_id).delete()


def say_by_itself(*, ticket_id: int, text: str, key: str, now: datetime) -> Message:
    """An automatic word to the customer (we are closed, it is being looked at); it answers nothing."""
    external_id = f"{BOT}:{ticket_id}:{key}"
    text = checked(text, external_id)
    ticket = held(ticket_id)
    if known := said_before(ticket.conversation.channel, external_id, text):
        return known
    message = written(ticket.conversation, ticket, external_id, BOT, text, at=now)
    tickets.entry(ticket, Kind.BOT_REPLY, at=now, message=message)
    settle(ticket, now=now, message_id=message.pk, public=True)
    return message


def _news(ticket: Ticket, seen_id: int) -> bool:
    return ticket.messages.filter(pk__gt=seen_id, public=True).exclude(author=BOT).exists()


def checked(text: str, external_id: str, pictures: Sequence[Kept] = ()) -> str:
    """The words as they are kept. Raises BadInput for what cannot be a message."""
    words = text.strip()
    if not words and not pictures:
        raise BadInput(_("请填写内容。"))
    if len(words) > TEXT_CHARACTERS or "\x00" in words:
        raise BadInput(_("内容太长，最多 %(most)s 个字。") % {"most": TEXT_CHARACTERS})
    if len(pictures) > MOST_ATTACHMENTS:
        raise BadInput(_("一条消息最多 %(most)s 个附件。") % {"most": MOST_ATTACHMENTS})
    if not 0 < len(external_id) <= KEY_CHARACTERS:
        raise BadInput(_("消息的编号太长。"))
    return words


def said_before(channel: str, external_id: str, text: str) -> Message | None:
    """The message with this id, if it came before. Raises OtherMessage when it said something else."""
    found = rows.select(Message, "channel = %s AND external_id = %s", [channel, external_id])
    if found and found[0].text_enc and crypto.decrypt(found[0].text_enc) != text:
        raise OtherMessage(_("这个编号已属于另一条消息。"))
    return found[0] if found else None


def written(
    conversation: Conversation, ticket: Ticket, external_id: str, author: str, text: str, *, at: datetime,
    staff_id: int | None = None, public: bool = True, pictures: Sequence[Kept] = (),
) -> Message:
    """The row, and its way out when it is an answer. The caller holds the ticket and knows that the id is new."""
    message = Message(
        conversation=conversation, ticket=ticket, channel=conversation.channel, external_id=external_id,
        author=author, staff_id=staff_id, public=public, text_enc=crypto.encrypt(text), marks=marks_of(text),
        happened_at=at)
    rows.insert([message])
    Attachment.objects.bulk_create([Attachment(message=message, **enclosed(each)) for each in pictures])
    if public and author != CUSTOMER:
        delivery.post(message, now=at)
    return message


def enclosed(each: Kept) -> dict[str, Any]:
    """What a row that names it holds of it, by the columns of Attachment."""
    if isinstance(each, StoredFile):
        return {"file": each.file, "kind": each.kind, "name_enc": crypto.encrypt(each.name), "size": each.size}
    return {"file": each.file, "width": each.width, "height": each.height}


def touch(ticket: Ticket, at: datetime) -> None:
    """For `settle`, which stores it."""
    ticket.last_said_at = max(ticket.last_said_at, at)
