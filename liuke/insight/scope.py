"""Figures, levels and chances are worked out over all shops together; nobody who is trusted with some shops alone may
read the whole brand out of them. Beside the doors, because pages and API refuse alike.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from liuke.kit.errors import Refused
from liuke.org import queries as org
from liuke.org.access import StaffRequest
from liuke.org.models import Staff

P = ParamSpec("P")
Page = Callable[Concatenate[StaffRequest, P], HttpResponse]


class WholeBrandOnly(Refused):
    """The figures are those of the whole brand, and this person sees some of its shops."""

    code = "whole_brand_only"
    status = 403


def for_the_whole_brand(permission: str) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """A page of figures; who holds the permission in single shops alone is told why it stays closed (403).

    Stands below `staff_may` of the same permission.
    """

    def decorate(view: Page[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if org.everywhere(request.user, permission):
                return view(request, *args, **kwargs)
            return render(request, "insight/whole_brand_only.html", {"says": _says()}, status=WholeBrandOnly.status)

        return page

    return decorate


def must_see_the_brand(request: HttpRequest, permission: str) -> None:
    """For the API: raises WholeBrandOnly."""
    if not (isinstance(request.user, Staff) and org.everywhere(request.user, permission)):
        raise WholeBrandOnly(_says())


def _says() -> str:
    return _("这里的数字按整个品牌计算，不能按门店拆开；你的权限只含部分门店。需要查看时，请店主给你品牌范围的角色。")
