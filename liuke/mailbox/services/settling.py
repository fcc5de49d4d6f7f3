"""What people do with parked mail: it becomes a matter after all, joins one, or was nothing."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from liuke.desk.models import Conversation, Ticket
from liuke.desk.rules import GONE
from liuke.desk.services.talk import Kept
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.kit.files import FileKind, StoredFile
from liuke.kit.jobs import later
from liuke.kit.pictures import Stored
from liuke.mailbox.models import Mail, ParkedFile
from liuke.mailbox.rules import FLOOD, FLOOD_FILES_KEPT, KEPT_AFTER_SETTLED
from liuke.mailbox.rules.letters import Letter
from liuke.mailbox.services import intake
from liuke.mailbox.services.batch import begin

FORGET_BATCH = 200


class AlreadySettled(Refused):
    """Somebody has dealt with this mail."""

    code = "mail_settled"


def to_desk(*, mail_id: int, staff_id: int, now: datetime, number: str = "") -> Mail:
    """Make it a matter of its sender, or, with a ticket's number, a word in that conversation; they take part then.

    Raises AlreadySettled, BadInput (nobody can be told whose it is), NotYours (no such ticket).
    """
    row = _waiting(mail_id)
    sender = crypto.decrypt(row.sender_enc)
    if not sender:
        raise BadInput(_("这封信没有发件人，只能标为已处理。"))
    conversation = _conversation(number) if number else None
    letter = Letter(message_id=row.message_id, sender=sender, subject=crypto.decrypt(row.subject_enc),
                    text=crypto.decrypt(row.text_enc))
    parked = list(row.files.order_by("pk"))
    batch = begin(box=row.mailbox, letters=[letter])
    intake.say(row=row, letter=letter, files=[_kept(each) for each in parked], batch=batch, now=now, into=conversation)
    row.save(update_fields=["said", "parked", "hint", "hinted"])
    ParkedFile.objects.filter(pk__in=[each.pk for each in parked]).delete()      # they are the message's now
    batch.write()
    return _settled(row, staff_id, now)


def _kept(each: ParkedFile) -> Kept:
    if each.is_picture:
        return Stored(each.file, each.width, each.height)
    return StoredFile(each.file, FileKind(each.kind), crypto.decrypt(each.name_enc), each.size)


def _conversation(number: str) -> Conversation:
    ticket = Ticket.objects.select_related("conversation").filter(number=number.strip().upper()).first()
    if ticket is None or ticket.state in GONE:
        raise NotYours(_("没有这个工单号。"))
    return ticket.conversation


def settle(*, mail_id: int, staff_id: int, now: datetime) -> Mail:
    """Nothing to do about it. Raises AlreadySettled."""
    return _settled(_waiting(mail_id), staff_id, now)


def _waiting(mail_id: int) -> Mail:
    require_transaction()
    row = Mail.objects.select_for_update(of=("self",)).filter(pk=mail_id).first()
    if row is None:
        raise NotYours
    if row.said_id or row.settled_at:
        raise AlreadySettled(_("这封信已经处理过了。"))
    return row


def _settled(row: Mail, staff_id: int, now: datetime) -> Mail:
    row.settled_at, row.settled_by_id = now, staff_id
    row.save(update_fields=["settled_at", "settled_by"])
    return row


def forget_old(*, now: datetime, limit: int = FORGET_BATCH) -> int:
    """Words and files of parked mail that was settled long ago are gone, and the files of a flood that nobody looked
    at; returns of how many. That it came stays.
    """
    require_transaction()
    old = Mail.objects.filter(said=None, settled_at__lt=now - KEPT_AFTER_SETTLED).exclude(text_enc=b"")
    ids = list(old.order_by("settled_at").values_list("pk", flat=True)[:limit])
    Mail.objects.filter(pk__in=ids).update(text_enc=b"", subject_enc=b"", sender_enc=b"", left_out_enc=b"")
    flood = Mail.objects.filter(Exists(ParkedFile.objects.filter(mail=OuterRef("pk"))), parked=FLOOD, said=None,
                                settled_at=None, arrived_at__lt=now - FLOOD_FILES_KEPT)
    swept = list(flood.select_for_update(skip_locked=True).order_by("pk").prefetch_related("files")[:limit])
    for row in swept:
        names = "".join(f"{crypto.decrypt(each.name_enc) or each.file.rpartition('/')[2]} swept\n"
                        for each in row.files.all())
        row.left_out_enc = crypto.encrypt(f"{crypto.decrypt(row.left_out_enc)}\n{names}".strip())
    Mail.objects.bulk_update(swept, ["left_out_enc"])
    forget_files(ParkedFile.objects.filter(mail__in=[*ids, *(row.pk for row in swept)]))
    return len(ids) + len(swept)


def forget_files(rows: QuerySet[ParkedFile]) -> None:
    """Take these files away. Again is nothing."""
    require_transaction()
    for file in rows.values_list("file", flat=True):
        later("desk.remove_file", file=file)
    rows.delete()
