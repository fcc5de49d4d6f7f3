"""A customer proves who they are, and says to which bank account their money goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liuke.channels.errors import ChannelError
from liuke.channels.registry import identity_checkers
from liuke.kit import crypto
from liuke.kit.db import advisory_lock, require_no_transaction, require_transaction
from liuke.kit.errors import Refused
from liuke.payouts import rules
from liuke.payouts.models import BankAccount, IdentityCheck, PayoutTerms, Person
from liuke.payouts.queries.people import person_of
from liuke.payouts.refusals import Minor, NotVerified
from liuke.payouts.rules import BadPayout, Terms

VERIFIED, DIFFERS = "verified", "differs"


class NoChecker(Refused):
    """No check of identity is turned on, or it does not answer now; try again later."""

    code = "payout_check_unavailable"
    status = 503


class TooManyChecks(Refused):
    """So many tries a day are enough."""

    code = "payout_checks_used_up"


class Differs(Refused):
    """Name and number do not belong to one person."""

    code = "payout_identity_differs"


class NumberTaken(Refused):
    """Another customer was verified with this number."""

    code = "payout_identity_taken"


class VerifiedAlready(Refused):
    """Who one is does not change; ask service to correct it."""

    code = "payout_identity_known"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who somebody says they are, checked for form. `number` has 18 signs."""

    name: str
    number: str


def verify(*, customer_id: int, name: str, number: str, now: datetime) -> Person:
    """Ask the provider whether name and number belong together, and remember the person. Call it outside transactions.

    The same person again is returned without asking. Raises BadPayout, Minor, VerifiedAlready, NumberTaken, Differs,
    TooManyChecks, NoChecker. A try that gets no answer counts too.
    """
    require_no_transaction()
    claim = _claim(name, number, now)
    with transaction.atomic(durable=True):
        known, asked = _begin(customer_id, claim, now)
    if known is not None:
        return known
    checker = next(iter(identity_checkers().values()))
    try:
        told = checker.check(name=claim.name, number=claim.number, key=str(asked.pk))
    except ChannelError as error:
        raise NoChecker(_("核验服务暂时没有应答，请稍后再试")) from error
    with transaction.atomic(durable=True):
        IdentityCheck.objects.filter(pk=asked.pk).update(outcome=VERIFIED if told.same else DIFFERS, ref=told.ref)
        if told.same:
            return _remember(customer_id, claim, checker.name, told.ref, now)
    raise Differs(_("姓名与身份证号码不一致，请核对后重新填写"))


def _claim(name: str, number: str, now: datetime) -> Claim:
    name = "".join(name.split())
    if not 2 <= len(name) <= rules.MAX_NAME:
        raise BadPayout("name", _("请填写真实姓名"))
    try:
        number = rules.identity_number(number)
    except BadPayout as error:
        raise BadPayout("number", _("身份证号码不正确")) from error
    if rules.is_minor(rules.born_on(number), now.astimezone(rules.BEIJING).date()):
        raise Minor(_("未满十八周岁不能提现"))       # G21
    return Claim(name=name, number=number)


def _begin(customer_id: int, claim: Claim, now: datetime) -> tuple[Person | None, IdentityCheck]:
    advisory_lock(f"payouts:{customer_id}")
    mark = crypto.blind("identity number", claim.number)
    known = person_of(customer_id)
    if known is not None:
        if bytes(known.number_mark) == mark and crypto.decrypt(known.name_enc) == claim.name:
            return known, IdentityCheck()
        raise VerifiedAlready(_("您已通过实名核验；如需更正请联系客服"))
    if Person.objects.filter(number_mark=mark).exists():
        raise NumberTaken(_("这个身份证号码已用于另一位会员"))
    if not identity_checkers():
        raise NoChecker(_("实名核验尚未开通"))
    recent = IdentityCheck.objects.filter(customer_id=customer_id, asked_at__gt=now - timedelta(days=1)).count()
    if recent >= rules.CHECKS_A_DAY:
        raise TooManyChecks(_("今天核验次数已用完，请明天再试"))
    return None, IdentityCheck.objects.create(customer_id=customer_id, asked_at=now,
                                              provider=next(iter(identity_checkers())))


def _remember(customer_id: int, claim: Claim, provider: str, ref: str, now: datetime) -> Person:
    try:
        with transaction.atomic():
            return Person.objects.create(
                customer_id=customer_id, name_enc=crypto.encrypt(claim.name), number_enc=crypto.encrypt(claim.number),
                number_mark=crypto.blind("identity number", claim.number), hint=rules.masked(claim.number),
                provider=provider, ref=ref, verified_at=now)
    except IntegrityError as error:
        raise NumberTaken(_("这个身份证号码已用于另一位会员")) from error


def set_account(*, customer_id: int, bank: str, number: str, now: datetime) -> BankAccount:
    """Say to which account money goes from now on; what is on its way is not changed. Again is nothing.

    Raises BadPayout, NotVerified: the holder is the verified person.
    """
    require_transaction()
    if person_of(customer_id) is None:
        raise NotVerified(_("请先完成实名核验"))
    bank = bank.strip()
    if not 0 < len(bank) <= rules.MAX_BANK:
        raise BadPayout("bank", _("请填写开户银行"))
    try:
        number = rules.account_number(number)
    except BadPayout as error:
        raise BadPayout("number", _("银行卡号应为 8 至 30 位数字")) from error
    row, _made = BankAccount.objects.update_or_create(customer_id=customer_id, defaults={
        "bank": bank, "number_enc": crypto.encrypt(number), "number_mark": crypto.blind("bank account", number),
        "hint": f"**** {number[-4:]}", "changed_at": now})
    return row


def set_terms(*, new: Terms, now: datetime, by_id: int | None = None) -> PayoutTerms:
    """What holds for pay-outs asked for from now on. Raises BadPayout."""
    require_transaction()
    rules.check_terms(new)
    return PayoutTerms.objects.create(**vars(new), made_at=now, made_by_id=by_id)
