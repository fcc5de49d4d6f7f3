"""Read what is new in the mailbox, mail by mail. Killed anywhere, the next time goes on with the first not committed.

How far we have read is a row that moves in the transaction of each mail; the server's marks follow after it and decide
nothing, so whoever looks into the mailbox beside us cannot hide a mail from us.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice

import structlog
from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from liuke.channels.errors import ChannelError
from liuke.channels.imap import Head, ImapInbox
from liuke.desk.queries.promises import remembered
from liuke.desk.services.talk import Kept
from liuke.kit import files
from liuke.kit.db import require_no_transaction
from liuke.kit.errors import BadInput
from liuke.mailbox import rules
from liuke.mailbox.models import Mailbox
from liuke.mailbox.rules import letters
from liuke.mailbox.rules.letters import Enclosed, Letter
from liuke.mailbox.services import intake
from liuke.mailbox.services.intake import Arrived

log = structlog.get_logger(__name__)
MEGABYTE = 1024 * 1024
Fetched = tuple[Head, bytes, bool]               # what the server says of it, its bytes, whether all of them


def poll(*, inbox: ImapInbox, address: str) -> int:
    """Take in whatever is new, at most rules.MOST_A_POLL; returns how many. Two at once take each mail once.

    Raises ChannelError when the server does not play along; that is written on the mailbox.
    """
    require_no_transaction()
    address = address.lower()
    try:
        with inbox:
            box, uids = _begin(inbox, address)
            for heads in _batches(inbox, uids):
                for found in _chunks(_mails(inbox, heads)):
                    inbox.mark_seen(_take(box, found))
            _end(inbox, box)
    except ChannelError as error:
        Mailbox.objects.filter(address=address).update(error=error.code or "broken")
        raise
    return len(uids)


def _begin(inbox: ImapInbox, address: str) -> tuple[Mailbox, list[int]]:
    """The mailbox and what is new in it. Uids of another validity count anew: then the last day is looked through."""
    validity, following = inbox.state()
    with transaction.atomic(durable=True):
        box, made = Mailbox.objects.select_for_update().get_or_create(address=address, defaults={
            "validity": validity, "started_uid": following, "polled_at": timezone.now()})
        if box.validity != validity:
            box.validity, box.started_uid, box.last_uid = validity, following, 0
            box.save(update_fields=["validity", "started_uid", "last_uid"])
    old = box.started_uid - 1
    found = [uid for uid in inbox.uids(f"UID {max(box.last_uid, old) + 1}:*") if uid > max(box.last_uid, old)]
    if box.last_uid < old:
        before = f"UID {box.last_uid + 1}:{old}"
        found += inbox.uids(f"{before} UNSEEN")
        if not made:
            found += inbox.uids(f"{before} SINCE {_imap_day(box.polled_at - timedelta(days=1))}")
    return box, sorted(set(found))[: rules.MOST_A_POLL]


def _imap_day(moment: datetime) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{moment.day}-{months[moment.month - 1]}-{moment.year}"


def _end(inbox: ImapInbox, box: Mailbox) -> None:
    """All went well; marks that a killed process did not set are set now."""
    row = Mailbox.objects.get(pk=box.pk)
    if row.last_uid:
        unseen = inbox.uids(f"UID 1:{row.last_uid} UNSEEN")
        taken = set(row.mails.filter(uid__in=unseen).exclude(parked=rules.FAILED).values_list("uid", flat=True))
        inbox.mark_seen(sorted(taken))
    Mailbox.objects.filter(pk=box.pk).update(polled_at=timezone.now(), error="")


def _batches(inbox: ImapInbox, uids: Sequence[int]) -> Iterator[list[Head]]:
    """Mails that are fetched at once: so many, and not more than memory is meant to hold."""
    batch: list[Head] = []
    heavy = 0
    for start in range(0, len(uids), rules.BATCH_MAILS * 4):
        for head in inbox.heads(uids[start : start + rules.BATCH_MAILS * 4]):
            if batch and (heavy + head.size > rules.BATCH_BYTES or len(batch) >= rules.BATCH_MAILS):
                yield batch
                batch, heavy = [], 0
            batch.append(head)
            heavy += head.size
    if batch:
        yield batch


def _chunks(found: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    """What is committed at once."""
    while chunk := list(islice(found, rules.COMMITTED_MAILS)):
        yield chunk


def _mails(inbox: ImapInbox, heads: Sequence[Head]) -> Iterator[Fetched]:
    """Each, in order; of what is too heavy, the beginning."""
    whole = {head.uid: head for head in heads if head.size <= rules.MOST_WHOLE_BYTES}
    found = dict(inbox.mails(sorted(whole)))
    for head in heads:
        if head.uid in found:
            yield head, found.pop(head.uid), True
        elif head.uid not in whole:
            for _uid, raw in inbox.mails([head.uid], most_bytes=rules.BEGINNING_BYTES):
                yield head, raw, False


def _read(raw: bytes) -> Letter:
    return letters.without_links(letters.read(raw), settings.LIUKE_URL)


def _take(box: Mailbox, found: Sequence[Fetched]) -> list[int]:
    """These mails, in one transaction with how far we have read; the uids that may be marked as read.

    What we cannot digest is parked as it is, so that it neither gets lost nor holds up what comes after it.
    """
    try:
        _together(box, found)
    except (OperationalError, OSError):
        raise                                    # the database or the storage is away: the next poll tries again
    except Exception as error:                   # whatever it is, it must not stop the mail behind it
        if len(found) > 1:
            return [uid for each in found for uid in _take(box, [each])]
        log.exception("mail_not_understood", uid=found[0][0].uid, error=type(error).__name__)
        _park(box, found[0])
        return []
    return [head.uid for head, _raw, _whole in found]


def _together(box: Mailbox, found: Sequence[Fetched]) -> None:
    with ExitStack() as stack:
        read = []
        for head, raw, whole in found:
            letter = _read(raw)
            kept, left_out = _files(box, letter, whole, head, stack)
            read.append(Arrived(letter, head.uid, head.size, head.arrived_at, kept, left_out))
        with transaction.atomic(durable=True), remembered():
            row = Mailbox.objects.select_for_update().get(pk=box.pk)
            intake.take_in(box=row, arrived=[each for each in read if _is_next(row, box, each.uid)],
                           now=timezone.now())
            row.save(update_fields=["last_uid"])


def _is_next(row: Mailbox, box: Mailbox, uid: int) -> bool:
    """Move on to this mail; False when somebody else was here before."""
    if row.validity != box.validity or row.last_uid >= uid:
        return False
    row.last_uid = uid
    return True


def _park(box: Mailbox, found: Fetched) -> None:
    head, raw, _whole = found
    with transaction.atomic(durable=True):
        row = Mailbox.objects.select_for_update().get(pk=box.pk)
        if _is_next(row, box, head.uid):
            bare = _bare(_read(raw), head)
            intake.take_in(box=row, now=timezone.now(), arrived=[
                Arrived(bare, head.uid, head.size, head.arrived_at, automatic=rules.FAILED)])
            row.save(update_fields=["last_uid"])


def _bare(letter: Letter, head: Head) -> Letter:
    """What can surely be stored of a mail that could not."""
    return Letter(message_id=f"failed:{head.uid}", sender="", subject=letter.subject[:200], text=letter.text[:20_000])


def _files(box: Mailbox, letter: Letter, whole: bool, head: Head, stack: ExitStack) -> tuple[list[Kept], list[str]]:
    """Enclosed files that we take, stored; and a line for each that we do not take."""
    kept: list[Kept] = []
    left_out = [] if whole else [f"({head.size // MEGABYTE} MB) too_large"]
    if letter.enclosed and intake.known(box=box, letter=letter):
        return [], []
    for each in letter.enclosed:
        refused = _why_not(each, whole, len(kept))
        if not refused:
            try:
                kept.append(stack.enter_context(files.kept_any(BytesIO(each.data), name=each.name or "file")))
            except BadInput as error:
                refused = error.code
        if refused:
            left_out.append(f"{' '.join(each.name.split())[:80] or 'file'} {refused}")
    return kept, left_out[:50]


def _why_not(each: Enclosed, whole: bool, so_far: int) -> str:
    if not whole:
        return "too_large"
    if so_far >= rules.MOST_FILES:
        return "too_many"
    return "too_large" if len(each.data) > files.MOST_BYTES else ""
