"""Who was verified, and where their money can go."""

from django.utils import timezone

from liuke.cash.services.accounts import provider_in_use
from liuke.cash.services.checks import Checked, payee
from liuke.channels.registry import identity_checkers
from liuke.kit import crypto
from liuke.payouts import rules
from liuke.payouts.models import BankAccount, PayoutTerms, Person
from liuke.payouts.rules import Terms, Way

PAYEES = "SELECT customer_id, number_mark AS mark FROM payouts_bankaccount"       # keyed hashes; several may share one


def terms() -> Terms:
    """What finance has set; the defaults until it has."""
    row = PayoutTerms.objects.order_by("-pk").first()
    return Terms(minimum_fen=row.minimum_fen, approve_from_fen=row.approve_from_fen) if row else Terms()


def person_of(customer_id: int) -> Person | None:
    return Person.objects.filter(customer_id=customer_id).first()


def name_of(person: Person) -> str:
    """The real name, for papers and transfers only."""
    return crypto.decrypt(person.name_enc)


def verified_name(customer_id: int, _amount_fen: int) -> Checked:
    """For `cash`: whoever was verified is paid by that name, so that WeChat pays nobody else."""
    row = person_of(customer_id)
    return Checked(name=name_of(row) if row else "")


def is_minor(person: Person) -> bool:
    today = timezone.now().astimezone(rules.BEIJING).date()
    return rules.is_minor(rules.born_on(crypto.decrypt(person.number_enc)), today)


def account_of(customer_id: int) -> BankAccount | None:
    return BankAccount.objects.filter(customer_id=customer_id).first()


def ways_of(customer_id: int) -> list[Way]:
    """How this customer could be paid now."""
    channel = provider_in_use()
    found = [Way.WECHAT] if channel is not None and payee(customer_id, channel) else []
    return [*found, Way.BANK] if account_of(customer_id) else found


def can_verify() -> bool:
    return bool(identity_checkers())


def shares_account(customer_id: int) -> bool:
    """Whether somebody else is paid to the same bank account."""
    row = account_of(customer_id)
    return row is not None and BankAccount.objects.filter(number_mark=row.number_mark).exclude(pk=row.pk).exists()
