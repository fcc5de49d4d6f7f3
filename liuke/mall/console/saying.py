"""The mall's services refuse input in sentences for people; the page says those instead of a general one."""

from collections.abc import Callable, Sequence
from functools import wraps

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from liuke.kit.errors import BadInput, Refused
from liuke.mall.queries.order_page import waiting_parcels
from liuke.org.access import P, StaffRequest, View


class Unfit(Refused):
    """What was typed cannot be taken; the sentence says why."""

    code = "unfit"
    status = 422


def saying_why(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Below `staff_may`: BadInput leaves the view with its own words."""

    @wraps(view)
    def door(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except BadInput as refused:
            raise Unfit(refused.message) from refused

    return door


def say_put_back(request: StaffRequest, order_id: int, before: Sequence[str]) -> None:
    """Say which of the parcels that waited before were taken apart, so that somebody puts their goods back."""
    left = set(waiting_parcels(order_id))
    if apart := [number for number in before if number not in left]:
        request.audit_detail = {**(request.audit_detail or {}), "taken_apart": apart}
        said = _("包裹 %(numbers)s 已拆开，请把不再寄的商品放回货架")
        messages.warning(request, said % {"numbers": "、".join(apart)})
