"""Reactions of pay-outs: what became of transfers to WeChat, and merged customers."""

from django.utils import timezone

from liuke.cash.queries import bonus_of
from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.payouts.models import BankAccount, IdentityCheck, Part, Payout, Person
from liuke.payouts.services import releasing
from liuke.timeline import facts
from liuke.timeline.models import Fact


def note_sent(fact: Fact, body: facts.CashBonusSent) -> None:
    if part := _part(body.bonus_id):
        releasing.arrived(part, at=fact.happened_at, now=timezone.now())


def note_returned(_fact: Fact, body: facts.CashBonusReturned) -> None:
    if part := _part(body.bonus_id):
        releasing.failed(part, why=bonus_of(body.bonus_id).refusal, now=timezone.now())


def _part(bonus_id: int) -> Part | None:
    """The part that a bonus carries, locked; None for a bonus of another kind."""
    return Part.objects.select_for_update().filter(key=bonus_of(bonus_id).key).first()


def move_payouts(fact: Fact, body: facts.CustomersMerged) -> None:
    """What there is one of stays with the merged record where the survivor has one already."""
    move_rows(merge_id=body.merge_id, rows=Payout.objects.all())
    move_rows(merge_id=body.merge_id, rows=IdentityCheck.objects.all())
    for model in (Person, BankAccount):
        if not model._default_manager.filter(customer_id=fact.customer_id).exists():  # noqa: SLF001  Django's name
            move_rows(merge_id=body.merge_id, rows=model._default_manager.all())  # noqa: SLF001


def move_payouts_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    for model in (Payout, IdentityCheck, Person, BankAccount):
        move_rows_back(merge_id=body.merge_id, model=model)
