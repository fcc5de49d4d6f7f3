"""A customer's stored balance: topped up by staff, spent like any other way to pay, and refunded to itself.

It is an account of the ledger in fen that cannot go below zero. Turned on by LIUKE_BALANCE=yes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NoReturn

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.channels.errors import NotVerified
from liuke.channels.payment import BillRow, Charge, Paid, PaymentStatus, Refunded, RefundStatus, Return
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.ledger import queries as books
from liuke.ledger import services as ledger
from liuke.ledger.models import Posting
from liuke.mall.models import Payment
from liuke.mall.queries.payments import ZONE
from liuke.mall.rules import balance as rules
from liuke.org import services as org
from liuke.timeline import facts
from liuke.timeline.services import record

NAME = "balance"
CHANGES = ("balance_top_up:", "balance_correction:")     # entries that staff make
HOUSE = ledger.NewAccount(purpose="balance", unit="fen", debit_normal=True, rolled=True)


class NotEnough(Refused):
    """The balance is smaller than what is to be paid or taken off."""

    code = "balance_not_enough"


class TooMuch(Refused):
    """No balance may be larger than rules.MOST_FEN."""

    code = "balance_too_much"


def account_of(customer_id: int) -> ledger.NewAccount:
    return ledger.NewAccount(purpose="balance", unit="fen", owner_kind="customer", owner_id=customer_id, floor=0)


def balance_of(customer_id: int) -> books.Balance:
    """What the customer has; `held` of it waits for a payment to be noted."""
    return books.balance(account_of(customer_id).address)


def top_up(*, customer_id: int, amount_fen: int, key: str, reference: str, staff_id: int, now: datetime) -> int:
    """Money came (its number at the bank or till is `reference`) and goes on the balance; returns what is free now.

    The same key again is once. Raises BadInput, TooMuch.
    """
    require_transaction()
    if amount_fen <= 0 or not 0 < len(reference.strip()) <= rules.REFERENCE_LENGTH:
        raise BadInput(_("请填写金额和收款流水号"))
    return _change(_Change(customer_id, amount_fen, f"balance_top_up:{key}", "top_up"), staff_id, now,
                   reference=reference.strip())


def correct(*, customer_id: int, amount_fen: int, key: str, reason: str, staff_id: int, now: datetime) -> int:
    """Add to the balance, or take off it (negative), for one of rules.REASONS; returns what is free now.

    The same key again is once. Raises BadInput, NotEnough, TooMuch.
    """
    require_transaction()
    if amount_fen == 0 or reason not in rules.REASONS:
        raise BadInput(_("请填写金额和原因"))
    return _change(_Change(customer_id, amount_fen, f"balance_correction:{key}", "correction"), staff_id, now,
                   reason=reason)


def take_back(*, customer_id: int, entry: str, staff_id: int, now: datetime) -> int:
    """Undo a top-up or a correction that was a mistake, whole; returns what is free then. Again is once.

    Raises NotYours for an entry that is none of this customer's changes, NotEnough when the money was spent meanwhile.
    """
    require_transaction()
    mine = account_of(customer_id).address
    row = books.entry(entry).first()
    if row is None or not entry.startswith(CHANGES) or mine not in (row.debit.address, row.credit.address):
        raise NotYours
    key = f"{entry}:reverse"
    known = books.entry(key).exists()
    try:
        ledger.reverse(of=entry, key=key, now=now)
    except ledger.Overdrawn as error:
        raise NotEnough(_("这笔钱已经用掉了，余额不够撤销")) from error
    free = balance_of(customer_id).free
    if not known:
        amount = row.amount if row.debit.address == mine else -row.amount
        record(facts.BalanceChanged(amount_fen=amount, kind="taken_back"), customer_id=customer_id, key=key,
               happened_at=now)
        org.audit(staff_id=staff_id, action="mall.balance.taken_back", target=f"customer:{customer_id}",
                  detail={"amount_fen": amount, "entry": key})
    return free


@dataclass(frozen=True)
class _Change:
    customer_id: int
    amount_fen: int
    entry: str
    kind: str


def _change(change: _Change, staff_id: int, now: datetime, **why: str) -> int:
    mine, amount = account_of(change.customer_id), change.amount_fen
    known = books.entry(change.entry).exists()
    ways = (HOUSE.address, mine.address)
    source, target = ways if amount > 0 else ways[::-1]
    try:
        ledger.post(key=change.entry, moves=[ledger.Move(source, target, abs(amount))], now=now, opening=[HOUSE, mine])
    except ledger.Overdrawn as error:
        raise NotEnough(_("余额不足")) from error
    standing = balance_of(change.customer_id)
    if known:
        return standing.free
    if amount > 0 and standing.posted > rules.MOST_FEN:
        raise TooMuch(_("余额不能超过 %(most)s 元") % {"most": rules.MOST_FEN // 100})
    record(facts.BalanceChanged(amount_fen=amount, kind=change.kind), customer_id=change.customer_id,
           key=change.entry, happened_at=now)
    org.audit(staff_id=staff_id, action=f"mall.balance.{change.kind}", target=f"customer:{change.customer_id}",
              detail={"amount_fen": amount, "entry": change.entry, **why})
    return standing.free


def take(*, payment: Payment, now: datetime) -> None:
    """The payment is ours now: what was set aside for it leaves the customer's balance. Again is once."""
    require_transaction()
    ledger.confirm(key=f"{_held(payment.number)}:paid", of=_held(payment.number), now=now)


