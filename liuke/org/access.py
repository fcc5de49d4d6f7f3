"""Who may pass a door, and the audit row that every change leaves. Not a door itself: all doors of staff use it.

Permissions live in `rules.py`; here they become predicates of the `rules` library, asked as
`staff.has_perm("orders.view", shop)`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import rules as permissions
import structlog
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from ninja.security import SessionAuth

from liuke.org import rules, services
from liuke.org.models import Shop, Staff

P = ParamSpec("P")
SAFE = ("GET", "HEAD", "OPTIONS")
SECOND_FACTOR = "second_factor_set_up"


class StaffRequest(HttpRequest):
    """A request whose user is a member of staff; `staff_may` makes sure of it."""

    user: Staff
    audit_target: str
    audit_detail: dict[str, Any]


View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


def _predicate(permission: str) -> Any:
    roles = rules.roles_for(permission)

    def holds(staff: Staff, shop: Shop | None = None) -> bool:
        return any(role in roles and (shop is None or at in (None, shop.pk)) for role, at in staff.held)

    return permissions.predicate(holds)


for _permission in rules.PERMISSIONS:
    if not permissions.perm_exists(_permission):
        permissions.add_perm(_permission, _predicate(_permission))


def staff_may(permission: str, *, atomic: bool = True) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """A door for staff who hold the permission (anywhere; narrow by shop with `queries.shops_where`).

    Strangers are sent to log in, others get 403. A request that may change something runs in one transaction, which
    rolls back when the answer is an error, and leaves an audit row in it: the action is the view's name; say more
    with `request.audit_target` ("customer:12") and `request.audit_detail` (ids and amounts only).
    `atomic=False` is for doors that open their own transactions; they call `services.audit` themselves.
    """
    rules.roles_for(permission)

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def door(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_login(request)
            structlog.contextvars.bind_contextvars(staff_id=request.user.pk)
            if first := _first_steps(request):
                return first
            if not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            if request.method in SAFE or not atomic:
                return view(request, *args, **kwargs)
            return _change(view, request, *args, **kwargs)

        door.permission = permission    # type: ignore[attr-defined]  # tests/test_house.py reads it
        return door

    return decorate


def _first_steps(request: StaffRequest) -> HttpResponse | None:
    """A first password must be changed, and a required second factor set up, before any page opens."""
    if request.user.password_changed_at is None:
        return redirect("account_change_password")
    if request.user.second_factor_required and not request.session.get(SECOND_FACTOR):
        if not is_mfa_enabled(request.user):
            return redirect("mfa_activate_totp")
        request.session[SECOND_FACTOR] = True
    return None


def _change(view: View[P], request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
    request.audit_target = ":".join(str(value) for value in kwargs.values())
    request.audit_detail = {}
    with transaction.atomic(durable=True):
        response = view(request, *args, **kwargs)
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        action = f"{view.__module__.removeprefix('liuke.')}.{view.__name__}"
        services.audit(
            staff_id=request.user.pk, action=action, target=request.audit_target, detail=request.audit_detail
        )
        return response


def _to_login(request: HttpRequest) -> HttpResponse:
    here = request.get_full_path() if request.method == "GET" else "/console/"
    to_login = redirect_to_login(here)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": to_login.url})
    return to_login


class StaffAuth(SessionAuth):
    """For JSON doors of staff: `@router.get(..., auth=StaffAuth("insight.view"))`. Writes are checked for CSRF."""

    def __init__(self, permission: str) -> None:
        super().__init__(csrf=True)
        rules.roles_for(permission)
        self.permission = permission

    def authenticate(self, request: HttpRequest, key: str | None) -> Staff | None:
        staff = request.user
        if not isinstance(staff, Staff) or not staff.is_active or staff.password_changed_at is None:
            return None
        if staff.second_factor_required and not is_mfa_enabled(staff):
            return None                          # pages lead to where it is set up; here nothing opens before
        if not staff.has_perm(self.permission):
            raise PermissionDenied(self.permission)
        structlog.contextvars.bind_contextvars(staff_id=staff.pk)
        return staff
