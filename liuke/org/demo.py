"""The people and shops of the demo brand; not part of the usual file set since it must never run on a real brand.

`liuke up --demo` calls `seed` on an empty database and prints `LOGINS` and the password.
"""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from liuke.kit.db import require_transaction
from liuke.org import services
from liuke.org.models import Brand, Shop, Staff
from liuke.org.rules import Role

BRAND = "小满家"
PASSWORD = "xiaoman-2026"      # noqa: S105  known to everybody who reads the README; real brands have no such accounts
SHOPS = (("MINI", "小程序商城"), ("SH01", "上海静安店"), ("HZ01", "杭州西湖店"), ("CD01", "成都锦江店"))
PEOPLE = (
    ("owner", "林晓满", Role.OWNER, None),
    ("manager", "周予安", Role.SHOP_MANAGER, "SH01"),
    ("agent", "许知意", Role.AGENT, None),
    ("operator", "何青禾", Role.OPERATOR, None),
    ("finance", "宋明远", Role.FINANCE, None),
    ("analyst", "陆思齐", Role.ANALYST, None),
    ("supplier", "沈书瑶", Role.SUPPLIER, None),
)
LOGINS = tuple((username, role) for username, _name, role, _shop in PEOPLE)


def seed(*, now: datetime) -> bool:
    """Open the demo brand with its shops and staff. False, and nothing is touched, when there is a brand already."""
    require_transaction()
    if Brand.objects.exists() or Staff.objects.exists():
        return False
    services.open_brand(name=BRAND)
    shops: dict[str | None, Shop | None] = {code: services.open_shop(code=code, name=name) for code, name in SHOPS}
    shops[None] = None
    hashed = make_password(PASSWORD)
    for username, name, role, code in PEOPLE:
        staff, _password = services.open_staff(username=username, name=name)
        staff.password, staff.password_changed_at = hashed, now
        staff.save(update_fields=["password", "password_changed_at"])
        _give(staff, role, shops[code])
    return True


def is_demo() -> bool:
    """Whether the brand of this installation is the demo brand."""
    return Brand.objects.filter(name=BRAND).exists() and Staff.objects.filter(username=LOGINS[0][0]).exists()


def _give(staff: Staff, role: Role, shop: Shop | None) -> None:
    services.change_roles(staff_id=staff.pk, roles=[(role, shop.pk if shop else None)])