class BalanceProvider:
    """The balance as a provider of payments. Its calls open transactions of their own, as a network call would wait."""

    name = NAME
    ways: tuple[str, ...] = ("balance",)
    waits: timedelta | None = None
    answers = True

    def open(self, charge: Charge) -> Mapping[str, str]:
        """Set the amount aside. Raises NotEnough; after a top-up the same call may be repeated."""
        owner = Payment.objects.select_related("group").get(number=charge.number).group.customer_id
        mine = account_of(owner)
        with transaction.atomic(durable=True):
            try:
                ledger.hold(key=_held(charge.number), now=timezone.now(), opening=[HOUSE, mine],
                            moves=[ledger.Move(mine.address, HOUSE.address, charge.amount_fen)])
            except ledger.Overdrawn as error:
                raise NotEnough(_("余额不足")) from error
        return {}

    def query(self, number: str) -> PaymentStatus:
        """Paid as soon as it is set aside: nobody else has to agree."""
        held = sum(books.entry(_held(number)).values_list("amount", flat=True))
        if held and (books.left_of(_held(number)) or books.entry(f"{_held(number)}:paid").exists()):
            return PaymentStatus(number=number, state=Paid.PAID, amount_fen=held, ref=number)
        return PaymentStatus(number=number, state=Paid.CLOSED if held else Paid.UNKNOWN)

    def close(self, number: str) -> PaymentStatus:
        return PaymentStatus(number=number, state=Paid.CLOSED)

    def refund(self, order: Return) -> RefundStatus:
        owner = Payment.objects.select_related("group").get(number=order.payment).group.customer_id
        mine = account_of(owner)
        with transaction.atomic(durable=True):
            entry = ledger.post(
                key=_back(order.number), opening=[HOUSE, mine], now=timezone.now(),
                moves=[ledger.Move(HOUSE.address, mine.address, order.amount_fen)],
            )
        return _done(order.number, entry.amount, entry.booked_at)

    def query_refund(self, number: str) -> RefundStatus:
        row = books.entry(_back(number)).first()
        return _done(number, row.amount, row.booked_at) if row else RefundStatus(number=number, state=Refunded.UNKNOWN)

    def bill(self, day: date) -> list[BillRow]:
        """What the ledger says was paid and sent back on a day, to be compared with payments and refunds."""
        start = datetime.combine(day, time(), tzinfo=ZONE)
        mine = Posting.objects.filter(booked_at__gte=start, booked_at__lt=start + timedelta(days=1))
        paid = mine.filter(credit__address=HOUSE.address, kind="confirm", key__endswith=":paid").order_by("pk")
        back = mine.filter(debit__address=HOUSE.address, kind="post", key__startswith=_back("")).order_by("pk")
        rows = [BillRow("payment", row.key.split(":")[1], row.key, row.amount, "paid") for row in paid]
        return rows + [BillRow("refund", row.key.split(":")[1], row.key, row.amount, "done") for row in back]

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> NoReturn:
        raise NotVerified("the balance sends no notices")


def _held(number: str) -> str:
    return f"balance:{number}"


def _back(number: str) -> str:
    return f"balance_refund:{number}"


def _done(number: str, amount_fen: int, at: datetime) -> RefundStatus:
    return RefundStatus(number=number, state=Refunded.DONE, amount_fen=amount_fen, ref=number, asked_at=at, done_at=at)
