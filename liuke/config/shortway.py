"""The way of the doors for machines: JSON with a token, or with a provider's signature, needs no session and no page.

Without them a list of products costs a third less. What stays: probes, measuring and the security headers (which come
before), the caller's language, a line in the log, and the check of the host's name.
"""

from collections.abc import Callable
from typing import Any, cast

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from liuke.config.logs import RequestLog

DOORS = ("/api/v1/shop/", "/api/v1/storefront/", "/hooks/", "/shop/")
Answer = Callable[[HttpRequest], HttpResponse]


class ShortWay:
    """Middleware, before those of the pages: requests for DOORS go straight to their view."""

    def __init__(self, get_response: Answer) -> None:
        self.pages = get_response
        self.doors = RequestLog(_safe(view))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a shopper's or a provider's request, or let a page's through."""
        if not request.path_info.startswith(DOORS):
            return self.pages(request)
        request.get_host()                   # raises DisallowedHost, as CommonMiddleware does
        language = translation.get_language_from_request(request)
        translation.activate(language)
        response = self.doors(request)
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ("Accept-Language",))
        return response


def view(request: HttpRequest) -> HttpResponse:
    """Find the view and call it, as Django's handler does between its middlewares."""
    match = resolve(request.path_info)
    request.resolver_match = match
    return cast("HttpResponse", match.func(request, *match.args, **match.kwargs))


def _safe(answer: Answer) -> Answer:
    """What is raised inside becomes an answer right here, so that whatever stands around it sees one."""
    return cast("Answer", convert_exception_to_response(cast("Any", answer)))
