"""Balances follow customers who are merged: by transfer, and back by reversal.

A merged customer's account stays and forwards: whatever is free on it goes to the same account of the customer who
stays, now and after every later posting that touches it (a hold that ends, a commission that is confirmed, a refund).
Debts follow too, as far as the floor of the other account allows; the rest waits and nets off later.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from liuke.kit.db import require_transaction
from liuke.ledger.models import Account, Posting
from liuke.ledger.rules import MAX_FORWARDS, POST, REVERSE, Cause, Move, Post, Reverse, address
from liuke.ledger.services.call import Entry, LedgerRefused, call


def merge_accounts(*, owner_kind: str, kept_id: int, merged_id: int, fact_id: int, now: datetime) -> int:
    """Let every account of `merged_id` forward to the same account of `kept_id`; returns how many. Again is nothing."""
    require_transaction()
    fresh = [account for account in _owned(owner_kind, merged_id) if account.forward_id is None]
    twins = {account.pk: _twin(account, kept_id).pk for account in fresh}
    _lock([*twins, *twins.values()])
    for account_id, twin_id in twins.items():
        Account.objects.filter(pk=account_id).update(forward=twin_id, forward_fact_id=fact_id)
    _sweep(twins, mark=f"merge:{fact_id}", now=now)
    return len(twins)


def unmerge_accounts(*, owner_kind: str, merged_id: int, now: datetime) -> int:
    """End the forwarding of `merged_id`, send back what went over by it; returns how many accounts. Again is nothing.

    Where the other account has spent it and may not go below its floor, as much goes back as is there.
    """
    require_transaction()
    forwarding = [account for account in _owned(owner_kind, merged_id) if account.forward_id is not None]
    _lock([pk for account in forwarding for pk in (account.pk, account.forward_id) if pk])
    for account in forwarding:
        Account.objects.filter(pk=account.pk).update(forward=None, forward_fact_id=None)
        moved = Posting.objects.filter(Q(debit=account) | Q(credit=account), fact_id=account.forward_fact_id, kind=POST)
        for posting in moved.order_by("-pk"):
            _send_back(posting, now=now)
    return len(forwarding)


def follow(entries: Sequence[Entry], *, now: datetime) -> None:
    """After postings that touched forwarding accounts: move on what is free there now."""
    for _hop in range(MAX_FORWARDS):
        ids = [leg.posting_id for entry in entries for leg in entry.legs]
        pairs = Posting.objects.filter(pk__in=ids).values_list("debit_id", "credit_id")
        touched = {account_id for pair in pairs for account_id in pair}
        entries = _sweep(touched, mark=f"follow:{max(ids)}", now=now)
        if not entries:
            return


def _owned(owner_kind: str, owner_id: int) -> QuerySet[Account]:
    return Account.objects.filter(owner_kind=owner_kind, owner_id=owner_id, rolled=False).order_by("pk")


def _lock(account_ids: Iterable[int]) -> None:
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=list(account_ids)).order_by("pk"))


def _sweep(account_ids: Iterable[int], *, mark: str, now: datetime) -> list[Entry]:
    """Move what is free on these forwarding accounts; they are locked by us already. Returns what must be followed."""
    accounts = Account.objects.filter(pk__in=list(account_ids), forward__isnull=False).select_related("forward")
    posts = [_transfer(account, mark) for account in accounts.order_by("pk")]
    answers = call([each for each in posts if each], now=now) if any(posts) else []
    return [answer.result for answer in answers if answer.follow and isinstance(answer.result, Entry)]


def _transfer(account: Account, mark: str) -> Post | None:
    """What is free goes over; a debt is fetched from the other side as far as that has something."""
    other = account.forward
    assert other is not None, "only forwarding accounts are swept"
    free = account.posted - account.held
    if free > 0:
        move = Move(account.address, other.address, free)
    elif free < 0 and (able := _able(other, -free)) > 0:
        move = Move(other.address, account.address, able)
    else:
        return None
    return Post(key=f"{mark}:{account.pk}", moves=[move], cause=Cause(fact_id=account.forward_fact_id))


def _able(account: Account, wanted: int) -> int:
    """How much of `wanted` the account can give."""
    if account.floor is None:
        return wanted
    return min(wanted, account.posted - account.held - account.floor)


def _twin(account: Account, owner_id: int) -> Account:
    """The account of another owner for the same purpose; opened like this one where it does not exist."""
    twin, _created = Account.objects.get_or_create(
        address=address(account.purpose, account.owner_kind, owner_id),
        defaults={"unit": account.unit, "purpose": account.purpose, "owner_kind": account.owner_kind,
                  "owner_id": owner_id, "debit_normal": account.debit_normal, "floor": account.floor},
    )
    return twin


def _send_back(posting: Posting, *, now: datetime) -> None:
    undone = Posting.objects.filter(of=posting, kind=REVERSE).aggregate(total=Sum("amount"))["total"] or 0
    if posting.amount == undone:
        return
    holder = Account.objects.get(pk=posting.credit_id)
    amount = _able(holder, posting.amount - undone)
    if amount <= 0:
        return
    reversal = Reverse(key=f"unmerge:{posting.pk}", of=posting.key, amounts=[amount],
                       cause=Cause(fact_id=posting.fact_id))
    (answer,) = call([reversal], now=now)
    if isinstance(answer.result, LedgerRefused):
        raise answer.result
