"""By what a customer is recognised: adding, verifying and removing phones, e-mails and ids of other systems."""

from datetime import datetime

from liuke.customers.models import Identity, PossibleTwins
from liuke.customers.queries import marks
from liuke.customers.rules import identities as rules
from liuke.customers.services.records import join, lock_living
from liuke.kit import crypto, rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.timeline import facts
from liuke.timeline.services import record


class IdentityTaken(Refused):
    """Another customer has this identity: these may be one person."""

    code = "identity_taken"

    def __init__(self, *, other_id: int, kind: str) -> None:
        super().__init__()
        self.other_id, self.kind = other_id, kind


def add_identity(
    *, customer_id: int, kind: str, scope: str = "", value: str, now: datetime, verified: bool = False
) -> Identity:
    """Recognise the customer by this from now on. Again returns the same row (and verifies it, when asked).

    Raises BadIdentity, or IdentityTaken with the other customer's id; the door then calls `note_twins` in a
    transaction of its own. A person who was forgotten and comes back by themselves is a new customer, and no longer
    kept out.
    """
    require_transaction()
    kind, scope, value = rules.normal(kind, scope, value)
    customer = lock_living(customer_id)
    blind = marks.identity_mark(kind, value)
    row = Identity(customer=customer, kind=kind, scope=scope, blind=blind, value_enc=crypto.encrypt(value),
                   hint=rules.hint(kind, value), verified_at=now if verified else None)
    if not rows.insert_new(row):
        return _known(customer_id, kind, scope, blind, verified_at=row.verified_at)
    rows.run("DELETE FROM customers_forgottenmark WHERE kind = %s AND scope = %s AND mark = %s",
             [kind, scope, marks.forgotten_mark(kind, value)])
    record(facts.IdentityAdded(identity_id=row.pk, kind=kind, verified=verified), customer_id=customer.pk,
           key=f"identity_added:{row.pk}", happened_at=now)
    return row


def holder_of(*, kind: str, value: str, name: str, source: str, now: datetime) -> int:
    """Whose address or number this is, whoever says so; somebody new joins under the name. Nobody has proved it.

    Raises BadIdentity.
    """
    require_transaction()
    kind, _scope, value = rules.normal(kind, "", value)
    held = Identity.objects.filter(kind=kind, scope="", blind=marks.identity_mark(kind, value)).first()
    if held:
        return held.customer_id
    customer = join(source=source, name=name, now=now)
    try:
        add_identity(customer_id=customer.pk, kind=kind, value=value, now=now)
    except IdentityTaken as taken:                    # somebody was quicker; the record without identities stays empty
        return taken.other_id
    return customer.pk


def _known(customer_id: int, kind: str, scope: str, blind: bytes, *, verified_at: datetime | None) -> Identity:
    row = Identity.objects.select_for_update().get(kind=kind, scope=scope, blind=blind)
    if row.customer_id != customer_id:
        raise IdentityTaken(other_id=row.customer_id, kind=kind)
    return verify_identity(identity_id=row.pk, now=verified_at) if verified_at else row


def verify_identity(*, identity_id: int, now: datetime) -> Identity:
    """The customer has proved that it is theirs (a code, a login). Again keeps the first moment."""
    require_transaction()
    row = Identity.objects.select_for_update().get(pk=identity_id)
    if row.verified_at is None:
        row.verified_at = now
        row.save(update_fields=["verified_at"])
        record(facts.IdentityVerified(identity_id=row.pk, kind=row.kind), customer_id=row.customer_id,
               key=f"identity_verified:{row.pk}", happened_at=now)
    return row


def remove_identity(*, customer_id: int, identity_id: int, now: datetime) -> None:
    """No longer recognise the customer by it; the value is gone, the member number stays. Again is nothing."""
    require_transaction()
    lock_living(customer_id)
    row = Identity.objects.filter(customer_id=customer_id, pk=identity_id).first()
    if row is None:
        return
    row.delete()
    record(facts.IdentityRemoved(identity_id=identity_id, kind=row.kind), customer_id=customer_id,
           key=f"identity_removed:{identity_id}", happened_at=now)


def note_twins(*, customer_id: int, other_id: int, reason: str, now: datetime) -> PossibleTwins:
    """Remember that two records may be one person. Again, or dismissed before, it stays as it was."""
    require_transaction()
    low, high = sorted((customer_id, other_id))
    row, _ = PossibleTwins.objects.get_or_create(
        low_id=low, high_id=high, defaults={"reason": reason, "noticed_at": now}
    )
    return row


def dismiss_twins(*, twins_id: int, now: datetime) -> None:
    """Staff have looked: these are two people. They are not suggested again."""
    require_transaction()
    PossibleTwins.objects.filter(pk=twins_id, dismissed_at=None).update(dismissed_at=now)
