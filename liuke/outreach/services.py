"""The only way to speak to a customer: ask for a message, and let the gate decide, now and again when it is sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from liuke.channels.errors import ChannelError
from liuke.channels.registry import messengers
from liuke.customers.models import Customer
from liuke.customers.queries import records
from liuke.customers.rules import consents
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.kit.jobs import later
from liuke.outreach import queries, rules
from liuke.outreach.models import Block, Message
from liuke.outreach.rules import Gate, State, Verdict
from liuke.timeline import facts
from liuke.timeline.models import Fact
from liuke.timeline.services import record


class OtherMessage(Refused):
    """This key already belongs to another message."""

    code = "message_key_taken"


def queue_message(
    *, customer_id: int, channel: str, purpose: str, topic: str, text: str, key: str, now: datetime,
    about: Fact | None = None, send_at: datetime | None = None, expires_at: datetime | None = None,
    recontact_after: timedelta | None = None, timed_by_customer: bool = False
) -> Message:
    """Ask for one contact. The row says what becomes of it: queued, held until the quiet hours end, or suppressed.

    `topic` is what it is about (order_thanks:12): the same topic is not repeated before `recontact_after`, or ever.
    It goes out at `send_at` (default now) and is dropped at `expires_at` (default a week later) or when the fact it is
    about is older than three days. Again with the same key returns the same row; other words raise OtherMessage.
    """
    require_transaction()
    _check(channel, purpose, topic, text, key)
    customer_id = records.living(customer_id)
    at = max(now, send_at or now)
    row, made = Message.objects.get_or_create(key=key, defaults={
        "customer_id": customer_id, "channel": channel, "purpose": purpose, "topic": topic,
        "text_enc": crypto.encrypt(text), "about": about, "state": State.QUEUED, "asked_at": now, "send_at": at,
        "expires_at": expires_at or at + rules.LIFE, "timed_by_customer": timed_by_customer,
        "recontact_after_minutes": None if recontact_after is None else recontact_after // timedelta(minutes=1),
    })
    if not made:
        return _same(row, (customer_id, channel, purpose, topic, text))
    _decide(row, rules.gate(queries.contact_for(row, at), at), now=now)
    return row


def may_contact(*, customer_id: int, channel: str, purpose: str, topic: str, now: datetime) -> Verdict:
    """What the gate says of a contact that a person makes by hand (a call): ask directly before. Writes nothing."""
    _check(channel, purpose, topic, "-", "-")
    asked = Message(customer_id=records.living(customer_id), channel=channel, purpose=purpose, topic=topic,
                    send_at=now, expires_at=now + rules.LIFE)
    return rules.gate(queries.contact_for(asked, now), now)


def block(*, customer_id: int, key: str, reason: str, now: datetime) -> Block:
    """Let the customer hear nothing but service until `unblock` with the same key. Again returns the same row."""
    require_transaction()
    row, _ = Block.objects.get_or_create(
        key=key, defaults={"customer_id": customer_id, "reason": reason, "since_at": now}
    )
    return row


def unblock(*, key: str, now: datetime) -> None:
    """End one reason for silence. Again, or never begun, is nothing."""
    require_transaction()
    Block.objects.filter(key=key, ended_at=None).update(ended_at=now)


def mark_read(*, customer_id: int, until_id: int, now: datetime) -> int:
    """The customer has seen the inbox down to this message and all before it. How many were new; again it is none."""
    require_transaction()
    return queries.inbox(customer_id).filter(pk__lte=until_id, read_at=None).order_by().update(read_at=now)


def forget_words(customer_ids: Sequence[int], now: datetime) -> None:
    """This module's part in forgetting a person: no words and nothing waiting remain, only that there were contacts."""
    require_transaction()
    mine = Message.objects.filter(customer_id__in=customer_ids)
    mine.filter(state__in=[State.QUEUED, State.HELD]).update(
        state=State.SUPPRESSED, gate=Gate.FORGOTTEN, finished_at=now
    )
    mine.update(text_enc=b"", receipt="", error="")


class _Parcel(NamedTuple):
    channel: str
    to: str
    text: str
    key: str
    again: bool


def deliver(*, message_id: int, now: datetime) -> None:
    """Send one message if it is due and the gate still lets it through. Opens its own transactions, and is outside of
    any while the channel is spoken to. A worker that dies on the way leaves it to the next one, with the same key.
    """
    with transaction.atomic():
        parcel = _claim(message_id, now)
    if parcel is None:
        return
    try:
        receipt = messengers()[parcel.channel].send(to=parcel.to, text=parcel.text, key=parcel.key,
                                                   again=parcel.again).ref
    except ChannelError as error:
        with transaction.atomic():
            _failed(message_id, error, now)
        return
    with transaction.atomic():
        _sent(message_id, receipt, now)


