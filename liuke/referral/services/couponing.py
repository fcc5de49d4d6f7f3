"""Commissions that are paid in coupons gather in fen, and whole coupons are made of them.

What an order owes is seldom worth exactly a coupon, so nothing is rounded away: the rest waits for the next order. A
refund takes coupons back that are not used yet, and leaves a debt for the others that later orders pay, as with cash.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Count

from liuke.coupons.models import Coupon
from liuke.coupons.queries.templates import newest_versions, templates_named, terms_of
from liuke.coupons.rules.limits import MAX_AT_ONCE, MAX_PER_CUSTOMER
from liuke.coupons.rules.states import State, can_be_issued
from liuke.coupons.rules.terms import Kind, Terms
from liuke.coupons.services.issuing import Issue, issue_many
from liuke.coupons.services.withdrawing import withdraw
from liuke.customers.models import Customer
from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.ledger.queries import balances, free_above
from liuke.referral import accounts
from liuke.referral.models import Commission
from liuke.referral.queries.plans import coupon_template

BATCH = 200                                   # members of one transaction at night
KEY = "commission_coupon"                     # commission_coupon:<customer>:<how many they had before>


def usable(template_id: int, *, at: datetime) -> bool:
    """Whether commissions can be paid with this kind of coupon: an amount off, and still issued at that moment."""
    return bool(choices([template_id], at=at))


def choices(template_ids: Collection[int] | None = None, *, at: datetime) -> list[tuple[int, str]]:
    """(id, name) of the templates of which that is so, or of those among these."""
    named = templates_named(template_ids)
    terms = _terms([pk for pk, _name in named])
    return [(pk, name) for pk, name in named
            if pk in terms and terms[pk].kind == Kind.FIXED and can_be_issued(terms[pk], at=at)]


def credit(rows: Sequence[Commission], templates: Mapping[int, int], *, now: datetime) -> None:
    """These commissions are the members' own now; whoever has enough for a coupon gets it. `templates` by version."""
    require_transaction()
    posts = [
        ledger.Post(key=f"commission_confirm:{row.pk}", opening=accounts.coupon_opening(row.customer_id),
                    moves=[accounts.coupon_credit(row.customer_id, row.amount, line_id=row.line_id)],
                    cause=ledger.Cause(order_id=row.order_id, plan_version=str(row.version)))
        for row in rows if row.amount
    ]
    for refused in ledger.post_many(posts, now=now):
        assert not isinstance(refused, ledger.LedgerRefused), refused
    settle({row.customer_id: templates[row.version_id] for row in rows}, now=now)


def settle(wanted: Mapping[int, int], *, now: datetime) -> None:
    """Make whole coupons of what has gathered, of the template beside each member; take unused ones back from a debt.

    A template that is stopped, over or without budget gives none now; what has gathered stays for the next night.
    """
    require_transaction()
    _lock(wanted)
    gathered = {who: fen for who, fen in _gathered(wanted).items() if fen}
    for who in sorted(who for who, fen in gathered.items() if fen < 0):
        _take_back(who, -gathered[who], now)
    worths = {pk: terms.worth_fen for pk, terms in _terms(set(wanted.values())).items()}
    due = {who: min(fen // worths[wanted[who]], MAX_PER_CUSTOMER) for who, fen in sorted(gathered.items())
           if worths.get(wanted[who], fen + 1) <= fen}
    had = _had(due)
    issues = [Issue(customer_id=who, template_id=wanted[who], count=count, key=f"{KEY}:{who}:{had.get(who, 0)}")
              for who, count in due.items()]
    issued = [each for some in _at_once(issues)
              for each, why in zip(some, issue_many(issues=some, now=now), strict=True) if not why]
    _post([ledger.Post(key=each.key, opening=accounts.coupon_opening(each.customer_id), moves=[ledger.Move(
        accounts.of(accounts.COUPON, each.customer_id), accounts.COUPON_GIVEN.address,
        each.count * worths[each.template_id])]) for each in issued], now)


def settle_waiting(*, after: int, now: datetime) -> int:
    """The next members, by number, for whom something has gathered; returns the last one's number, or 0 at the end.

    Their coupons are those of the newest plan that pays in coupons.
    """
    require_transaction()
    template = coupon_template(at=now)
    if template is None:
        return 0
    found = [who for who, _fen in free_above(accounts.COUPON, least=1, after=after, limit=BATCH)]
    settle(dict.fromkeys(found, template), now=now)
    return found[-1] if found else 0


def _lock(customer_ids: Collection[int]) -> None:
    """Two at one member never read what the other is about to give; lowest first, so nobody waits in a circle."""
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=customer_ids).order_by("pk").values_list("pk"))


def _gathered(customer_ids: Collection[int]) -> dict[int, int]:
    found = balances([accounts.of(accounts.COUPON, who) for who in customer_ids])
    return {who: found.get(accounts.of(accounts.COUPON, who), 0) for who in customer_ids}


def _terms(template_ids: Collection[int]) -> dict[int, Terms]:
    return {pk: terms_of(version) for pk, version in newest_versions(template_ids).items()}


def _had(customer_ids: Collection[int]) -> dict[int, int]:
    """How many coupons each has had in this way; the number of the next one."""
    rows = Coupon.objects.filter(customer_id__in=customer_ids, key__startswith=f"{KEY}:")
    return dict(rows.values_list("customer_id").annotate(Count("pk")))


def _at_once(issues: Sequence[Issue]) -> Iterator[Sequence[Issue]]:
    """In parts that one call issues."""
    part: list[Issue] = []
    for each in issues:
        if sum(one.count for one in part) + each.count > MAX_AT_ONCE:
            yield part
            part = []
        part.append(each)
    if part:
        yield part


def _take_back(who: int, fen: int, now: datetime) -> None:
    """Unused coupons, the newest first, until the debt is paid."""
    mine = Coupon.objects.filter(customer_id=who, state=State.ISSUED, recalled_at=None, key__startswith=f"{KEY}:")
    for coupon_id in mine.order_by("-pk").values_list("pk", flat=True)[:MAX_PER_CUSTOMER]:
        if fen <= 0:
            return
        coupon = withdraw(coupon_id=coupon_id, now=now)
        if coupon.state == State.ISSUED:      # as it was when it was locked; one that was reserved meanwhile stays
            fen -= coupon.worth_fen
            _post([ledger.Post(key=f"{KEY}_back:{coupon_id}", opening=accounts.coupon_opening(who), moves=[ledger.Move(
                accounts.COUPON_GIVEN.address, accounts.of(accounts.COUPON, who), coupon.worth_fen)])], now)


def _post(posts: Sequence[ledger.Post], now: datetime) -> None:
    for refused in ledger.post_many(posts, now=now):
        assert not isinstance(refused, ledger.LedgerRefused), refused
