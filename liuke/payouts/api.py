"""The member's own pay-outs, identity and tax statement, under /api/v1/payouts/."""

from datetime import date, datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from liuke.mall.api import base
from liuke.payouts import words
from liuke.payouts.files import sent
from liuke.payouts.models import Payout
from liuke.payouts.queries import lists, people, taxes
from liuke.payouts.rules import MAX_BANK, MAX_NAME
from liuke.payouts.services import asking
from liuke.payouts.services import people as identities

router = Router(tags=["payouts"], auth=base.customer_auth)
Year = Annotated[int, Query(ge=2000, le=2100)]


class PayoutStandingOut(Schema):
    """`free_fen` may be asked for, from `minimum_fen` on. `code` and `why`: what is in the way now, else empty."""

    free_fen: int
    under_way_fen: int
    minimum_fen: int
    ways: list[str]
    verified: bool
    identity: str
    bank: str
    code: str
    why: str


class IdentityIn(Schema):
    name: Annotated[base.Text, Field(min_length=1, max_length=MAX_NAME)]
    number: Annotated[str, Field(min_length=1, max_length=30)]


class IdentityOut(Schema):
    identity: str


class BankIn(Schema):
    bank: Annotated[base.Text, Field(min_length=1, max_length=MAX_BANK)]
    number: Annotated[str, Field(min_length=1, max_length=60)]


class BankOut(Schema):
    bank: str


class PayoutIn(Schema):
    """`way`: wechat or bank."""

    amount_fen: base.Fen
    way: base.Word


class PayoutOut(Schema):
    """`tax_fen` is known once it is released. `state`: held, approval, sending, paid, failed, refused, cancelled."""

    id: int
    number: str
    amount_fen: int
    tax_fen: int
    back_fen: int
    way: str
    state: str
    told: str
    asked_at: datetime
    ended_at: datetime | None


class PayoutMonthOut(Schema):
    """One tax month: income before tax, what was withheld, what arrived or is under way."""

    month: date
    payouts: int
    gross_fen: int
    tax_fen: int
    net_fen: int


@router.get("/standing", response={200: PayoutStandingOut, 401: base.Said}, throttle=base.reads)
def standing(request: HttpRequest) -> PayoutStandingOut:
    """What I can have paid out, how, and what is in the way."""
    customer_id = base.customer_of(request)
    free, stop = lists.free_of(customer_id), asking.hindrance(customer_id, now=timezone.now())
    person, account = people.person_of(customer_id), people.account_of(customer_id)
    return PayoutStandingOut(
        free_fen=max(free.free_fen, 0), under_way_fen=free.under_way_fen, minimum_fen=people.terms().minimum_fen,
        ways=[str(way) for way in people.ways_of(customer_id)], verified=person is not None,
        identity=person.hint if person else "", bank=f"{account.bank} {account.hint}" if account else "",
        code=stop.code if stop else "", why=stop.message if stop else "")


@router.post("/identity", throttle=base.logins, response={
    200: IdentityOut, 401: base.Said, 409: base.Said, 422: base.Said, 503: base.Said})
def verify(request: HttpRequest, body: IdentityIn) -> IdentityOut:
    """Prove who I am: real name and resident identity number. Final."""
    row = identities.verify(customer_id=base.customer_of(request), name=body.name, number=body.number,
                            now=timezone.now())
    return IdentityOut(identity=row.hint)


@router.put("/bank", response={200: BankOut, 401: base.Said, 409: base.Said, 422: base.Said}, throttle=base.writes)
@transaction.atomic(durable=True)
def set_bank(request: HttpRequest, body: BankIn) -> BankOut:
    """My own account, for pay-outs from now on."""
    row = identities.set_account(customer_id=base.customer_of(request), bank=body.bank, number=body.number,
                                 now=timezone.now())
    return BankOut(bank=f"{row.bank} {row.hint}")


@router.post("", response={200: PayoutOut, 401: base.Said, 409: base.Said, 422: base.Said}, throttle=base.writes)
@transaction.atomic(durable=True)
def ask(request: HttpRequest, body: PayoutIn, key: str = base.KEY) -> PayoutOut:
    """Have so much paid out. The same Idempotency-Key again is the same pay-out."""
    return _payout(asking.ask(customer_id=base.customer_of(request), amount_fen=body.amount_fen, way=body.way,
                              key=f"api:{key}", now=timezone.now()))


@router.get("", response={200: list[PayoutOut], 401: base.Said, 422: base.Said}, throttle=base.reads)
def payouts(request: HttpRequest, before: Annotated[int | None, Query(ge=1, le=base.MOST)] = None) -> list[PayoutOut]:
    """Mine, the newest first, fifty at a time; `before` is the last id of the page before."""
    return [_payout(row) for row in lists.payouts_of(base.customer_of(request), before=before)]


@router.get("/statement", response={200: list[PayoutMonthOut], 401: base.Said, 422: base.Said}, throttle=base.reads)
def statement(request: HttpRequest, year: Year) -> list[taxes.Month]:
    """What was paid out and withheld in each month of a year."""
    return taxes.months_of(base.customer_of(request), year=year)


@router.get("/statement.xlsx", response={200: None, 401: base.Said, 422: base.Said}, throttle=base.writes)
def statement_file(request: HttpRequest, year: Year) -> HttpResponse:
    """The same as a workbook."""
    return sent(taxes.statement_sheet(base.customer_of(request), year), "xlsx")


@router.get("/{payout_id}", response={200: PayoutOut, 401: base.Said, 404: base.Said, 422: base.Said},
            throttle=base.reads)
def payout(request: HttpRequest, payout_id: base.Id) -> PayoutOut:
    return _payout(lists.payout_for(base.customer_of(request), payout_id))


@router.delete("/{payout_id}", throttle=base.writes, response={
    200: PayoutOut, 401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said})
@transaction.atomic(durable=True)
def cancel(request: HttpRequest, payout_id: base.Id) -> PayoutOut:
    """Take back what was not released yet."""
    return _payout(asking.cancel(customer_id=base.customer_of(request), payout_id=payout_id, now=timezone.now()))


def _payout(row: Payout) -> PayoutOut:
    return PayoutOut(
        id=row.pk, number=row.number, amount_fen=row.gross_fen, tax_fen=row.tax_fen - row.back_tax_fen,
        back_fen=row.back_fen, way=row.way, state=row.state, told=words.told_to_member(row), asked_at=row.asked_at,
        ended_at=row.ended_at)
