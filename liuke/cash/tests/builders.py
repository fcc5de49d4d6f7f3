"""Budgets of money, customers whom WeChat knows, and bonuses on their way."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import transaction

from liuke.cash.models import Bonus, Transfer
from liuke.cash.services import collecting, giving, sending
from liuke.channels import registry
from liuke.customers.services import identities
from liuke.customers.tests.builders import make_customer
from liuke.loyalty.services import budgets

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)           # five in the afternoon in Beijing
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
_numbers = count(1)


def turn_on(monkeypatch, provider):
    """The only way to send money is this one."""
    found = registry.payout_providers()
    for name in list(found):
        monkeypatch.delitem(found, name)
    monkeypatch.setitem(found, provider.name, provider)


def budget(fen=1_000_000):
    row = budgets.open_budget(name=f"红包 {next(_numbers)}", unit="fen", now=NOW)
    if fen:
        budgets.change_budget(budget_id=row.pk, amount=fen, key="fund", now=NOW)
    return row


def payee(scope="wxd678efh567hg6787", openid=None, **more):
    """A customer whom WeChat knows."""
    row = make_customer(**more)
    known(row, scope=scope, openid=openid)
    return row


def known(row, *, scope="wxd678efh567hg6787", openid=None):
    """WeChat knows the customer from now on."""
    with transaction.atomic():
        identities.add_identity(customer_id=row.pk, kind="wechat_openid", scope=scope,
                                value=openid or f"o-openid-{row.pk:08d}", now=NOW, verified=True)


def give(by, fen=888, *, out_of=None, key=None, now=NOW, **more):
    """One bonus; returns its row, or the reason why there is none."""
    key = key or f"award:1:{next(_numbers)}:customer"
    source = (out_of or budget()).address
    given = {"origin": "rule", "reason": "消费返现", **more}
    with transaction.atomic():
        (why,) = giving.give(now=now, grants=[
            giving.Grant(customer_id=by.pk, amount_fen=fen, key=key, source=source, **given)])
    return why or Bonus.objects.get(key=key)


def collect(now=NOW):
    with transaction.atomic():
        return collecting.collect(now=now)


def ask_all(now=NOW):
    """Every transfer whose turn it is."""
    for pk in Transfer.objects.filter(try_at__lte=now).order_by("pk").values_list("pk", flat=True):
        sending.ask(transfer_id=pk, now=now)


def send(now=NOW):
    collect(now)
    ask_all(now)
