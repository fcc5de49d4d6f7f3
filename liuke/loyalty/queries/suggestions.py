"""What suits a customer, what they were given by hand, and what somebody may still give."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from liuke.customers.queries.records import owner_of
from liuke.customers.rules.identities import PHONE, BadIdentity
from liuke.ledger.queries import balance
from liuke.loyalty.models import Budget, Compensation, Grant, Suggested, Suggestion
from liuke.org import queries as org
from liuke.org.models import Staff

POINTS = "points"
ASKED, GIVEN, REFUSED = "asked", "given", "refused"      # states of a grant


@dataclass(frozen=True)
class Purse:
    """What a member of staff may still give by hand; `left` is None while finance has set no budget for them."""

    left: int | None
    budget_id: int | None = None


def suggestions_of(customer_id: int) -> QuerySet[Suggestion]:
    """The best first."""
    return Suggestion.objects.filter(customer_id=customer_id).order_by("place")


def grants_of(customer_id: int) -> QuerySet[Grant]:
    """What was given by hand or asked for, newest first, with who did."""
    return Grant.objects.filter(customer_id=customer_id).select_related("staff").order_by("-pk")


def grants_list(*, asked: bool) -> QuerySet[Grant]:
    """What waits for a manager, the oldest first; or everything else that was given by hand, the newest first."""
    rows = Grant.objects.select_related("staff", "decided_by", "customer")
    return rows.filter(state=ASKED).order_by("pk") if asked else rows.exclude(state=ASKED).order_by("-pk")


def is_held_out(customer_id: int) -> bool:
    """Whether something would be suggested for the customer, and is not, on purpose."""
    return Suggested.objects.filter(customer_id=customer_id, held_out=True).exists()


def grants_by_key(keys: Collection[str]) -> dict[str, Grant]:
    """The grants behind these keys of lots (grant:12); other keys are left out."""
    ids = [int(key.removeprefix("grant:")) for key in keys if key.startswith("grant:")]
    return {row.lot_key: row for row in Grant.objects.filter(pk__in=ids)} if ids else {}


def compensations_asked() -> QuerySet[Compensation]:
    """What waits for a manager's word; the first to be asked on top."""
    rows = Compensation.objects.filter(state=ASKED).select_related("ticket", "asked_by", "template", "gift_kind")
    return rows.order_by("pk")


def asked_of(staff_id: int) -> int:
    """How much waits for the word of this manager: of both kinds, but for what they asked for themselves."""
    return (compensations_asked().exclude(asked_by=staff_id).count()
            + grants_list(asked=True).exclude(staff=staff_id).count())


def grant_key(key: str) -> str:
    """Of an entry's key: points:grant:12, back:grant:12 and grant:12:charge -> grant:12; nothing for what staff did not
    give.
    """
    _word, sign, rest = key.partition("grant:")
    return sign + rest.split(":")[0] if sign else ""


def purse_of(staff_id: int) -> Purse:
    """Two statements at most."""
    budget = Budget.objects.filter(staff_id=staff_id).first()
    return Purse(balance(budget.address).free, budget.pk) if budget else Purse(None)


def may_decide(staff: Staff) -> bool:
    """Managers of the whole brand agree to what others ask to give."""
    return staff.has_perm("loyalty.grant") and org.everywhere(staff, "desk.arrange")


def is_own_record(*, customer_id: int, staff_id: int) -> bool:
    """Whether the customer goes by the phone of this member of staff."""
    phone = Staff.objects.filter(pk=staff_id).values_list("phone", flat=True).first()
    try:
        return bool(phone) and owner_of(kind=PHONE, value=str(phone)) == customer_id
    except BadIdentity:
        return False
