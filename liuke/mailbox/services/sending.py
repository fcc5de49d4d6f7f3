"""An answer goes out by mail, in the thread of its conversation and under a token that leads the reply back."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr
from functools import partial

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from liuke.channels import smtp
from liuke.channels.errors import ChannelError
from liuke.desk.models import Attachment, Message
from liuke.desk.rules import BOT
from liuke.desk.services import delivery
from liuke.kit import crypto, files, pictures
from liuke.kit.pictures import Size
from liuke.mailbox.queries import mails, tokens
from liuke.org import queries as org

log = structlog.get_logger(__name__)
ANSWERED = ("re:", "回复:", "答复:", "回复：", "答复：", "re：")         # data, not words
NO_ADDRESS, NOT_SET_UP = "no_address", "not_set_up"


@dataclass(frozen=True)
class Foot:
    """Words below an answer, which nobody finds in the ticket; only mail to `address` (normal) has them."""

    text: str
    address: str


def carry(*, message_id: int, now: datetime, foot: Foot | None = None) -> None:
    """Send the message, once, with `foot` below its words. Killed in between, the same mail goes out again under the
    same Message-ID. Never inside a transaction.
    """
    delivery.carry(message_id=message_id, send=partial(_send, foot=foot), now=now)


def _send(message: Message, foot: Foot | None) -> str:
    """The Message-ID it went out under; empty where the demo only pretends. Raises ChannelError."""
    if settings.LIUKE_DEMO and not settings.LIUKE_SENDS_MAIL:
        log.info("mail_not_really_sent", message_id=message.pk)
        return ""
    thread, address = mails.thread_of(message), settings.LIUKE_SERVICE_MAIL
    if not settings.LIUKE_SENDS_MAIL or not address:
        raise ChannelError("mail is not set up", permanent=False, code=NOT_SET_UP)
    if not thread.to:
        raise ChannelError("nobody left an address", permanent=True, code=NO_ADDRESS)
    name, _at, domain = address.partition("@")
    word = tokens.token(message.conversation_id)
    ref = tokens.message_id(message.conversation_id, message.pk, domain)
    reply_to = f"{name}+lk{word}@{domain}" if settings.LIUKE_MAIL_PLUS else address
    headers = {"Message-ID": f"<{ref}>", "Reply-To": reply_to}
    if thread.references:
        headers["In-Reply-To"] = f"<{thread.references[-1]}>"
        headers["References"] = " ".join(f"<{each}>" for each in thread.references)
    if message.author == BOT:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "auto_reply"}
    brand = org.brand()
    number = message.ticket.number
    smtp.send(smtp.Outgoing(
        to=thread.to, sender=formataddr((brand.name if brand else "", address)), headers=headers,
        subject=f"Re: {_bare(thread.subject) or _('您的来信')} [{number}]", text=_words(message, thread.to, foot),
        files=[_enclosed(each) for each in message.attachments.order_by("pk")]))
    return ref


def _bare(subject: str) -> str:
    """The subject without the marks of earlier answers."""
    while subject[:3].lower() in ANSWERED:
        subject = subject[3:].strip()
    return subject.partition(" [S")[0]


def _words(message: Message, to: str, foot: Foot | None) -> str:
    brand = org.brand()
    by = message.staff.name if message.staff else ""
    signed = "，".join(each for each in (by, brand.name if brand else "") if each)
    said = f"{crypto.decrypt(message.text_enc)}\n\n— {signed}\n"
    return f"{said}\n{foot.text}\n" if foot and to.lower() == foot.address else said


def _enclosed(each: Attachment) -> tuple[str, bytes, str]:
    """Name, bytes and type of what goes along."""
    if each.is_picture:
        with default_storage.open(pictures.name_of(each.file, Size.LARGE)) as stored:
            return f"{each.pk}.jpg", stored.read(), pictures.TYPES[pictures.JPEG]
    return crypto.decrypt(each.name_enc), files.content(each.file), files.TYPES[files.FileKind(each.kind)]