def due_messages(*, now: datetime, limit: int = rules.BATCH) -> list[int]:
    """Messages whose time has come, and those whose worker has died, the oldest first."""
    waiting = Message.objects.filter(state__in=[State.QUEUED, State.HELD], send_at__lte=now)
    stuck = Message.objects.filter(state=State.SENDING, claimed_until__lte=now)
    found = [*waiting.order_by("send_at", "pk").values_list("pk", flat=True)[:limit],
             *stuck.order_by("claimed_until", "pk").values_list("pk", flat=True)[:limit]]
    return found[:limit]


def _check(channel: str, purpose: str, topic: str, text: str, key: str) -> None:
    consents.check(channel, purpose)
    for name, value, longest in (("topic", topic, rules.TOPIC_CHARACTERS), ("text", text, rules.TEXT_CHARACTERS),
                                 ("key", key, rules.KEY_CHARACTERS)):
        if not 0 < len(value) <= longest:
            raise BadInput(f"the {name} of a message has 1 to {longest} characters")


def _same(row: Message, asked: tuple[int, str, str, str, str]) -> Message:
    known = (records.living(row.customer_id), row.channel, row.purpose, row.topic, queries.text_of(row))
    if known != asked and row.gate != Gate.FORGOTTEN:
        raise OtherMessage
    return row


def _decide(row: Message, verdict: Verdict, *, now: datetime) -> None:
    row.state, row.gate = verdict.state, verdict.gate or ""
    if verdict.state == State.SUPPRESSED:
        row.finished_at = now
    row.send_at = verdict.until or row.send_at
    row.save(update_fields=["state", "gate", "finished_at", "send_at"])
    if verdict.state != State.SUPPRESSED:
        later("outreach.deliver", message_id=row.pk, run_at=row.send_at if row.send_at > now else None)


def _claim(message_id: int, now: datetime) -> _Parcel | None:
    """Ask the gate again and take the message, alone: the customer's row is locked, so caps count what others send."""
    row = Message.objects.select_for_update(of=("self",)).select_related("about").get(pk=message_id)
    taken = row.state == State.SENDING and row.claimed_until is not None and row.claimed_until > now
    if taken or row.state not in (State.QUEUED, State.HELD, State.SENDING) or row.send_at > now:
        return None
    row.customer_id = records.living(row.customer_id)
    Customer.objects.select_for_update(no_key=True).get(pk=row.customer_id)
    verdict = rules.gate(queries.contact_for(row, now), now)
    to = queries.address(row.customer_id, row.channel) if row.channel in messengers() else None
    if verdict.state == State.QUEUED and to is None:
        verdict = Verdict(State.SUPPRESSED, Gate.UNREACHABLE)
    if verdict.state != State.QUEUED or to is None:
        row.save(update_fields=["customer"])
        _decide(row, verdict, now=now)
        return None
    row.state, row.gate, row.claimed_until, row.tries = State.SENDING, "", now + rules.CLAIM, row.tries + 1
    row.save(update_fields=["customer", "state", "gate", "claimed_until", "tries"])
    return _Parcel(row.channel, to, queries.text_of(row), row.key, again=row.tries > 1)


def _sent(message_id: int, receipt: str, now: datetime) -> None:
    row = Message.objects.select_for_update().get(pk=message_id)
    if row.state == State.SENT:
        return
    row.state, row.receipt, row.finished_at, row.claimed_until = State.SENT, receipt[:120], now, None
    row.save(update_fields=["state", "receipt", "finished_at", "claimed_until"])
    record(facts.MessageSent(message_id=row.pk, channel=row.channel, purpose=row.purpose), customer_id=row.customer_id,
           key=f"message_sent:{row.pk}", happened_at=now, cause=row.about)


def _failed(message_id: int, error: ChannelError, now: datetime) -> None:
    row = Message.objects.select_for_update().get(pk=message_id)
    wait = None if error.permanent else rules.next_try(row.tries)
    row.error, row.claimed_until = error.code[: rules.ERROR_CHARACTERS] or "channel_error", None
    row.state = State.QUEUED if wait else State.FAILED
    row.send_at, row.finished_at = (now + wait, None) if wait else (row.send_at, now)
    row.save(update_fields=["state", "error", "claimed_until", "send_at", "finished_at"])
    if wait:
        later("outreach.deliver", message_id=row.pk, run_at=row.send_at)
