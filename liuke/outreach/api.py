"""The customer's inbox, under /api/v1/inbox/. No `from __future__ import annotations`: ninja reads types."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from liuke.customers import doors
from liuke.outreach import queries, services
from liuke.outreach.models import Message
from liuke.outreach.rules import PAGE

router = Router(tags=["inbox"], auth=doors.customer_auth, throttle=doors.PerAddress("inbox", most=1200, free=120))


class NoticeOut(Schema):
    """`about` and `what` say where it leads: order and its number, return and its number, points, gifts and so on."""

    id: int
    at: datetime
    text: str
    about: str
    what: str
    read: bool


class InboxOut(Schema):
    """`unread` counts the whole inbox; `next` goes into `before` for the page before, none at the beginning."""

    unread: int
    messages: list[NoticeOut]
    next: int | None


class ReadIn(Schema):
    """`until`: the newest message that the person has seen."""

    until: doors.Id


@router.get("/", response={200: InboxOut, 401: doors.Said, 422: doors.Said})
def inbox(request: HttpRequest, before: Annotated[int | None, Query(ge=1, le=doors.MOST)] = None) -> InboxOut:
    """What the brand has written to the caller here, the newest first."""
    mine = queries.inbox(doors.customer_of(request)).order_by("-pk")
    found = list((mine.filter(pk__lt=before) if before else mine)[: PAGE + 1])
    return InboxOut(unread=mine.filter(read_at=None).count(), messages=[_notice(row) for row in found[:PAGE]],
                    next=found[PAGE - 1].pk if len(found) > PAGE else None)


@router.post("/read", response={204: None, 401: doors.Said, 422: doors.Said})
@transaction.atomic(durable=True)
def read(request: HttpRequest, body: ReadIn) -> HttpResponse:
    """This one and all before it were seen. Again is nothing."""
    services.mark_read(customer_id=doors.customer_of(request), until_id=body.until, now=timezone.now())
    return HttpResponse(status=204)


def _notice(row: Message) -> NoticeOut:
    about, _, rest = row.topic.partition(":")
    return NoticeOut(id=row.pk, at=row.finished_at or row.asked_at, text=queries.text_of(row), about=about,
                     what=rest.rpartition(":")[0], read=row.read_at is not None)
