"""One ticket: the conversation, which changes by itself, the answer, and who else is looking."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.desk import words
from liuke.desk.models import Message, Ticket
from liuke.desk.queries import inbox, routing, talks
from liuke.desk.rules import FINAL, GONE, MOST_ATTACHMENTS, State
from liuke.desk.services import drafts, macros, talk
from liuke.desk.services import routing as moves
from liuke.desk.services import tickets as changes
from liuke.desk.services.live import staff_topic, topic
from liuke.desk.services.talk import Kept, MovedOn
from liuke.desk.triage import TicketKind
from liuke.kit import crypto, files, pictures
from liuke.kit.errors import NotYours, Refused
from liuke.kit.pictures import Size
from liuke.kit.push import ticket_for
from liuke.org.access import StaffRequest, staff_may
from liuke.org.services import audit

NOTE, REPLY = "note", "reply"
AFTER = ("", State.PENDING_CUSTOMER, State.SOLVED)       # where a ticket may go with an answer
STATES = (State.OPEN, State.IN_PROGRESS, State.PENDING_CUSTOMER, State.ON_HOLD, State.SOLVED, State.CLOSED)


@staff_may("desk.view")
@require_GET
def page(request: StaffRequest, number: str) -> HttpResponse:
    """The conversation with its answer form; a merged ticket leads to the one it belongs to."""
    row = talks.ticket_seen(number, reader_id=request.user.pk)
    if row.merged_into is not None and "stay" not in request.GET:
        return redirect("desk:ticket", row.merged_into.number)
    return _page(request, row)


def _page(request: StaffRequest, row: Ticket, *, error: str = "", text: str | None = None, mode: str = REPLY,
          status: int = 200) -> HttpResponse:
    here = topic(row.pk)
    ticket = ticket_for(topics=[here, f"{here}:viewers", staff_topic(request.user.pk)],
                        holder=f"staff:{request.user.pk}", snapshot=getattr(row, "snapshot", None))
    may_work = request.user.has_perm("desk.work")
    return render(request, "desk/ticket.html", {
        "ticket": ticket, "may_work": may_work and row.state not in GONE, "error": error, "mode": mode,
        "draft": text if text is not None else talks.draft_of(row), "key": secrets.token_hex(8),
        "call_outcomes": list(words.CALLS.items()), "most_pictures": MOST_ATTACHMENTS,
        "state_names": talks.state_names(), "may_customers": request.user.has_perm("customers.view"), **_shown(row),
    }, status=status)


def _shown(row: Ticket) -> dict[str, Any]:
    """The part that changes by itself."""
    return {
        "t": row, "talk": talks.talk(row), "name": crypto.decrypt(row.customer.name_enc),
        "title": crypto.decrypt(row.title_enc) if row.title_enc else "", "topic": topic(row.pk),
        "gone": row.state in GONE, "done": row.state in FINAL,
        "kinds": [(str(code), words.KINDS[code]) for code in TicketKind],
        "states": [(str(code), words.STATES[code][0]) for code in STATES],
        "priorities": [(code, word) for code, (word, _kind) in words.PRIORITIES.items()],
    }


@staff_may("desk.view")
@require_GET
def news(request: StaffRequest, number: str) -> HttpResponse:
    """The conversation anew, with the head beside it; fetched when something was said or changed."""
    row = talks.ticket_seen(number)
    may_work = request.user.has_perm("desk.work") and row.state not in GONE
    return render(request, "desk/_talk.html", {"news": True, "may_work": may_work, **_shown(row)})


@staff_may("desk.view")
@require_GET
def viewers(request: StaffRequest, number: str) -> HttpResponse:
    """Which colleagues have it open, and who of them is writing."""
    row = talks.ticket_seen(number)
    found = routing.viewers(row.pk, now=timezone.now(), without=request.user.pk)
    return render(request, "desk/_viewers.html", {
        "writing": [name for name, writes in found if writes],
        "looking": [name for name, writes in found if not writes],
    })


@staff_may("desk.view", atomic=False)
@require_POST
def look(request: StaffRequest, number: str) -> HttpResponse:
    """The page says that it is open, whether somebody types, and what; the draft is kept. Too often for the audit."""
    row = Ticket.objects.only("pk").filter(number=number).first()
    if row is None:
        raise NotYours
    writes, now = request.POST.get("writes") == "yes", timezone.now()
    with transaction.atomic(durable=True):
        moves.look(ticket_id=row.pk, staff_id=request.user.pk, writes=writes, now=now)
        if "text" in request.POST:
            drafts.save_draft(ticket_id=row.pk, staff_id=request.user.pk, text=request.POST["text"], now=now)
    return HttpResponse(status=204)


@staff_may("desk.view")
@require_GET
def picture(request: StaffRequest, picture_id: int, size: str) -> HttpResponse:
    """A picture that was sent."""
    del request
    if size not in set(Size):
        raise NotYours
    return pictures.answer(talks.picture_seen(picture_id).file, Size(size))


@staff_may("desk.view")
@require_GET
def file(request: StaffRequest, file_id: int) -> HttpResponse:
    """A file that was sent, as a download."""
    del request
    row = talks.file_seen(file_id)
    return files.answer(row.file, kind=row.kind, name=crypto.decrypt(row.name_enc))


@staff_may("desk.work", atomic=False)
@require_POST
def send(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the customer, or write a note. When something was said meanwhile nothing is sent and the text stays."""
    row = talks.ticket_seen(number)
    post, mode = request.POST, NOTE if request.POST.get("mode") == NOTE else REPLY
    try:
        with ExitStack() as stack:
            kept = [stack.enter_context(files.kept_any(each, name=each.name or "file"))
                    for each in _files(request, mode)]
            with transaction.atomic(durable=True):
                said = _say(row, post, mode, staff_id=request.user.pk, kept=kept)
                audit(staff_id=request.user.pk, action=f"desk.console.ticket.{mode}", target=f"ticket:{row.pk}",
                      detail={"message_id": said.pk})
    except Refused as refused:
        return _page(request, talks.ticket_seen(number), error=refused.message, text=post.get("text", ""), mode=mode,
                     status=409 if isinstance(refused, MovedOn) else refused.status)
    then = post.get("then", "")
    if mode == REPLY and then == State.SOLVED:
        messages.success(request, _("已回复并解决 %(number)s") % {"number": number})
        following = inbox.next_of(request.user.pk, but=row.pk)
        return redirect("desk:ticket", following.number) if following else redirect("desk:tickets")
    return redirect("desk:ticket", number)


