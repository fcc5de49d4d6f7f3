"""What customers decide about themselves: who may write to them, a copy of everything, and being forgotten.

Under /api/v1/me/. No `from __future__ import annotations` beside endpoints: ninja reads their types.
"""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from liuke.customers import doors
from liuke.customers.models import Customer, PersonalExport
from liuke.customers.queries import consents as said
from liuke.customers.queries.records import exports_of, wishes_of
from liuke.customers.rules.consents import CHANNELS, PURPOSES
from liuke.customers.services import consents, export, forget, records
from liuke.kit.errors import NotYours

router = Router(tags=["me"], auth=doors.customer_auth, throttle=doors.PerAddress("me", most=120, free=12))
REFUSED = {401: doors.Said, 404: doors.Said, 409: doors.Said, 422: doors.Said}
SOURCE = "shop"


class ExportOut(Schema):
    """`state`: making, ready (until `expires_at`, for one download), or gone."""

    id: int
    state: str
    expires_at: datetime | None


class MeOut(Schema):
    """`number` is the member number, `export` the last one asked for; `birthday` is 1231 or, untold, null."""

    number: str
    birthday: int | None
    export: ExportOut | None


class AllowedOut(Schema):
    """Whether messages of this purpose may come over this channel, and the words (`text`) that one agrees to."""

    channel: str
    channel_word: str
    purpose: str
    purpose_word: str
    text: str
    text_version: str
    given: bool


class AllowIn(Schema):
    """`text_version` is that of the words which the page showed; it is not looked at when `given` is false."""

    channel: doors.Word
    purpose: doors.Word
    given: bool
    text_version: doors.Word = ""


class BirthdayIn(Schema):
    """`agreed`: the person has said yes to its being kept for gifts."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    agreed: bool


class ForgetIn(Schema):
    """`number`: the member number, typed by the person."""

    number: doors.Word


@router.get("/", response={200: MeOut, 401: doors.Said})
def me(request: HttpRequest) -> MeOut:
    customer_id = doors.customer_of(request)
    last = exports_of(customer_id).first()
    number = Customer.objects.values_list("number", flat=True).get(pk=customer_id)
    return MeOut(number=number, birthday=wishes_of([customer_id])[customer_id].birth_month_day,
                 export=_export(last, timezone.now()) if last else None)


@router.put("/birthday", response={204: None, **REFUSED})
@transaction.atomic(durable=True)
def tell_birthday(request: HttpRequest, body: BirthdayIn) -> HttpResponse:
    """Tell it once, for a birthday gift; the year is not asked. Staff can change or remove it."""
    records.tell_birthday(customer_id=doors.customer_of(request), month_day=body.month * 100 + body.day,
                          agreed=body.agreed, now=timezone.now())
    return HttpResponse(status=204)


@router.get("/consents", response={200: list[AllowedOut], 401: doors.Said})
def allowed(request: HttpRequest) -> list[AllowedOut]:
    """Every purpose and channel that there are words for. Nothing is allowed until the person says so."""
    return _allowed(doors.customer_of(request))


@router.put("/consents", response={200: list[AllowedOut], **REFUSED})
def allow(request: HttpRequest, body: AllowIn) -> list[AllowedOut]:
    """Agree to these words, or refuse. Again is once; a refusal holds at once."""
    customer_id, now = doors.customer_of(request), timezone.now()
    with transaction.atomic(durable=True):
        if body.given:
            consents.give(customer_id=customer_id, channel=body.channel, purpose=body.purpose,
                          text_version=body.text_version, source=SOURCE, now=now)
        else:
            consents.withdraw(customer_id=customer_id, channel=body.channel, purpose=body.purpose, source=SOURCE,
                              now=now)
    return _allowed(customer_id)


@router.post("/exports", response={200: ExportOut, **REFUSED})
@transaction.atomic(durable=True)
def ask_for_export(request: HttpRequest) -> ExportOut:
    """Have a zip of everything made. While one is being made, or waits to be taken, asking again is that one."""
    customer_id, now = doors.customer_of(request), timezone.now()
    Customer.objects.select_for_update(no_key=True).get(pk=customer_id)        # a double tap is one export
    last = exports_of(customer_id).first()
    if last is not None and _export(last, now).state != "gone":
        return _export(last, now)
    return _export(export.request_export(customer_id=customer_id, now=now), now)


@router.post("/exports/{export_id}/take", response={410: doors.Said, **REFUSED})
@transaction.atomic(durable=True)
def take_export(request: HttpRequest, export_id: doors.Id) -> HttpResponse:
    """The zip, once: it is deleted as it is handed out."""
    row = exports_of(doors.customer_of(request)).filter(pk=export_id).first()
    if row is None:
        raise NotYours
    packed = export.take_export(export_id=row.pk, now=timezone.now())
    return HttpResponse(packed, content_type="application/zip",
                        headers={"Content-Disposition": 'attachment; filename="liuke-export.zip"'})


@router.post("/forget", response={204: None, **REFUSED})
@transaction.atomic(durable=True)
def forget_me(request: HttpRequest, body: ForgetIn) -> HttpResponse:
    """Blank everything personal, for good; every device is logged out. With another number: `forget_not_confirmed`."""
    forget.forget(customer_id=doors.customer_of(request), confirmed_number=body.number, now=timezone.now())
    return HttpResponse(status=204)


def _allowed(customer_id: int) -> list[AllowedOut]:
    now_allowed = said.allowed(customer_id)
    return [
        AllowedOut(channel=subject.channel, channel_word=CHANNELS[subject.channel], purpose=subject.purpose,
                   purpose_word=PURPOSES[subject.purpose], text=text.body, text_version=text.version,
                   given=subject in now_allowed)
        for subject, text in said.texts_in_force().items()
    ]


def _export(row: PersonalExport, now: datetime) -> ExportOut:
    state = "making" if row.ready_at is None else (
        "ready" if row.zip_enc is not None and row.expires_at is not None and now < row.expires_at else "gone")
    return ExportOut(id=row.pk, state=state, expires_at=row.expires_at)
