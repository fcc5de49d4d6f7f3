"""What others may ask about the brand, its shops and its staff."""

from dataclasses import dataclass

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from liuke.kit import rows
from liuke.org import rules
from liuke.org.models import AuditEntry, Brand, SavedView, Shop, Staff, StaffRole


def brand() -> Brand | None:
    """The one brand, or None before set-up. Every page says its name, so without the query builder."""
    return next(iter(rows.select(Brand, "true ORDER BY id LIMIT 1", ())), None)


def shops(*, include_closed: bool = False) -> list[Shop]:
    """The shops by name; closed ones only when asked for."""
    found = Shop.objects.order_by("name", "pk")
    return list(found if include_closed else found.filter(active=True))


def shop(shop_id: int) -> Shop:
    """Raises Http404."""
    return get_object_or_404(Shop, pk=shop_id)


def shops_where(staff: Staff, permission: str) -> QuerySet[Shop]:
    """The shops in which the person holds the permission."""
    roles = rules.roles_for(permission)
    places = {shop_id for role, shop_id in staff.held if role in roles}
    return Shop.objects.all() if None in places else Shop.objects.filter(pk__in=places)


def everywhere(staff: Staff, permission: str) -> bool:
    """Whether the person holds the permission for the whole brand and not only in some shops."""
    return any(role in rules.roles_for(permission) and shop_id is None for role, shop_id in staff.held)


def staff_people() -> list[Staff]:
    """Everybody, those who left last, with their roles (two queries)."""
    people = Staff.objects.prefetch_related("roles__shop").order_by("-is_active", "name", "pk")
    return list(people[: rules.MAX_STAFF_LISTED])


def holders(permission: str) -> list[Staff]:
    """Everybody who works here and holds the permission somewhere, by name; one statement."""
    held = StaffRole.objects.filter(role__in=rules.roles_for(permission)).values("staff")
    return list(Staff.objects.filter(pk__in=held, is_active=True).order_by("name", "pk")[: rules.MAX_STAFF_LISTED])


def staff_with_roles(staff_id: int) -> Staff | None:
    """One member of staff whose `held` is known, in one statement; every request asks, so without the query builder."""
    found = rows.fetch(_WITH_ROLES, [staff_id])
    if not found:
        return None
    *columns, roles, shop_ids = found[0]
    staff = rows.made(Staff, [tuple(columns)])[0]
    staff.held = frozenset(zip(roles, shop_ids, strict=True))
    return staff


_WITH_ROLES = f"""
SELECT {rows.columns(Staff)}, ARRAY(SELECT role FROM org_staffrole WHERE staff_id = org_staff.id ORDER BY id),
    ARRAY(SELECT shop_id FROM org_staffrole WHERE staff_id = org_staff.id ORDER BY id)
FROM org_staff WHERE id = %s
"""  # noqa: S608  names of our own


def staff_person(staff_id: int) -> Staff:
    """One member of staff with roles. Raises Http404."""
    return get_object_or_404(Staff.objects.prefetch_related("roles__shop"), pk=staff_id)


def has_second_factor(staff: Staff) -> bool:
    return bool(is_mfa_enabled(staff))


def audit_entries() -> QuerySet[AuditEntry]:
    """Newest first."""
    return AuditEntry.objects.select_related("staff", "shop").order_by("-at", "-pk")


@dataclass(frozen=True)
class View:
    """A saved filter; `by` is the name of whose it is."""

    id: int
    name: str
    query: str
    staff_id: int
    by: str


def saved_views(staff: Staff, page: str) -> list[View]:
    """The person's own saved filters of a list, by name, and then what colleagues share. One query."""
    found = rows.fetch(_VIEWS, {"page": page, "staff": staff.pk, "most": rules.MAX_VIEWS + rules.MAX_VIEWS_SHARED})
    return sorted((View(*row) for row in found), key=lambda view: view.staff_id != staff.pk)


_VIEWS = """
SELECT view.id, view.name, view.query, view.staff_id, owner.name
FROM org_savedview view JOIN org_staff owner ON owner.id = view.staff_id
WHERE view.page = %(page)s AND (owner.id = %(staff)s OR (view.shared AND owner.is_active))
ORDER BY view.name, view.id LIMIT %(most)s
"""


def saved_view_of(staff: Staff, view_id: int) -> SavedView:
    """One of the person's own. Raises Http404."""
    return get_object_or_404(SavedView, pk=view_id, staff=staff)