def _files(request: StaffRequest, mode: str) -> list[UploadedFile]:
    return request.FILES.getlist("files")[: MOST_ATTACHMENTS + 1] if mode == REPLY else []


def _say(row: Ticket, post: Mapping[str, str], mode: str, *, staff_id: int, kept: Sequence[Kept]) -> Message:
    """Raises MovedOn, TicketGone, BadInput, OtherMessage."""
    now, text, key = timezone.now(), post.get("text", ""), post.get("key", "")[:60] or secrets.token_hex(8)
    if mode == NOTE:
        return talk.note(ticket_id=row.pk, staff_id=staff_id, text=text, key=key, now=now)
    then, seen = post.get("then", ""), post.get("seen", "")
    said = talk.reply(
        ticket_id=row.pk, staff_id=staff_id, text=text, key=key, now=now, pictures=kept,
        seen_id=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else 0,
        state=then if then in AFTER else "")
    if row.assignee_id is None:
        moves.take(ticket_id=row.pk, staff_id=staff_id, now=now)
    macro = post.get("macro", "")
    if macro.isascii() and macro.isdigit() and len(macro) < 10:
        _after_macro(row, int(macro), staff_id)
    return said


def _after_macro(row: Ticket, macro_id: int, staff_id: int) -> None:
    """What else a ready answer does once it was sent."""
    used = macros.count_use(macro_id=macro_id)
    if used and used.tag:
        changes.tag(ticket_id=row.pk, name=used.tag, staff_id=staff_id, now=timezone.now())
