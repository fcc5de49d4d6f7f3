"""A mail comes in: known again, parked with a reason, or said in the conversation that it belongs to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from liuke.customers.models import Identity
from liuke.customers.queries.marks import identity_mark
from liuke.customers.rules.identities import EMAIL, BadIdentity, normal_value
from liuke.customers.services import identities
from liuke.desk import rules as desk
from liuke.desk.models import Conversation, Ticket
from liuke.desk.services import delivery, talk
from liuke.desk.services.talk import Incoming, Kept
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.jobs import later
from liuke.mailbox import rules
from liuke.mailbox.models import Mail, Mailbox, Participant
from liuke.mailbox.queries import mails, tokens
from liuke.mailbox.rules import marks, quotes
from liuke.mailbox.rules.letters import Letter

HOUR = timedelta(hours=1)
CUT = "…"


@dataclass(frozen=True)
class Arrived:
    """What the server said of it. `whole` is False when only its beginning was read."""

    uid: int
    size: int
    at: datetime
    whole: bool = True


def known(*, box: Mailbox, letter: Letter) -> bool:
    """Whether this very mail was taken in before."""
    return Mail.objects.filter(mailbox=box, message_id=_id(letter), digest=_digest(letter)).exists()


def take_in(
    *, box: Mailbox, letter: Letter, arrived: Arrived, files: Sequence[Kept], left_out: Sequence[str], now: datetime,
    automatic: str | None = None,
) -> Mail:
    """Keep the mail, and say it at the desk unless there is a reason not to. The same mail again only counts.

    The caller holds the mailbox. `automatic` overrules what the marks say.
    """
    require_transaction()
    same_id = list(Mail.objects.filter(mailbox=box, message_id=_id(letter)))
    if again := next((row for row in same_id if bytes(row.digest) == _digest(letter)), None):
        again.copies += 1
        again.save(update_fields=["copies"])
        return again
    blind = identity_mark(EMAIL, letter.sender) if letter.sender else b""
    row = Mail(
        mailbox=box, uid=arrived.uid, message_id=_id(letter), digest=_digest(letter), sender_blind=blind,
        sender_enc=crypto.encrypt(letter.sender), subject_enc=crypto.encrypt(letter.subject),
        text_enc=crypto.encrypt(letter.text), left_out_enc=crypto.encrypt("\n".join(left_out)), size=arrived.size,
        arrived_at=arrived.at)
    auto = marks.automatic(letter) if automatic is None else automatic
    row.parked = rules.SAME_ID if same_id and not auto else _reason(box, letter, row, files, auto)
    if row.parked:
        row.save()
        if row.parked == rules.BOUNCE:
            _give_back(row, letter, now)
        return row
    return say(row=row, letter=letter, files=files, now=now)


def _reason(box: Mailbox, letter: Letter, row: Mail, files: Sequence[Kept], auto: str) -> str:
    """Why a mail is parked; the first that holds, "" for one that goes to the desk."""
    if not letter.sender:
        return auto or rules.NO_SENDER
    try:
        normal_value(EMAIL, letter.sender)
    except BadIdentity:
        return auto or rules.BAD_SENDER
    heard = mails.heard_since(bytes(row.sender_blind), row.arrived_at - HOUR)
    ours = any(found is not None for found, _number in tokens.named([letter.message_id]))
    reasons = (
        (rules.LOOP, ours or letter.sender == box.address),
        (auto, bool(auto)),
        (rules.FLOOD, heard >= rules.MAILS_AN_HOUR),
        (rules.EMPTY, not letter.text and not letter.subject and not files and not row.left_out_enc),
    )
    return next((reason for reason, holds in reasons if holds), "")


def say(
    *, row: Mail, letter: Letter, files: Sequence[Kept], now: datetime, into: Conversation | None = None
) -> Mail:
    """Into the conversation it answers, or a new one of its sender, who becomes a customer when they are none yet.

    `into` is a conversation that a person has chosen.
    """
    conversation, hint, named = (into, "", None) if into else _home(letter, bytes(row.sender_blind))
    customer_id = conversation.customer_id if conversation else identities.holder_of(
        kind=EMAIL, value=letter.sender, name=letter.name if "@" not in letter.name else "", source=desk.EMAIL, now=now)
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
    row.save()
    let_speak(conversation_id=message.conversation_id, address=letter.sender, at=row.arrived_at)
    if message.ticket.opened_at == message.happened_at and marks.may_acknowledge(letter):
        later("mailbox.acknowledge", mail_id=row.pk)
    return row


def _home(letter: Letter, blind: bytes) -> tuple[Conversation | None, str, Conversation | None]:
    """The conversation the mail belongs to: our token first, then what it answers, and only if its sender takes part.

    Else None, with a hint for staff: it names a conversation of somebody else, or a token that we did not sign.
    """
    hint, named = "", None
    for conversation_id, _number in tokens.named([*letter.recipients, *letter.references]):
        if conversation_id is None:
            hint = hint or rules.FORGED
            continue
        found = Conversation.objects.filter(pk=conversation_id).first()
        if found and _takes_part(found, blind):
            return found, "", None
        if found:
            hint, named = rules.NOT_A_PARTICIPANT, found
    known_ = {row.message_id: row for row in Mail.objects.filter(
        message_id__in=letter.references, said__isnull=False).select_related("said__conversation")}
    for reference in letter.references:
        row = known_.get(reference)
        if row is None or row.said is None:
            continue
        if _takes_part(row.said.conversation, blind):
            return row.said.conversation, "", None
        hint, named = rules.NOT_A_PARTICIPANT, row.said.conversation
    return None, hint, named


def _takes_part(conversation: Conversation, blind: bytes) -> bool:
    return (Participant.objects.filter(conversation=conversation, blind=blind).exists()
            or Identity.objects.filter(customer=conversation.customer_id, kind=EMAIL, blind=blind).exists())


def _newest_ticket(conversation: Conversation) -> Ticket | None:
    return conversation.tickets.order_by("-pk").first()


def let_speak(*, conversation_id: int, address: str, at: datetime) -> None:
    """The address takes part from now on, and is where the next answer goes. Again is once."""
    require_transaction()
    person = Participant(conversation_id=conversation_id, blind=identity_mark(EMAIL, address),
                         address_enc=crypto.encrypt(address), spoke_at=at)
    Participant.objects.bulk_create([person], update_conflicts=True, update_fields=["address_enc", "spoke_at"],
                                    unique_fields=["conversation", "blind"])


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


def _give_back(row: Mail, letter: Letter, now: datetime) -> None:
    """A bounce: whose answer it speaks of, is told so."""
    for _conversation, number in tokens.named((*letter.about, *letter.references)):
        if number is not None and delivery.mark_bounced(message_id=number, now=now):
            row.settled_at = now
            row.save(update_fields=["settled_at"])


def _fitting(text: str) -> str:
    return text if len(text) <= desk.TEXT_CHARACTERS else text[: desk.TEXT_CHARACTERS - 1] + CUT


def _id(letter: Letter) -> str:
    return letter.message_id or f"none:{_digest(letter).hex()}"


def _digest(letter: Letter) -> bytes:
    """What makes a mail this one, whichever way it came: its id, sender and words, and when it says it was written."""
    date = letter.headers.get("date", "")
    said = "\0".join((letter.message_id, letter.sender, letter.subject, letter.text, date))
    return hashlib.sha256(said.encode()).digest()[:16]
