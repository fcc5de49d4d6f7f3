"""Promoters of the demo brand who were verified: one pay-out waits for approval, one was sent, one waits for a look."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.customers.models import Customer
from liuke.kit import crypto
from liuke.ledger import services as ledger
from liuke.org import demo as people
from liuke.payouts import accounts, rules
from liuke.payouts.models import BankAccount, Payout, Person
from liuke.payouts.services import asking
from liuke.referral import accounts as commissions
from liuke.referral.queries.plans import payout_terms

PROMOTERS = (("王小梅", 128_600, 86_000, "6222000011112222"),         # data, not words
             ("陈立", 45_300, 30_000, "6222000011112222"),            # data, not words
             ("赵敏", 62_000, 20_000, "6222000033334444"))            # data, not words


class Command(BaseCommand):
    help = "Give the demo brand promoters with pay-outs; does nothing where there are pay-outs, or no plan, or no demo"

    @transaction.atomic(durable=True)
    def handle(self, **options: Any) -> None:
        now = timezone.now()
        if Payout.objects.exists() or not people.is_demo() or payout_terms(at=now) is None:
            return
        found = Customer.objects.filter(merged_into=None, forgotten_at=None).order_by("-pk")[:len(PROMOTERS)]
        for at, (customer, (name, earned, asked, card)) in enumerate(zip(found, PROMOTERS, strict=False)):
            number = _number(at)
            Person.objects.create(
                customer=customer, name_enc=crypto.encrypt(name), number_enc=crypto.encrypt(number),
                number_mark=crypto.blind("identity number", number), hint=rules.masked(number), provider="demo",
                verified_at=now)
            BankAccount.objects.create(
                customer=customer, bank="工商银行", number_enc=crypto.encrypt(card),  # data, not words
                number_mark=crypto.blind("bank account", card), hint=f"**** {card[-4:]}", changed_at=now)
            move = ledger.Move(commissions.COST.address, accounts.own(customer.pk), earned)
            ledger.post(key=f"demo_earned:{customer.pk}", moves=[move], now=now,
                        opening=commissions.opening(customer.pk))
            asking.ask(customer_id=customer.pk, amount_fen=asked, way="bank", key="demo", now=now)


def _number(at: int) -> str:
    """A number with a right last sign that belongs to nobody: the region 990000 does not exist."""
    first = f"99000019900307{at:03d}"
    return first + rules.CHECK_SIGNS[
        sum(int(digit) * weight for digit, weight in zip(first, rules.WEIGHTS, strict=True)) % 11]
