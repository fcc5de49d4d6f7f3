"""Pages of the mailbox: what waits for somebody, how far we have read, and a mail with all its words."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.kit import crypto, files, pictures
from liuke.kit.errors import Refused
from liuke.kit.pictures import Size
from liuke.mailbox.queries import mails
from liuke.mailbox.services import settling
from liuke.mailbox.words import HINTS, REASONS, TROUBLES, left_out_words
from liuke.org.access import StaffRequest, staff_may


@staff_may("desk.view")
@require_GET
def parked(request: StaffRequest) -> HttpResponse:
    """What was not made a ticket, with the reason, the newest first."""
    before = request.GET.get("before", "")
    page, older = mails.waiting_page(before=int(before) if before.isascii() and before.isdigit() and len(before) < 19
                                     else None)
    return render(request, "mailbox/parked.html", {
        "mails": [(each, REASONS.get(each.row.parked, each.row.parked)) for each in page], "older": older,
        "boxes": [(box, TROUBLES.get(box.error, box.error)) for box in mails.boxes()],
        "may_work": request.user.has_perm("desk.work"),
    })


@staff_may("desk.view")
@require_GET
def mail(request: StaffRequest, mail_id: int) -> HttpResponse:
    """One mail, quotes included, and what of it was not taken."""
    found = mails.mail_seen(mail_id)
    return render(request, "mailbox/mail.html", {
        "mail": found, "reason": REASONS.get(found.row.parked, ""), "hint": HINTS.get(found.row.hint, ""),
        "left_out": left_out_words(found.left_out), "files": mails.files_of(found.row),
        "waits": found.row.said_id is None and not found.row.settled_at,
        "may_work": request.user.has_perm("desk.work"),
    })


@staff_may("desk.view")
@require_GET
def file(request: StaffRequest, file_id: int, size: str = Size.LARGE) -> HttpResponse:
    """What was enclosed in a parked mail."""
    request.audit_target = f"mail-file:{file_id}"
    row = mails.file_seen(file_id)
    if row.is_picture:
        return pictures.answer(row.file, Size(size))
    return files.answer(row.file, kind=row.kind, name=crypto.decrypt(row.name_enc))


@staff_may("desk.work")
@require_POST
def settle(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Make it a ticket, put it into one, or nothing is to be done."""
    post, now, me = request.POST, timezone.now(), request.user.pk
    request.audit_target = f"mail:{mail_id}"
    try:
        with transaction.atomic():
            if post.get("do") in ("open", "join"):
                number = post.get("number", "").strip() if post.get("do") == "join" else ""
                row = settling.to_desk(mail_id=mail_id, staff_id=me, number=number, now=now)
                said = row.said
                if said is not None:
                    return redirect("desk:ticket", said.ticket.number)
            else:
                settling.settle(mail_id=mail_id, staff_id=me, now=now)
                messages.success(request, _("已标为处理过"))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("mailbox:parked")
