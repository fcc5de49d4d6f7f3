"""How far a person may reach: the whole brand, some shops, or what one supplier sends. Not a door itself."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase

from liuke.org import queries as org
from liuke.org.access import P, StaffRequest, View, staff_may
from liuke.org.models import Shop


def brand_may(permission: str, *, atomic: bool = True) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """A door like `staff_may`, for what all shops share: a permission held in some shops only is not enough (403)."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def whole(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not org.everywhere(request.user, permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        return staff_may(permission, atomic=atomic)(whole)

    return decorate


def shops_of(request: StaffRequest, permission: str) -> list[Shop]:
    """The shops in which this person may, by name; closed ones too."""
    return list(org.shops_where(request.user, permission).order_by("-active", "name", "pk"))


def shop_for(request: StaffRequest, permission: str, shop_id: int) -> Shop:
    """The shop, or 404 when there is none or the person may not there."""
    shop = org.shops_where(request.user, permission).filter(pk=shop_id).first()
    if shop is None:
        raise Http404
    return shop


def number(asked: QueryDict, name: str) -> int | None:
    """An id out of an address or a form; nothing when it is none."""
    text = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def numbers(asked: QueryDict, name: str, *, most: int) -> list[int]:
    """At most so many ids, each once, in the order given."""
    found = (int(text) for text in asked.getlist(name) if text.isdecimal() and len(text) < 19)
    return list(dict.fromkeys(found))[:most]


def address(request: StaffRequest, **changes: object) -> str:
    """The address of this page with other filters, on its first page."""
    asked = request.GET.copy()
    for name in ("after", "before"):
        asked.pop(name, None)
    for name, value in changes.items():
        asked.setlist(name, [str(value)] if value not in ("", None) else [])
    return f"{request.path}?{asked.urlencode()}" if asked else request.path
