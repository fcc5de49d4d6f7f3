"""What has been said to a customer, and all the gate must know."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from liuke.customers.models import Customer, Identity
from liuke.customers.queries import consents, records
from liuke.customers.rules import identities
from liuke.customers.rules.consents import CHANNELS, PURPOSES, Subject
from liuke.kit import crypto
from liuke.kit.rows import fetch
from liuke.kit.sheets import Sheet
from liuke.org.models import Brand
from liuke.outreach.models import Block, Message
from liuke.outreach.rules import MANNERS, QUIET_FROM, QUIET_UNTIL, WINDOW, Contact, Past, State

ADDRESSES = {
    "sms": identities.PHONE, "phone": identities.PHONE, "email": identities.EMAIL,
    "wecom": identities.WECOM_EXTERNAL, "wechat": identities.WECHAT_OPENID, "mini_program": identities.WECHAT_OPENID,
}
SPOKEN = (State.SENT, State.SENDING)
LOOKED_AT = 20_000                        # messages, the newest
# Messages that ask for consent first, which went out with none on record at that moment, or after it was withdrawn.
UNASKED = """
SELECT m.id, coalesce(said.state = 'withdrawn', false) FROM (
    SELECT id, customer_id, channel, purpose, finished_at FROM outreach_message
    WHERE purpose = ANY(%(purposes)s) AND state = 'sent' ORDER BY id DESC LIMIT %(most)s) m
LEFT JOIN LATERAL (
    SELECT state FROM customers_consent c WHERE c.customer_id = m.customer_id AND c.channel = m.channel
    AND c.purpose = m.purpose AND c.happened_at <= m.finished_at ORDER BY c.happened_at DESC, c.id DESC LIMIT 1) said
ON true WHERE said.state IS DISTINCT FROM 'given' ORDER BY m.id
"""


def contact_for(message: Message, now: datetime) -> Contact:
    """All that the gate asks about this message, as it is at this moment."""
    customer = Customer.objects.get(pk=message.customer_id)
    subject, wishes = Subject(message.channel, message.purpose), records.wishes_of([customer.pk])[customer.pk]
    own = (wishes.quiet_from_minutes, wishes.quiet_until_minutes)
    after = message.recontact_after_minutes
    return Contact(
        channel=message.channel, purpose=message.purpose, topic=message.topic,
        consent=consents.states([customer.pk], subject)[customer.pk],
        forgotten=customer.forgotten_at is not None,
        blocked=Block.objects.filter(customer=customer, ended_at=None).exists(),
        past=tuple(_past(message, now)),
        recontact_after=None if after is None else timedelta(minutes=after),
        zone=wishes.zone or _brand_zone(),
        quiet=(QUIET_FROM, QUIET_UNTIL) if own[0] is None or own[1] is None else (own[0], own[1]),
        timed_by_customer=message.timed_by_customer,
        about_at=message.about.happened_at if message.about else None,
        expires_at=message.expires_at,
    )


def _past(message: Message, now: datetime) -> Iterable[Past]:
    """Contacts made in the window of the caps, those being made, and those on the same topic whenever that was."""
    rows = Message.objects.filter(customer_id=message.customer_id, state__in=SPOKEN).exclude(pk=message.pk)
    rows = rows.filter(Q(finished_at__gte=now - WINDOW) | Q(state=State.SENDING) | Q(topic=message.topic))
    for channel, purpose, topic, finished_at, busy_until in rows.values_list(
        "channel", "purpose", "topic", "finished_at", "claimed_until"
    ):
        yield Past(channel, purpose, topic, finished_at or busy_until or now)


def _brand_zone() -> str:
    return Brand.objects.order_by("pk").values_list("zone", flat=True).first() or "Asia/Shanghai"


def address(customer_id: int, channel: str) -> str | None:
    """Where the channel reaches the customer, verified addresses first; None when it does not."""
    if channel == "inbox":
        return str(customer_id)
    rows = Identity.objects.filter(customer_id=customer_id, kind=ADDRESSES[channel])
    row = rows.order_by("verified_at", "-pk").first()       # nulls come last
    return crypto.decrypt(row.value_enc) if row else None


def messages_of(customer_id: int) -> QuerySet[Message]:
    """Everything that was asked for this customer and what became of it, the newest first."""
    return Message.objects.filter(customer_id=customer_id).order_by("-asked_at", "-pk")


def inbox(customer_id: int) -> QuerySet[Message]:
    """What the customer finds in the in-app inbox, the newest first."""
    return messages_of(customer_id).filter(channel="inbox", state=State.SENT)


def text_of(message: Message) -> str:
    """The words; empty after the person was forgotten."""
    return crypto.decrypt(message.text_enc)


def suppressed(*, since: datetime) -> QuerySet[Message]:
    """Contacts the gate has ended since then, the newest first."""
    return Message.objects.filter(state=State.SUPPRESSED, finished_at__gte=since).order_by("-finished_at", "-pk")


def personal_sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    """What was said to the person, for their export."""
    yield Sheet(
        name="messages", title=_("消息记录"),
        columns=(("asked_at", _("时间")), ("channel", _("渠道")), ("purpose", _("用途")), ("state", _("状态")),
                 ("gate", _("未发送原因")), ("text", _("内容"))),
        rows=((row.asked_at, CHANNELS.get(row.channel, row.channel), PURPOSES.get(row.purpose, row.purpose), row.state,
               row.gate, text_of(row)) for row in Message.objects.filter(customer_id__in=customer_ids).order_by("pk")),
    )


def sent_without_consent() -> tuple[list[int], list[int]]:
    """Of the newest messages that need consent: those sent with none on record, and those sent after it was withdrawn.

    The gate lets none of them out, so both are empty unless something is broken. One statement.
    """
    found = fetch(UNASKED, {"purposes": [name for name, manner in MANNERS.items() if manner.asks_first],
                                 "most": LOOKED_AT})
    return [pk for pk, refused in found if not refused], [pk for pk, refused in found if refused]
