"""The customer's doors to the desk: write, read back, follow each case, take one up again. Under /api/v1/desk/.

No `from __future__ import annotations` beside endpoints: ninja reads their types.
"""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile

from liuke.customers import doors
from liuke.desk.queries import cases
from liuke.desk.queries.cases import Case, Said
from liuke.desk.rules import CHAT, MOST_REASONS, RATING_CHARACTERS
from liuke.desk.services import ratings, talk
from liuke.desk.services.live import customer_topic
from liuke.desk.services.talk import Incoming
from liuke.kit import crypto, files, pictures
from liuke.kit.pictures import Folder, Size
from liuke.kit.push import ticket_for

MOST_CHARACTERS = 5_000
writes = doors.PerAddress("desk writes", most=300, free=30)
reads = doors.PerAddress("desk reads", most=1200, free=120)
router = Router(tags=["desk"], auth=doors.customer_auth, throttle=reads)
REFUSED = {401: doors.Said, 404: doors.Said, 409: doors.Said, 422: doors.Said}
Words = Annotated[doors.Text, Field(min_length=1, max_length=MOST_CHARACTERS)]


class WordsIn(Schema):
    text: Words


class EnclosedOut(Schema):
    """A file that is no picture, behind /desk/files/{id}. `kind`: pdf docx xlsx pptx txt mp4; `size` in bytes."""

    id: int
    kind: str
    name: str
    size: int


class SaidOut(Schema):
    """`author`: customer, staff (whose name is `by`) or bot. `pictures`: ids, each behind /desk/pictures/{id}."""

    id: int
    case: str
    author: str
    by: str
    text: str
    at: datetime
    pictures: list[int]
    files: list[EnclosedOut]


class TalkOut(Schema):
    """`next` goes into `before` for the page before; none at the beginning."""

    messages: list[SaidOut]
    next: int | None


class CaseStepOut(Schema):
    """`what`: opened, taken, answered, decided, or the state it went to (solved, pending_customer ...)."""

    what: str
    at: datetime


class CaseOut(Schema):
    """`next`: answer (we owe one), you (we wait for you), we_work, nothing. `expected_at`: until when we promise it.

    `request`: the number of the request about goods it follows, with its parcels behind /shop/returns/{number}.
    `rate_until`: while we ask how it went; `score`: what the customer said.
    """

    number: str
    title: str
    kind: str
    state: str
    opened_at: datetime
    done_at: datetime | None
    taken_by: str
    next: str
    expected_at: datetime | None
    request: str
    steps: list[CaseStepOut]
    rate_until: datetime | None
    score: int | None


class CaseRatingIn(Schema):
    """`reasons`: at most four of fast, kind, solved, slow, rude, unsolved, repeated, product."""

    score: Annotated[int, Field(ge=1, le=5)]
    reasons: Annotated[list[doors.Word], Field(max_length=MOST_REASONS)] = []
    text: Annotated[doors.Text, Field(max_length=RATING_CHARACTERS)] = ""


class CasesOut(Schema):
    cases: list[CaseOut]
    next: int | None


class EventsOut(Schema):
    """Open `url` as an EventSource: each message says that something changed; what was missed is sent after a break."""

    url: str


@router.post("/messages", response={200: SaidOut, **REFUSED}, throttle=writes)
def write(request: HttpRequest, body: WordsIn, key: doors.Text = doors.KEY) -> Said:
    """Say something; it joins the open case or opens one. The same Idempotency-Key again is the same message."""
    customer_id = doors.customer_of(request)
    with transaction.atomic(durable=True):
        message = talk.receive(said=_incoming(customer_id, key, body.text), now=timezone.now())
    return cases.said(message.pk)


@router.post("/pictures", response={200: SaidOut, 413: doors.Said, **REFUSED}, throttle=writes)
def send_picture(request: HttpRequest, file: File[UploadedFile], key: doors.Text = doors.KEY) -> Said:
    """Send one picture (JPEG, PNG or WebP, at most 10 MB); it is kept without place and camera. Keys as above."""
    customer_id = doors.customer_of(request)
    asked = _incoming(customer_id, key, "")
    if known := cases.message_with(channel=CHAT, external_id=asked.external_id):
        return cases.said(known.pk)
    with pictures.kept(file, folder=Folder.PRIVATE) as picture, transaction.atomic(durable=True):
        message = talk.receive(said=replace(asked, pictures=[picture]), now=timezone.now())
    return cases.said(message.pk)


