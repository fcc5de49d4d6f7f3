"""What others may ask about the brand, its shops and its staff."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from liuke.org import rules
from liuke.org.models import AuditEntry, Brand, SavedView, Shop, Staff, StaffRole


def brand() -> Brand | None:
    """The one brand, or None before set-up."""
    return Brand.objects.order_by("pk").first()


def shops(*, include_closed: bool = False) -> list[Shop]:
    """The shops by name; closed ones only when asked for."""
    rows = Shop.objects.order_by("name", "pk")
    return list(rows if include_closed else rows.filter(active=True))


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
    rows = Staff.objects.prefetch_related("roles__shop").order_by("-is_active", "name", "pk")
    return list(rows[: rules.MAX_STAFF_LISTED])


def holders(permission: str) -> list[Staff]:
    """Everybody who works here and holds the permission somewhere, by name; one statement."""
    held = StaffRole.objects.filter(role__in=rules.roles_for(permission)).values("staff")
    return list(Staff.objects.filter(pk__in=held, is_active=True).order_by("name", "pk")[: rules.MAX_STAFF_LISTED])


def staff_with_roles(staff_id: int) -> Staff | None:
    """One member of staff whose `held` is known, in one statement."""
    staff = Staff.objects.filter(pk=staff_id).annotate(
        of_roles=ArrayAgg("roles__role", order_by="roles__pk"), of_shops=ArrayAgg("roles__shop", order_by="roles__pk"),
    ).first()
    if staff is not None:
        pairs = zip(staff.of_roles, staff.of_shops, strict=True)
        staff.held = frozenset((role, shop_id) for role, shop_id in pairs if role is not None)
    return staff


def staff_person(staff_id: int) -> Staff:
    """One member of staff with roles. Raises Http404."""
    return get_object_or_404(Staff.objects.prefetch_related("roles__shop"), pk=staff_id)


def has_second_factor(staff: Staff) -> bool:
    return bool(is_mfa_enabled(staff))


def audit_entries() -> QuerySet[AuditEntry]:
    """Newest first."""
    return AuditEntry.objects.select_related("staff", "shop").order_by("-at", "-pk")


def saved_views(staff: Staff, page: str) -> list[SavedView]:
    """The person's own saved filters of a list, by name, and then what colleagues share. One query."""
    rows = SavedView.objects.filter(Q(staff=staff) | Q(shared=True, staff__is_active=True), page=page)
    found = list(rows.select_related("staff").order_by("name", "pk")[: rules.MAX_VIEWS + rules.MAX_VIEWS_SHARED])
    return sorted(found, key=lambda view: view.staff_id != staff.pk)


def saved_view_of(staff: Staff, view_id: int) -> SavedView:
    """One of the person's own. Raises Http404."""
    return get_object_or_404(SavedView, pk=view_id, staff=staff)
