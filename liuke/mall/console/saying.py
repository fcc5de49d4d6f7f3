"""The mall's services refuse input in sentences for people; the page says those instead of a general one."""

from collections.abc import Callable
from functools import wraps

from django.http.response import HttpResponseBase

from liuke.kit.errors import BadInput, Refused
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
