"""Making up for what went wrong, about a ticket: within the agent's budget at once, above it when a manager agrees."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from liuke.desk.queries import duty as desk
from liuke.desk.services import duty
from liuke.desk.services.tickets import entry, held
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.loyalty.models import Compensation
from liuke.loyalty.rules.limits import COMPENSATION_REASONS, MAX_GRANT
from liuke.loyalty.services import benefits, granting
from liuke.loyalty.services.granting import NoOwnBudget, OwnBudgetEmpty

POINTS, COUPON, GIFT = "points", "coupon", "gift"
THINGS = (COUPON, GIFT)                  # kinds of benefit of which one is chosen
ASKED, GIVEN, REFUSED = "asked", "given", "refused"


class NotOwnDecision(Refused):
    """Who asked for it does not approve it."""

    code = "compensation_own"


class Decided(Refused):
    """It was decided already, the other way."""

    code = "compensation_decided"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Points (`amount`), or one coupon of a template, or one gift of a kind; and one of COMPENSATION_REASONS."""

    benefit: str
    why: str
    amount: int = 1
    thing_id: int | None = None


def ask(*, ticket_id: int, wanted: Wanted, staff_id: int, key: str, now: datetime) -> Compensation:
    """Give it out of one's own budget; what that does not hold waits for a manager, who is told.

    The same key of the same person again is the same compensation. Raises BadInput, TicketGone and what granting raises
    but for a budget that is missing or empty.
    """
    ticket = held(ticket_id)
    if known := Compensation.objects.filter(asked_by_id=staff_id, key=key).first():
        return known
    _check(wanted)
    row = Compensation.objects.create(
        ticket=ticket, benefit=wanted.benefit, amount=wanted.amount, why=wanted.why, asked_by_id=staff_id, asked_at=now,
        key=key, state=ASKED, template_id=wanted.thing_id if wanted.benefit == COUPON else None,
        gift_kind_id=wanted.thing_id if wanted.benefit == GIFT else None)
    try:
        with transaction.atomic():
            _give(row, staff_id=staff_id, now=now)
    except (NoOwnBudget, OwnBudgetEmpty):
        row.refresh_from_db()
    if row.state == ASKED:
        entry(ticket, "compensated", at=now, staff_id=staff_id, word=f"{ASKED}:{row.pk}")
        for person_id in desk.managers():
            if person_id != staff_id:
                duty.notify(staff_id=person_id, reason="compensation", ticket_id=ticket.pk, now=now,
                            key=f"compensation:{row.pk}:{person_id}")
    return row


def _check(wanted: Wanted) -> None:
    if wanted.why not in COMPENSATION_REASONS or wanted.benefit not in (POINTS, *THINGS):
        raise BadInput(_("请选择补偿什么、为什么。"))
    if not 0 < wanted.amount <= (MAX_GRANT if wanted.benefit == POINTS else 1):
        raise BadInput(_("请填写大于 0 的整数"))
    if wanted.benefit in THINGS:
        kind = benefits.benefit_of(wanted.benefit)
        kind.check({kind.detail: wanted.thing_id})


def decide(*, compensation_id: int, staff_id: int, agree: bool, now: datetime) -> Compensation:
    """A manager gives it out of their own budget, or says no; the agent is told. The same again is once.

    Raises NotYours, NotOwnDecision, Decided and what granting raises, such as NoOwnBudget and NotGiven.
    """
    require_transaction()
    ticket_id = Compensation.objects.filter(pk=compensation_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise NotYours
    ticket = held(ticket_id, alive=False)
    row = Compensation.objects.select_for_update().get(pk=compensation_id)
    if row.state == (GIVEN if agree else REFUSED):
        return row
    if row.state != ASKED:
        raise Decided(_("这笔补偿已经处理过。"))
    if row.asked_by_id == staff_id:
        raise NotOwnDecision(_("不能批准自己提出的补偿。"))
    if agree:
        _give(row, staff_id=staff_id, now=now)
    else:
        row.state, row.decided_by_id, row.decided_at = REFUSED, staff_id, now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        entry(ticket, "compensated", at=now, staff_id=staff_id, word=f"{REFUSED}:{row.pk}")
    duty.notify(staff_id=row.asked_by_id, reason="compensated", ticket_id=ticket.pk,
                key=f"compensated:{row.pk}", now=now)
    return row


def _give(row: Compensation, *, staff_id: int, now: datetime) -> None:
    """Give it out of the budget of who gives, and say so in the ticket's trail."""
    thing_id = row.template_id or row.gift_kind_id
    gift = granting.Gift(kind=row.benefit, thing_id=thing_id) if thing_id else granting.Gift(amount=row.amount)
    row.grant = granting.grant(customer_id=row.ticket.customer_id, staff_id=staff_id, now=now, gift=gift,
                               key=f"compensation:{row.pk}")
    row.state, row.decided_by_id, row.decided_at = GIVEN, staff_id, now
    row.save(update_fields=["grant", "state", "decided_by", "decided_at"])
    entry(row.ticket, "compensated", at=now, staff_id=staff_id, word=f"{GIVEN}:{row.pk}")
