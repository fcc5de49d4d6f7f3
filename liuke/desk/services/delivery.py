"""How an answer leaves the house: kept with its message, carried by a job of its channel, tried again, or told of.

Which job carries which channel stands in settings.LIUKE_CARRIERS; channels that are not there are read with us.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from liuke.channels.errors import ChannelError
from liuke.desk.models import Delivery, Message
from liuke.desk.rules import BOT, CARRY_AGAIN, CARRY_BATCH, CARRY_FOR
from liuke.desk.services import duty, live
from liuke.kit.db import require_no_transaction, require_transaction
from liuke.kit.jobs import later

WAITING, SENT, LOST, BOUNCED = "waiting", "sent", "failed", "bounced"


def post(message: Message, *, now: datetime) -> None:
    """Send the public answer on its way, if its channel has one. Again is once."""
    require_transaction()
    job = settings.LIUKE_CARRIERS.get(message.channel)
    if job is None:
        return
    _row, made = Delivery.objects.get_or_create(
        message=message, defaults={"queued_at": now, "next_at": now + CARRY_AGAIN[0]})
    if made:
        later(job, message_id=message.pk)


def carry_waiting(*, now: datetime, limit: int = CARRY_BATCH) -> int:
    """Queue what should be tried again by now, a batch; returns how many. Two workers are welcome."""
    require_transaction()
    due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=WAITING, next_at__lte=now)
    rows = list(due.select_related("message").order_by("next_at", "pk")[:limit])
    for row in rows:
        row.next_at = now + CARRY_AGAIN[-1]                  # the job itself says when, once it has tried
        later(settings.LIUKE_CARRIERS[row.message.channel], message_id=row.message_id)
    Delivery.objects.bulk_update(rows, ["next_at"])
    return len(rows)


def carry(*, message_id: int, send: Callable[[Message], str], now: datetime) -> None:
    """Send the message, once; what does not work is tried again by the clock. Never inside a transaction.

    `send` answers with the outside's id of it, or raises ChannelError. Killed in between, it is called again, so what
    it sends must go out under a key of the message. Nothing when it is settled, or somebody tries right now.
    """
    require_no_transaction()
    with transaction.atomic(durable=True):
        row = _begin(message_id, now)
    if row is None:
        return
    try:
        ref, failed = send(row.message), None
    except ChannelError as error:
        ref, failed = "", error
    with transaction.atomic(durable=True):
        if failed is None:
            _mark_sent(message_id=message_id, ref=ref, now=now)
        else:
            _mark_failed(message_id=message_id, error=failed.code or "broken", now=now, for_good=failed.permanent)


def _begin(message_id: int, now: datetime) -> Delivery | None:
    """Count one more try and keep others from it for a while."""
    row = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        message=message_id, state=WAITING).select_related("message__conversation", "message__staff").first()
    if row is None:
        return None
    row.tries += 1
    row.next_at = now + CARRY_AGAIN[min(row.tries, len(CARRY_AGAIN) - 1)]
    row.save(update_fields=["tries", "next_at"])
    return row


def _mark_sent(*, message_id: int, ref: str, now: datetime) -> None:
    """The outside has taken it. Again keeps the first."""
    require_transaction()
    Delivery.objects.filter(message=message_id, state=WAITING).update(
        state=SENT, next_at=None, settled_at=now, ref=ref[:200], error="")
    _tell(message_id)


def _mark_failed(*, message_id: int, error: str, now: datetime, for_good: bool) -> None:
    """This try did not work; for good, or after CARRY_FOR, whoever has the ticket is told."""
    require_transaction()
    row = Delivery.objects.select_for_update().filter(message=message_id, state=WAITING).first()
    if row is None:
        return
    row.error = error[:60]
    if for_good or now - row.queued_at >= CARRY_FOR:
        row.state, row.next_at, row.settled_at = LOST, None, now
        _shout(row, now)
    row.save(update_fields=["state", "next_at", "settled_at", "error"])
    _tell(message_id)


def mark_bounced(*, message_id: int, now: datetime) -> bool:
    """The outside gave it back later on; whether that is news."""
    require_transaction()
    row = Delivery.objects.select_for_update().filter(message=message_id).exclude(state=BOUNCED).first()
    if row is None:
        return False
    row.state, row.next_at, row.settled_at, row.error = BOUNCED, None, now, BOUNCED
    row.save(update_fields=["state", "next_at", "settled_at", "error"])
    _shout(row, now)
    _tell(message_id)
    return True


def _shout(row: Delivery, now: datetime) -> None:
    """Who wrote it, or has the ticket, is told: the customer knows nothing of the answer."""
    message = Message.objects.select_related("ticket").get(pk=row.message_id)
    person = message.ticket.assignee_id or message.staff_id
    if person and message.author != BOT:
        duty.notify(staff_id=person, reason="undelivered", ticket_id=message.ticket_id,
                    key=f"undelivered:{message.pk}", now=now)


def _tell(message_id: int) -> None:
    live.tell(Message.objects.select_related("ticket").get(pk=message_id).ticket, message_id=message_id)

