"""What others may ask about the brand, its shops and its staff."""

from django.db.models import QuerySet

from liuke.org import rules
from liuke.org.models import AuditEntry, Brand, Shop, Staff


def brand() -> Brand | None:
    """The one brand, or None before set-up."""
    return Brand.objects.order_by("pk").first()


def shops_where(staff: Staff, permission: str) -> QuerySet[Shop]:
    """The shops in which the person holds the permission."""
    roles = rules.roles_for(permission)
    places = {shop_id for role, shop_id in staff.held if role in roles}
    return Shop.objects.all() if None in places else Shop.objects.filter(pk__in=places)


def everywhere(staff: Staff, permission: str) -> bool:
    """Whether the person holds the permission for the whole brand and not only in some shops."""
    return any(role in rules.roles_for(permission) and shop_id is None for role, shop_id in staff.held)


def audit_entries() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.select_related("staff", "shop").order_by("-at", "-pk")
