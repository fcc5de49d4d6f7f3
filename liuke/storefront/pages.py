"""Serves what was built from clients/shop under /shop/, or says what is missing. Open to everybody."""

import json
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.views.decorators.http import require_safe

from liuke.kit.errors import NotYours
from liuke.storefront import queries

BUILT = Path(__file__).resolve().parent / "built"
INDEX, MISSING = "index.html", "missing.txt"
PLACE = b"LIUKE-FRONT"                        # in the page, for what `_told` tells
FOREVER, FRESH = "public, max-age=31536000, immutable", "no-cache"
PRESSED = (("br", ".br"), ("gzip", ".gz"))
KEPT_FILES = 200


@require_safe
def shop(request: HttpRequest, name: str = "") -> HttpResponse:
    """A file of the shop. Files under assets/ carry their content in their name and are kept by browsers for good."""
    known = _names(_stamp())
    name = name or INDEX
    if INDEX not in known:
        return _missing(request)
    if name not in known:
        return HttpResponse(status=404) if "." in name.rpartition("/")[2] else redirect("shop")
    accepted = "" if name == INDEX else request.headers.get("Accept-Encoding", "")
    response = _answer(name, known, accepted)
    if name == INDEX:
        response.content = response.content.replace(PLACE, _told().encode())
    response["Cache-Control"] = FOREVER if name.startswith("assets/") else FRESH
    response["Content-Security-Policy"] = policy()
    response["X-Content-Type-Options"] = "nosniff"
    return response


def policy() -> str:
    """Nothing but our own: no foreign host, no style or script inside the page."""
    media = f" {settings.MEDIA_URL}" if "//" in settings.MEDIA_URL else ""
    return "; ".join((
        "default-src 'none'", "script-src 'self'", "style-src 'self'", f"img-src 'self' data: blob:{media}",
        f"connect-src 'self' {settings.LIUKE_PUSH_URL}", "font-src 'self'", "manifest-src 'self'", "worker-src 'self'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ))


def _told() -> str:
    """What the first page would have to ask for before anything else: the shop to sell for and the ways to pay."""
    try:
        code = queries.shop_of(queries.front()).code
    except NotYours:
        return ""
    ways = [{"provider": provider, "way": way} for provider, way in queries.ways()]
    return escape(json.dumps({"shop": code, "ways": ways}))


def _answer(name: str, known: frozenset[str], accepted: str) -> HttpResponse:
    coding, ending = next(
        ((coding, ending) for coding, ending in PRESSED if coding in accepted and name + ending in known), ("", ""))
    kind = "text/javascript" if name.endswith(".js") else guess_type(name)[0] or "application/octet-stream"
    kind += "; charset=utf-8" if kind.startswith("text/") else ""
    response = HttpResponse(_bytes(name + ending, _stamp()), content_type=kind)
    response["Vary"] = "Accept-Encoding"
    if coding:
        response["Content-Encoding"] = coding
    return response


def _missing(request: HttpRequest) -> HttpResponse:
    """Nothing was built. A release carries the pages; a checkout builds them in `make run`, and wrote down why not."""
    said = BUILT / MISSING
    why = said.read_text(encoding="utf-8").strip()[:200] if said.exists() else ""
    return render(request, "storefront/missing.html", {"why": why}, status=503)


def _stamp() -> int:
    """Changes with every build, and with its end."""
    try:
        return (BUILT / INDEX).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=2)
def _names(stamp: int) -> frozenset[str]:
    del stamp
    return frozenset(str(path.relative_to(BUILT)) for path in BUILT.rglob("*") if path.is_file())


@lru_cache(maxsize=KEPT_FILES)
def _bytes(name: str, stamp: int) -> bytes:
    """`name` is one of `_names`: nothing outside of the folder can be asked for."""
    del stamp
    return (BUILT / name).read_bytes()
