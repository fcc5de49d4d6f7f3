"""A service that says no in a page's request: the person reads why, on the page where they were."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from liuke.console import errors, words
from liuke.kit.errors import BadInput, NotYours, Refused


class Unstorable(BadInput):
    """No keyboard types U+0000, and no database keeps it."""

    code = "unstorable"


class SayRefused:
    """Turns a Refused that a page did not expect into a sentence: a toast after a form, 404 for "not yours"."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_args: object) -> HttpResponse | None:
        """Called by Django before the view: what nothing could keep never comes to it."""
        if "\x00" in request.path:
            return errors.not_found(request)
        given = (*request.GET.lists(), *request.POST.lists()) if request.path.startswith("/console/") else ()
        if any("\x00" in text for _name, texts in given for text in texts):
            return self.process_exception(request, Unstorable(_("输入里有不能保存的字符，请删去后重试")))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django with what a view raised; the view's transaction has been rolled back by then."""
        if not isinstance(error, Refused) or request.path.startswith("/api/"):
            return None
        if isinstance(error, NotYours):
            return errors.not_found(request)
        messages.error(request, words.refused(error))
        if request.headers.get("HX-Request"):
            response = render(request, "console/parts/toasts.html", {"oob": True}, status=200)
            response["HX-Reswap"] = "none"
            return response
        back = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return redirect(back if safe and request.method == "POST" else "/console/")