@router.post("/files", response={200: SaidOut, 413: doors.Said, **REFUSED}, throttle=writes)
def send_file(request: HttpRequest, file: File[UploadedFile], key: doors.Text = doors.KEY) -> Said:
    """Send one file: a picture, PDF, an Office document without macros, plain text or MP4, at most 10 MB."""
    customer_id = doors.customer_of(request)
    asked = _incoming(customer_id, key, "")
    if known := cases.message_with(channel=CHAT, external_id=asked.external_id):
        return cases.said(known.pk)
    with files.kept_any(file, name=file.name or "file") as kept, transaction.atomic(durable=True):
        message = talk.receive(said=replace(asked, pictures=[kept]), now=timezone.now())
    return cases.said(message.pk)


@router.get("/files/{file_id}", response={**REFUSED})
def file_sent(request: HttpRequest, file_id: doors.Id) -> HttpResponse:
    """The bytes of a file of one's own conversation, as a download."""
    row = cases.file_of(doors.customer_of(request), file_id)
    return files.answer(row.file, kind=row.kind, name=crypto.decrypt(row.name_enc))


@router.get("/messages", response={200: TalkOut, **REFUSED})
def history(request: HttpRequest, before: Query[doors.Id | None] = None) -> dict[str, object]:
    """Fifty messages of all one's cases, the newest first; `at` says when each was said."""
    found, following = cases.said_page(doors.customer_of(request), before=before)
    return {"messages": found, "next": following}


@router.get("/pictures/{picture_id}", response={**REFUSED})
def picture(request: HttpRequest, picture_id: doors.Id, size: Size = Size.MEDIUM) -> HttpResponse:
    """The bytes of a picture of one's own conversation: small, medium (both WebP) or large (JPEG)."""
    return pictures.answer(cases.picture_of(doors.customer_of(request), picture_id).file, size)


@router.get("/cases", response={200: CasesOut, **REFUSED})
def cases_page(request: HttpRequest, before: Query[doors.Id | None] = None) -> dict[str, object]:
    """Twenty cases, the newest first, without their steps."""
    found, following = cases.cases_page(doors.customer_of(request), before=before)
    return {"cases": found, "next": following}


@router.get("/cases/{number}", response={200: CaseOut, **REFUSED})
def progress(request: HttpRequest, number: doors.Word) -> Case:
    """Who took it, what was done, what comes next, and until when that is promised."""
    return cases.case(cases.ticket_of(doors.customer_of(request), number), now=timezone.now())


@router.post("/cases/{number}/reopen", response={200: CaseOut, **REFUSED}, throttle=writes)
def reopen(request: HttpRequest, number: doors.Word, body: WordsIn, key: doors.Text = doors.KEY) -> Case:
    """Say that it is not done after all, within two weeks. The same Idempotency-Key again is the same message."""
    customer_id = doors.customer_of(request)
    ticket = cases.ticket_of(customer_id, number)
    with transaction.atomic(durable=True):
        talk.reopen(ticket_id=ticket.pk, text=body.text, external_id=_id(customer_id, key), now=timezone.now())
    return cases.case(cases.ticket_of(customer_id, number), now=timezone.now())


@router.post("/cases/{number}/rating", response={200: CaseOut, **REFUSED}, throttle=writes)
def rate(request: HttpRequest, number: doors.Word, body: CaseRatingIn) -> Case:
    """Say how it went, once, while `rate_until` is there. Low with words takes the case up again; the same is once."""
    customer_id = doors.customer_of(request)
    ticket = cases.ticket_of(customer_id, number)
    with transaction.atomic(durable=True):
        ratings.rate(ticket_id=ticket.pk, score=body.score, reasons=body.reasons, text=body.text, now=timezone.now())
    return cases.case(cases.ticket_of(customer_id, number), now=timezone.now())


@router.get("/events", response={200: EventsOut, **REFUSED})
def events(request: HttpRequest) -> dict[str, str]:
    """Where to listen, for 12 hours; ask before reading what the screen shows, and nothing after that is missed."""
    customer_id = doors.customer_of(request)
    ticket = ticket_for(topics=[customer_topic(customer_id)], holder=f"customer:{customer_id}")
    return {"url": f"{settings.LIUKE_PUSH_URL}/events?ticket={ticket}"}


def _incoming(customer_id: int, key: str, text: str) -> Incoming:
    return Incoming(channel=CHAT, thread=f"customer:{customer_id}", external_id=_id(customer_id, key),
                    customer_id=customer_id, text=text, at=timezone.now())


def _id(customer_id: int, key: str) -> str:
    return f"customer:{customer_id}:{key}"
