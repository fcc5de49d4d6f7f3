"""Budgets: finance says how much rules may give; the ledger sees to it that they never give more."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.ledger import services as ledger
from liuke.loyalty.models import Budget
from liuke.loyalty.rules.limits import MAX_BUDGET, NAME_CHARACTERS
from liuke.loyalty.rules.terms import BadRule

HOUSES = {"points": "points", "fen": "reward_fen"}       # unit -> purpose of the house's account that funds it


class BudgetNameTaken(Refused):
    """Another budget has this name."""

    code = "loyalty_budget_name"


class BudgetInUse(Refused):
    """So much is given or set aside already."""

    code = "loyalty_budget_used"


class BudgetOfStaffTaken(Refused):
    """This person has a budget already."""

    code = "loyalty_budget_staff"


def open_budget(
    *, name: str, unit: str, now: datetime, by_id: int | None = None, staff_id: int | None = None
) -> Budget:
    """A new budget, still empty; with `staff_id` that person's own, in points, from which they give by hand.

    Raises BadRule, BudgetNameTaken, BudgetOfStaffTaken.
    """
    require_transaction()
    if not 0 < len(name.strip()) <= NAME_CHARACTERS:
        raise BadRule("name")
    if unit not in HOUSES or (staff_id and unit != "points"):
        raise BadRule("unit")
    if staff_id and Budget.objects.filter(staff_id=staff_id).exists():
        raise BudgetOfStaffTaken(_("这位员工已有自己的预算，请在那里追加"))
    try:
        with transaction.atomic():
            row = Budget.objects.create(name=name.strip(), unit=unit, made_at=now, made_by_id=by_id,
                                        staff_id=staff_id)
    except IntegrityError as error:
        raise BudgetNameTaken(_("已有同名的预算")) from error
    ledger.open_account(account_of(row))
    return row


def change_budget(*, budget_id: int, amount: int, key: str, now: datetime) -> None:
    """Put so much into the budget, or, below zero, take it out; once per key.

    Raises BadRule for 0 or too much, BudgetInUse when more is taken out than is there, the ledger's KeyTaken.
    """
    require_transaction()
    row = Budget.objects.get(pk=budget_id)
    if not amount or abs(amount) > MAX_BUDGET:
        raise BadRule("amount")
    house = house_of(row.unit)
    move = ledger.Move(house.address, row.address, amount) if amount > 0 else ledger.Move(
        row.address, house.address, -amount)
    try:
        ledger.post(key=f"budget:{row.pk}:{key}", moves=[move], now=now, opening=[house])
    except ledger.Overdrawn as error:
        raise BudgetInUse(_("预算中没有这么多可以取出")) from error


def budget_address(budget_id: int | None) -> str:
    """Of its ledger account; empty where there is no budget."""
    return f"reward:budget:{budget_id}" if budget_id else ""


def account_of(budget: Budget) -> ledger.NewAccount:
    return ledger.NewAccount(purpose="reward", unit=budget.unit, owner_kind="budget", owner_id=budget.pk, floor=0)


def house_of(unit: str) -> ledger.NewAccount:
    return ledger.NewAccount(purpose=HOUSES[unit], unit=unit, debit_normal=True, rolled=True)
