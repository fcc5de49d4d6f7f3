"""Messages come in by pages, once each; answers go out within WeCom's window."""

import re
from contextlib import ExitStack
from datetime import datetime
from io import BytesIO

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.channels.errors import ChannelError
from liuke.channels.registry import wecom
from liuke.channels.wecom import Heard, Line, Lost, Mention
from liuke.customers.rules.identities import WECOM_EXTERNAL
from liuke.customers.services import identities
from liuke.desk.models import Message
from liuke.desk.rules import TEXT_CHARACTERS
from liuke.desk.services import delivery, talk
from liuke.desk.services.talk import Incoming, Kept, OtherMessage
from liuke.desk.triage import TicketKind
from liuke.kit import crypto, files, pictures
from liuke.kit.db import require_no_transaction, require_transaction
from liuke.kit.errors import BadInput
from liuke.kit.pictures import Size
from liuke.wecom.models import Account

log = structlog.get_logger(__name__)
WECOM, GROUP = "wecom", "group"
OUR_KEY = re.compile(r"lk(\d{1,18})(?:p\d+)?")
MOST_PAGES = 200                     # of one pull; the next goes on
NOT_SET_UP, NO_FILES = "not_set_up", "only_pictures"
KINDS = {"voice": gettext_lazy("语音"), "video": gettext_lazy("视频"), "location": gettext_lazy("地理位置"),
         "link": gettext_lazy("链接"), "business_card": gettext_lazy("名片"), "miniprogram": gettext_lazy("小程序")}


def note_account(*, code: str) -> None:
    """Read this account from now on. Again is nothing."""
    require_transaction()
    Account.objects.get_or_create(code=code[:64])


def pull(*, line: Line, code: str, token: str, now: datetime) -> int:
    """Read all that is new; returns how many messages. Killed in between, the next pull reads the page again, and what
    was taken in is known by its id. Two at once do no harm. Never inside a transaction. Raises ChannelError.
    """
    require_no_transaction()
    count = 0
    for _each in range(MOST_PAGES):
        cursor = Account.objects.values_list("cursor", flat=True).get(code=code)
        page = line.pull(account=code, cursor=cursor, token=token)
        with ExitStack() as stack:
            fetched = [(heard, _fetched(line, heard, stack)) for heard in page.heard]
            with transaction.atomic(durable=True):
                account = Account.objects.select_for_update().get(code=code)
                for heard, kept in fetched:
                    _take_in(heard, kept, now)
                for lost in page.lost:
                    _note_lost(lost, now)
                if account.cursor == cursor:                  # else another has read on meanwhile
                    account.cursor, account.pulled_at = page.cursor, now
                    account.save(update_fields=["cursor", "pulled_at"])
        count += len(page.heard)
        if not page.more:
            break
    return count


def _fetched(line: Line, heard: Heard, stack: ExitStack) -> tuple[Kept, ...]:
    """The file that came with it, checked by its content; what we do not take, or what WeCom no longer has, is left
    out, never the message. Raises ChannelError when it may be had later.
    """
    if not heard.media or Message.objects.filter(channel=WECOM, external_id=_id(heard)).exists():
        return ()
    try:
        return (stack.enter_context(files.kept_any(BytesIO(line.media(heard.media)), name=heard.kind)),)
    except BadInput as refused:
        log.warning("wecom_file_not_taken", code=refused.code, kind=heard.kind)
    except ChannelError as failed:
        if not failed.permanent:
            raise
        log.warning("wecom_file_not_taken", code=failed.code, kind=heard.kind)
    return ()


def _take_in(heard: Heard, kept: tuple[Kept, ...], now: datetime) -> None:
    customer_id = identities.holder_of(kind=WECOM_EXTERNAL, value=heard.person, name="", source=WECOM, now=now)
    words = heard.text[:TEXT_CHARACTERS].replace("\x00", "").strip()
    if not words and not kept:
        words = _("（%(kind)s，请在企业微信里看）") % {"kind": KINDS.get(heard.kind, _("消息"))}
    try:
        with transaction.atomic():
            talk.receive(now=now, said=Incoming(
                channel=WECOM, thread=f"{heard.account}:{heard.person}", external_id=_id(heard),
                customer_id=customer_id, text=words, at=heard.at, pictures=kept))
    except OtherMessage:
        log.warning("wecom_message_changed", message=heard.id)


def _note_lost(lost: Lost, now: datetime) -> None:
    """WeCom had taken it, and tells later that it did not arrive. Again is once; a key that is not ours is nothing."""
    found = OUR_KEY.fullmatch(lost.key)
    if found and delivery.mark_bounced(message_id=int(found[1]), now=now):
        log.info("wecom_message_lost", message_id=int(found[1]), why=lost.why)


def _id(heard: Heard) -> str:
    return f"wecom:{heard.id}"


def note_mention(*, mention: Mention, now: datetime) -> Message:
    """Somebody named the brand in a group: a matter of the kind "community mention". The same id again is once."""
    require_transaction()
    customer_id = identities.holder_of(kind=WECOM_EXTERNAL, value=mention.person, name="", source=WECOM, now=now)
    return talk.receive(now=now, said=Incoming(
        channel=GROUP, thread=f"{mention.group}:{mention.person}", external_id=f"mention:{mention.id}",
        customer_id=customer_id, text=mention.text[:TEXT_CHARACTERS].replace("\x00", ""), at=now,
        kind=TicketKind.MENTION))


def carry(*, message_id: int, now: datetime) -> None:
    """Send the words and then the pictures, each under a key of its own. What WeCom would refuse is told to staff.

    Killed in between, it goes out again under the same keys. Never inside a transaction.
    """
    delivery.carry(message_id=message_id, send=_send, now=now)


def _send(message: Message) -> str:
    """WeCom's id of the last of it; empty where the demo only pretends. Raises ChannelError."""
    line = wecom()
    if line is None and settings.LIUKE_DEMO:
        log.info("wecom_message_not_really_sent", message_id=message.pk)
        return ""
    if line is None:
        raise ChannelError("WeCom is not set up", permanent=False, code=NOT_SET_UP)
    account, _colon, person = message.conversation.external_id.partition(":")
    enclosed = list(message.attachments.order_by("pk"))
    if any(not each.is_picture for each in enclosed):
        raise ChannelError("only pictures can be sent here", permanent=True, code=NO_FILES)
    ref, words = "", crypto.decrypt(message.text_enc)
    if words:
        ref = line.send(account=account, person=person, key=f"lk{message.pk}", text=words)
    for each in enclosed:
        with default_storage.open(pictures.name_of(each.file, Size.LARGE)) as stored:
            ref = line.send(account=account, person=person, key=f"lk{message.pk}p{each.pk}", picture=stored.read())
    return ref
