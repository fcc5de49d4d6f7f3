"""Rows for tests."""

from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from liuke.org.models import Shop, Staff, StaffRole
from liuke.org.rules import Role


@cache
def hashed(password: str) -> str:
    """Hashing is slow on purpose; once per run is enough."""
    return make_password(password)


def shop(code: str = "S1", **fields) -> Shop:
    return Shop.objects.create(code=code, **{"name": f"门店 {code}", **fields})


def staff(username: str = "mei", *, role: Role | None = Role.OWNER, at: Shop | None = None, **fields) -> Staff:
    password = fields.pop("password", "a-long-password")
    defaults = {"name": "梅", "password_changed_at": timezone.now()}
    person = Staff.objects.create(username=username, password=hashed(password), **{**defaults, **fields})
    if role:
        StaffRole.objects.create(staff=person, role=role, shop=at)
    return person
