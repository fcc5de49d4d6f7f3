"""Whose goods, orders and statements a person may see."""

from liuke.mall.models import SupplierStaff
from liuke.org.models import Staff
from liuke.org.rules import Role


def suppliers_of(staff: Staff) -> frozenset[int] | None:
    """The suppliers that a person works for, and outside of which nothing may be shown; None for staff of the brand.

    Somebody who holds a role of the brand as well is staff of the brand. One query, none for staff of the brand.
    """
    if any(role != Role.SUPPLIER for role, _shop in staff.held):
        return None
    return frozenset(SupplierStaff.objects.filter(staff=staff).values_list("supplier_id", flat=True))
