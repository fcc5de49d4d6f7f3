"""Every write of the org module."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
import structlog
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.org import rules
from liuke.org.models import AuditEntry, Brand, SavedView, Shop, Staff, StaffRole


class LoginTaken(Refused):
    """Another member of staff has this user name, phone or e-mail."""

    code = "login_taken"


class LastOwner(Refused):
    """Somebody must be able to give roles."""

    code = "last_owner"


class ShopCodeTaken(Refused):
    """Another shop has this code."""

    code = "shop_code_taken"


class TooManyViews(Refused):
    """A person keeps so many filters on one list and no more."""

    code = "too_many_views"


def audit(
    *, staff_id: int | None, action: str, target: str = "", shop_id: int | None = None, detail: dict[str, Any]
) -> AuditEntry:
    """Append one row to the audit, in the transaction of the change. `detail` holds ids and amounts, no names."""
    require_transaction()
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    return AuditEntry.objects.create(
        staff_id=staff_id, action=action[:60], target=target[:60], shop_id=shop_id, detail=detail, request_id=request_id
    )


def open_brand(*, name: str, zone: str = "Asia/Shanghai") -> Brand:
    """The brand of this installation; called again it changes the name and the zone of the one there is."""
    require_transaction()
    if not name.strip():
        raise BadInput(_("请填写品牌名称"))
    if zone not in available_timezones():
        raise BadInput(_("没有这个时区: %(zone)s") % {"zone": zone})
    advisory_lock("org.brand")
    brand = Brand.objects.order_by("pk").first() or Brand()
    brand.name, brand.zone = name.strip(), zone
    brand.save()
    return brand


def open_shop(*, code: str, name: str) -> Shop:
    """Raises ShopCodeTaken."""
    require_transaction()
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise BadInput(_("请填写门店编号和名称"))
    shop, created = Shop.objects.get_or_create(code=code, defaults={"name": name})
    if not created:
        raise ShopCodeTaken(_("门店编号 %(code)s 已被使用") % {"code": code})
    return shop


def mark_shop_active(*, shop_id: int, active: bool) -> None:
    require_transaction()
    Shop.objects.filter(pk=shop_id).update(active=active)


def open_staff(*, username: str, name: str, phone: str = "", email: str = "") -> tuple[Staff, str]:
    """A new member of staff and the first password, which must be changed at the first login and is shown only now.

    Raises LoginTaken, or BadInput for a user name, phone or e-mail that cannot be one.
    """
    require_transaction()
    logins = {"username": username.strip(), "phone": _phone(phone), "email": _email(email)}
    if not logins["username"] or "@" in logins["username"] or not name.strip():
        raise BadInput(_("请填写姓名和用户名; 用户名不能含有 @"))
    advisory_lock("org.staff")
    for field, value in logins.items():
        if value and Staff.objects.filter(**{f"{field}__iexact": value}).exists():
            raise LoginTaken(_("%(login)s 已被另一位员工使用") % {"login": value})
    password = secrets.token_urlsafe(12)
    staff = Staff(name=name.strip(), **logins)
    staff.set_password(password)
    staff.save()
    return staff, password


def _phone(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException as error:
        raise BadInput(_("这不是一个电话号码: %(phone)s") % {"phone": text}) from error
    if not phonenumbers.is_valid_number(number):
        raise BadInput(_("这不是一个电话号码: %(phone)s") % {"phone": text})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        validate_email(text.strip())
    except ValidationError as error:
        raise BadInput(_("这不是一个邮箱: %(email)s") % {"email": text}) from error
    return text.strip().lower()


def change_roles(*, staff_id: int, roles: Collection[tuple[str, int | None]]) -> None:
    """The person holds exactly these (role, shop id) from now on. Raises LastOwner."""
    require_transaction()
    if len(roles) > rules.MAX_ROLES or any(role not in list(rules.Role) for role, _shop in roles):
        raise BadInput(_("没有这个角色"))
    advisory_lock("org.staff")
    StaffRole.objects.filter(staff_id=staff_id).delete()
    StaffRole.objects.bulk_create(
        [StaffRole(staff_id=staff_id, role=role, shop_id=shop_id) for role, shop_id in sorted(set(roles), key=str)]
    )
    _need_an_owner()


def mark_active(*, staff_id: int, active: bool) -> None:
    """Somebody who left may nothing from the next request on. Raises LastOwner."""
    require_transaction()
    advisory_lock("org.staff")
    Staff.objects.filter(pk=staff_id).update(is_active=active)
    _need_an_owner()


def _need_an_owner() -> None:
    owners = StaffRole.objects.filter(role=rules.Role.OWNER, shop=None, staff__is_active=True)
    if not owners.exists():
        raise LastOwner(_("至少要保留一位在职的品牌负责人"))


def new_password(*, staff_id: int) -> str:
    """A fresh first password, shown once; every session of the person ends."""
    require_transaction()
    staff = Staff.objects.select_for_update().get(pk=staff_id)
    password = secrets.token_urlsafe(12)
    staff.set_password(password)
    staff.password_changed_at = None
    staff.save(update_fields=["password", "password_changed_at"])
    return password


def mark_password_changed(*, staff_id: int, now: datetime) -> None:
    """The person chose the password; called by the login library's signals."""
    Staff.objects.filter(pk=staff_id).update(password_changed_at=now)


def require_second_factor(*, staff_id: int, required: bool, forget_device: bool = False) -> None:
    """Whether the person must use a second factor; a lost device is forgotten and set up again at the next login."""
    require_transaction()
    Staff.objects.filter(pk=staff_id).update(second_factor_required=required)
    if forget_device:
        Authenticator.objects.filter(user_id=staff_id).delete()


def save_view(*, staff_id: int, page: str, name: str, query: str, shared: bool, now: datetime) -> SavedView:
    """Keep a filter of a list under a name; the same name on the same list is replaced. Raises BadInput, TooManyViews.

    `query` is the caller's own choice of parameters; what a person typed must not be among them.
    """
    require_transaction()
    kept = " ".join(name.split())
    if not 0 < len(kept) <= rules.VIEW_NAME_CHARACTERS:
        raise BadInput(_("请填写名称，最多 %(most)s 个字。") % {"most": rules.VIEW_NAME_CHARACTERS})
    if not 0 < len(query) <= rules.VIEW_QUERY_CHARACTERS:
        raise BadInput(_("没有可以保存的筛选条件。"))
    mine = SavedView.objects.filter(staff_id=staff_id, page=page)
    if mine.exclude(name=kept).count() >= rules.MAX_VIEWS:
        raise TooManyViews(_("每个列表最多保存 %(most)s 个筛选，请先删掉一个。") % {"most": rules.MAX_VIEWS})
    view, _made = SavedView.objects.update_or_create(
        staff_id=staff_id, page=page, name=kept, defaults={"query": query, "shared": shared, "saved_at": now})
    return view


def drop_view(*, view_id: int) -> None:
    """Forget a saved filter; again is nothing."""
    require_transaction()
    SavedView.objects.filter(pk=view_id).delete()
