"""Prints what client authors build on, docs/openapi.json and docs/codes.md: `python -m tools.published`.

Both come from the code alone, whatever machine and host it runs on; a test keeps them true.
"""

import json
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import django

DOCS = Path(__file__).resolve().parent.parent / "docs"
MODULES = (                              # behind the customer's doors
    "kit", "customers", "coupons", "points", "mall", "desk", "referral", "loyalty", "cash", "draws",
    "pointsmall", "payouts",
)
NOT_BEHIND_DOORS = ("tests", "migrations", "management", "console", "demo", "templates", "admin")
DOORS = {                                # what the doors answer by themselves: config/api.py, media.py, mall/hooks.py
    "bad_request": (400, "The request is no JSON, or not what this door reads."),
    "bad_signature": (401, "What a carrier told is not signed with the secret of that carrier."),
    "stale_timestamp": (401, "What a carrier told was sent more than five minutes ago, or one of the clocks is wrong."),
    "login_needed": (401, "Log in first, or again: the token opens nothing (any more)."),
    "forbidden": (403, "You may not do this."),
    "not_found": (404, "There is no such thing, or it is not yours: both look the same from outside."),
    "body_too_large": (413, "The body is longer than this door reads."),
    "bad_input": (422, "A value is missing or makes no sense; `fields` says which and why."),
    "too_many_requests": (429, "Too many requests a minute; `Retry-After` says how many seconds to wait."),
    "busy": (503, "Others are buying the same goods at this moment; the same request again is right."),
}
HEAD = """# Codes of refusals

Printed by `make openapi` from the code; a test keeps it true. A code keeps its meaning within `/api/v1`; the sentence
beside it is for the person and may change. Some are met by staff and imports alone.

| Code | Status | Meaning |
| --- | --- | --- |
"""


def openapi() -> str:
    """The whole of docs/openapi.json: OpenAPI 3.1, keys in the order of the alphabet, no host."""
    from liuke.config.api import api  # noqa: PLC0415  Django must be set up first

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def codes() -> dict[str, tuple[int, str]]:
    """Every stable code with its HTTP status and what it means."""
    from liuke.kit.errors import Refused  # noqa: PLC0415  Django must be set up first

    for module in MODULES:
        _load(f"liuke.{module}")
    found = dict(DOORS)
    for kind in sorted(_below(Refused), key=lambda kind: (kind.__module__, kind.__name__)):
        if kind.__module__.split(".")[1] not in MODULES or "code" not in vars(kind):
            continue
        meaning = " ".join((kind.__doc__ or "").split())
        found.setdefault(kind.code, (kind.status, meaning))
    return dict(sorted(found.items()))


def codes_document() -> str:
    """The whole of docs/codes.md."""
    return HEAD + "".join(f"| `{code}` | {status} | {meaning} |\n" for code, (status, meaning) in codes().items())


def _load(name: str) -> None:
    """Import a module whole, so that every refusal is known, however little was needed so far."""
    for found in walk_packages(import_module(name).__path__, f"{name}."):
        if not set(found.name.split(".")) & set(NOT_BEHIND_DOORS):
            import_module(found.name)


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        if not set(below.__module__.split(".")) & set(NOT_BEHIND_DOORS):
            yield below
            yield from _below(below)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
    django.setup()
    (DOCS / "openapi.json").write_text(openapi())
    (DOCS / "codes.md").write_text(codes_document())
