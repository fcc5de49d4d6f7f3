"""Rows for tests."""

from django.utils import timezone

from liuke.org.models import Shop, Staff, StaffRole
from liuke.org.rules import Role


def shop(code: str = "S1", **fields) -> Shop:
    return Shop.objects.create(code=code, **{"name": f"门店 {code}", **fields})


def staff(username: str = "mei", *, role: Role | None = Role.OWNER, at: Shop | None = None, **fields) -> Staff:
    password = fields.pop("password", "a-long-password")
    defaults = {"name": "梅", "password_changed_at": timezone.now()}
    person = Staff.objects.create_user(username=username, password=password, **{**defaults, **fields})
    if role:
        StaffRole.objects.create(staff=person, role=role, shop=at)
    return person
