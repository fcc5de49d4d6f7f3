"""Members who were verified and have earned something, and a plan that says how it is taxed."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import transaction

from liuke.cash.models import Transfer
from liuke.cash.services import collecting, sending
from liuke.cash.tests.builders import known
from liuke.channels import registry
from liuke.channels.fakes.identity import SECRET_ID, SECRET_KEY, FakeTencentIdentity
from liuke.channels.tencent_identity import TencentIdentity
from liuke.customers.tests.builders import make_customer
from liuke.kit import crypto
from liuke.ledger import services as ledger
from liuke.ledger.queries import balance
from liuke.payouts import accounts, rules
from liuke.payouts.models import BankAccount, Payout, Person
from liuke.payouts.services import asking
from liuke.referral import accounts as commissions
from liuke.referral.models import Plan, PlanVersion
from liuke.timeline.testing import settle

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)           # noon in Beijing
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
_numbers = count(1)


def plan(tax_method="cumulative", *, at=NOW - 365 * DAY):
    """A version that is in force, as its rows stand."""
    row = Plan.objects.create(name=f"推广 {next(_numbers)}", made_at=at)
    return PlanVersion.objects.create(
        plan=row, number=1, kind="two_tier", digest="0" * 64, profile="CN", made_at=at, starts_at=at,
        terms={"tiers_pct": [10], "confirm_after_days": 7,
               "payout": {"identity_check": True, "tax_method": tax_method}})


def number_of(at, *, born="19900307"):
    """The at-th resident identity number of somebody born then, with the right last sign."""
    first = f"110105{born}{at:03d}"
    return first + rules.CHECK_SIGNS[
        sum(int(digit) * weight for digit, weight in zip(first, rules.WEIGHTS, strict=True)) % 11]


def member(fen=0, *, name="王小明", wechat=True, bank=False, born="19900307", verified=True):
    """Somebody with this balance, known by name, to WeChat and to a bank as asked for."""
    row, at = make_customer(), next(_numbers)
    if verified:
        Person.objects.create(
            customer=row, name_enc=crypto.encrypt(name), number_enc=crypto.encrypt(number_of(at, born=born)),
            number_mark=crypto.blind("identity number", number_of(at, born=born)), hint="110***", provider="fake",
            verified_at=NOW)
    if wechat:
        known(row)
    if bank:
        card(row, f"62220000{at:08d}")
    if fen:
        earned(row, fen)
    return row


def card(of, number):
    return BankAccount.objects.create(
        customer=of, bank="工商银行", number_enc=crypto.encrypt(number),
        number_mark=crypto.blind("bank account", number), hint=f"**** {number[-4:]}", changed_at=NOW)


def earned(by, fen, *, now=NOW):
    """A confirmed commission, or below zero what a refund took back."""
    cost, own = commissions.COST.address, accounts.own(by.pk)
    move = ledger.Move(cost, own, fen) if fen > 0 else ledger.Move(own, cost, -fen)
    with transaction.atomic():
        ledger.post(key=f"earned:{next(_numbers)}", moves=[move], now=now, opening=commissions.opening(by.pk))


def ask(by, fen, *, way="wechat", now=NOW, key=None):
    with transaction.atomic():
        return asking.ask(customer_id=by.pk, amount_fen=fen, way=way, key=key or f"key-{next(_numbers)}", now=now)


def own(of):
    """(balance, of it held)"""
    found = balance(accounts.own(of.pk))
    return found.posted, found.held


def house(purpose):
    return balance(f"{purpose}:house").posted


def aside(of):
    found = balance(accounts.set_aside(of.pk).address)
    return found.posted, found.held


def send(now=NOW):
    """Every transfer that may go now is asked for, and what follows from it happens."""
    collect(now)
    with transaction.atomic():
        sending.queue_due(now=now)
    for transfer in Transfer.objects.filter(try_at__lte=now).order_by("pk"):
        sending.ask(transfer_id=transfer.pk, now=now)
    settle()


def collect(now=NOW):
    with transaction.atomic():
        while collecting.collect(now=now):
            pass


def identity_check(monkeypatch, people):
    """The check of identity that is turned on knows these: number -> name."""
    fake = FakeTencentIdentity(people)
    found = registry.identity_checkers()
    for name in list(found):
        monkeypatch.delitem(found, name)
    monkeypatch.setitem(found, "tencent", TencentIdentity(
        secret_id=SECRET_ID, secret_key=SECRET_KEY, client=fake.client()))
    return fake


def again(row):
    return Payout.objects.get(pk=row.pk)
