"""A mail comes in: known again, parked with a reason, or said in the conversation that it belongs to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.customers.rules.identities import EMAIL, BadIdentity, normal_value
from liuke.customers.services import identities
from liuke.desk import rules as desk
from liuke.desk.models import Conversation, Ticket
from liuke.desk.services import delivery, talk
from liuke.desk.services.talk import Incoming, Kept
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.mailbox import rules
from liuke.mailbox.models import Mail, Mailbox
from liuke.mailbox.queries import mails, tokens
from liuke.mailbox.rules import marks, quotes
from liuke.mailbox.rules.letters import Letter
from liuke.mailbox.services import batch as batches
from liuke.mailbox.services.batch import HOUR, Batch, mark_of

CUT = "…"


@dataclass(frozen=True)
class Arrived:
    """A mail as it was read, and what the server said of it. `automatic` overrules what the marks say."""

    letter: Letter
    uid: int
    size: int
    at: datetime
    files: Sequence[Kept] = ()
    left_out: Sequence[str] = ()
    automatic: str | None = None


def known(*, box: Mailbox, letter: Letter) -> bool:
    """Whether this very mail was taken in before."""
    return Mail.objects.filter(mailbox=box, message_id=_id(letter), digest=_digest(letter)).exists()


def take_in(*, box: Mailbox, arrived: Sequence[Arrived], now: datetime) -> list[Mail]:
    """Keep the mails, and say each at the desk unless there is a reason not to. The same mail again only counts.

    The caller holds the mailbox.
    """
    require_transaction()
    letters = [each.letter for each in arrived]
    batch = batches.begin(box=box, letters=letters, ids=[_id(letter) for letter in letters],
                          at=[each.at for each in arrived])
    taken = [_taken(batch, each, now) for each in arrived]
    batch.write()
    return taken


def _taken(batch: Batch, arrived: Arrived, now: datetime) -> Mail:
    letter = arrived.letter
    same_id = batch.same_id(_id(letter))
    if again := next((row for row in same_id if bytes(row.digest) == _digest(letter)), None):
        again.copies += 1
        if again.pk:
            again.save(update_fields=["copies"])
        return again
    row = Mail(
        mailbox=batch.box, uid=arrived.uid, message_id=_id(letter), digest=_digest(letter), size=arrived.size,
        sender_blind=mark_of(letter.sender), sender_enc=crypto.encrypt(letter.sender),
        subject_enc=crypto.encrypt(letter.subject), text_enc=crypto.encrypt(letter.text),
        left_out_enc=crypto.encrypt("\n".join(arrived.left_out)), arrived_at=arrived.at)
    auto = marks.automatic(letter) if arrived.automatic is None else arrived.automatic
    row.parked = rules.SAME_ID if same_id and not auto else _reason(batch, letter, row, arrived.files, auto)
    if row.parked == rules.BOUNCE and _given_back(letter, now):
        row.settled_at = now
    if not row.parked:
        say(row=row, letter=letter, files=arrived.files, batch=batch, now=now)
    batch.add(row, arrived.files)
    return row


def _reason(batch: Batch, letter: Letter, row: Mail, files: Sequence[Kept], auto: str) -> str:
    """Why a mail is parked; the first that holds, "" for one that goes to the desk."""
    if not letter.sender:
        return auto or rules.NO_SENDER
    try:
        normal_value(EMAIL, letter.sender)
    except BadIdentity:
        return auto or rules.BAD_SENDER
    heard = batch.heard(mark_of(letter.sender), row.arrived_at)
    ours = any(found is not None for found, _number in tokens.named([letter.message_id]))
    reasons = (
        (rules.LOOP, ours or letter.sender == batch.box.address),
        (auto, bool(auto)),
        (rules.FLOOD, heard >= rules.MAILS_AN_HOUR),
        (rules.EMPTY, not letter.text and not letter.subject and not files and not row.left_out_enc),
    )
    return next((reason for reason, holds in reasons if holds), "")


def say(
    *, row: Mail, letter: Letter, files: Sequence[Kept], batch: Batch, now: datetime, into: Conversation | None = None
) -> None:
    """Into the conversation it answers, or a new one of its sender, who becomes a customer when they are none yet.

    `into` is a conversation that a person has chosen. The caller stores the row, and writes the batch.
    """
    conversation, hint, named = (into, "", None) if into else _home(letter, batch)
    customer_id = conversation.customer_id if conversation else _sender(batch, letter, now)
    row.hint = hint
    row.hinted = _newest_ticket(named) if row.hint and named else None
    thread = conversation.external_id if conversation else f"mail:{row.mailbox_id}:{row.message_id}"[-180:]
    channel = conversation.channel if conversation else desk.EMAIL
    words = quotes.fresh(letter.text) if conversation else "\n".join(
        each for each in (letter.subject, letter.text) if each)
    message = talk.receive(now=now, said=Incoming(
        channel=channel, thread=thread, external_id=f"mail:{row.mailbox_id}:{bytes(row.digest).hex()}",
        customer_id=customer_id, text=_fitting(words or letter.subject or _("（没有文字）")), at=row.arrived_at,
        pictures=files))
    row.said, row.parked = message, ""
    batch.speaks(message.conversation_id, letter.sender, row.arrived_at)
    if message.ticket.opened_at == message.happened_at and marks.may_acknowledge(letter):
        batch.acknowledged.append(row)


def _sender(batch: Batch, letter: Letter, now: datetime) -> int:
    """Whose address this is; somebody new joins. Nobody has proved that it is theirs. Raises BadIdentity."""
    blind, name = mark_of(letter.sender), letter.name if "@" not in letter.name else ""
    if blind not in batch.owners:
        batch.owners[blind] = identities.holder_of(
            kind=EMAIL, value=letter.sender, name=name, source=desk.EMAIL, now=now)
        batch.addresses.add((batch.owners[blind], blind))
    return batch.owners[blind]


def _home(letter: Letter, batch: Batch) -> tuple[Conversation | None, str, Conversation | None]:
    """The conversation the mail belongs to: our token first, then what it answers, and only if its sender takes part.

    Else None, with a hint for staff: it names a conversation of somebody else, or a token that we did not sign.
    """
    hint, named, blind = "", None, mark_of(letter.sender)
    for conversation_id, _number in tokens.named([*letter.recipients, *letter.references]):
        if conversation_id is None:
            hint = hint or rules.FORGED
            continue
        found = batch.conversations.get(conversation_id)
        if found and batch.takes_part(found, blind):
            return found, "", None
        if found:
            hint, named = rules.NOT_A_PARTICIPANT, found
    answered = (row.said.conversation for name in letter.references for row in batch.mails.get(name, ()) if row.said)
    for conversation in answered:
        if batch.takes_part(conversation, blind):
            return conversation, "", None
        hint, named = rules.NOT_A_PARTICIPANT, conversation
    return None, hint, named


def _newest_ticket(conversation: Conversation) -> Ticket | None:
    return conversation.tickets.order_by("-pk").first()


def let_speak(*, conversation_id: int, address: str, at: datetime) -> None:
    """The address takes part from now on, and is where the next answer goes. Again is once."""
    require_transaction()
    batches.write_speakers([batches.speaker(conversation_id, address, at)])


def acknowledge(*, mail_id: int, now: datetime) -> None:
    """Say that a new matter has arrived, and not more often to one sender than rules.ACKS_AN_HOUR. Again is once."""
    require_transaction()
    row = Mail.objects.select_for_update(of=("self",)).select_related("said__ticket").get(pk=mail_id)
    if row.said is None or row.acknowledged_at or (
            mails.acknowledged_since(bytes(row.sender_blind), now - HOUR) >= rules.ACKS_AN_HOUR):
        return
    ticket = row.said.ticket
    talk.say_by_itself(ticket_id=ticket.pk, key=f"ack{row.pk}", now=now, text=_(
        "您好，您的来信我们收到了，编号 %(number)s，会尽快由专人回复。要补充什么，直接回复这封邮件就好。")
        % {"number": ticket.number})
    row.acknowledged_at = now
    row.save(update_fields=["acknowledged_at"])


def _given_back(letter: Letter, now: datetime) -> bool:
    """A bounce: whose answer it speaks of, is told so; whether there was one."""
    numbers = [number for _conversation, number in tokens.named((*letter.about, *letter.references))]
    return sum(delivery.mark_bounced(message_id=number, now=now) for number in numbers if number is not None) > 0


def _fitting(text: str) -> str:
    return text if len(text) <= desk.TEXT_CHARACTERS else text[: desk.TEXT_CHARACTERS - 1] + CUT


def _id(letter: Letter) -> str:
    return letter.message_id or f"none:{_digest(letter).hex()}"


def _digest(letter: Letter) -> bytes:
    """What makes a mail this one, whichever way it came: its id, sender and words, and when it says it was written."""
    date = letter.headers.get("date", "")
    said = "\0".join((letter.message_id, letter.sender, letter.subject, letter.text, date))
    return hashlib.sha256(said.encode()).digest()[:16]
