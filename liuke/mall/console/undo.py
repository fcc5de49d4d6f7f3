"""Taking back what was just done to many products, for an hour, once, and only by the one who did it.

What there was before is kept in the cache, which lies in the database and so commits with the change.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from liuke.kit.pages import back_to
from liuke.mall.console.scope import brand_may
from liuke.mall.rules.repricing import Which
from liuke.mall.services import bulk, catalogue
from liuke.org.access import StaffRequest

SECONDS = 3600


def keep(request: StaffRequest, kind: str, before: Any) -> str:
    """The address whose POST takes it back; for `extra_tags` of a message. `kind` is a name in WAYS."""
    token = secrets.token_urlsafe(18)
    cache.set(f"undo:{token}", (request.user.pk, kind, before), SECONDS)
    return reverse("mall:undo", args=[token])


@brand_may("goods.edit")
@require_POST
def undo(request: StaffRequest, token: str) -> HttpResponse:
    """Take it back."""
    staff_id, kind, before = cache.get(f"undo:{token}") or (None, "", None)
    if staff_id != request.user.pk:
        messages.error(request, _("撤销的时间已过，或已经撤销过了。"))
        return redirect(back_to(request, reverse("mall:products")))
    cache.delete(f"undo:{token}")
    count = WAYS[kind](before)
    request.audit_target, request.audit_detail = f"undo:{kind}", {"count": count}
    messages.success(request, ngettext("已撤销 %(count)s 处改动", "已撤销 %(count)s 处改动", count) % {"count": count})
    return redirect(back_to(request, reverse("mall:products")))


def _on_sale(product_ids: list[int]) -> int:
    return catalogue.put_on_sale(product_ids=product_ids, now=timezone.now())


def _off_sale(product_ids: list[int]) -> int:
    return catalogue.take_off_sale(product_ids=product_ids, now=timezone.now())


def _categories(before: dict[int, int]) -> int:
    return len(bulk.set_categories(categories=before, now=timezone.now()))


def _prices(before: tuple[Which, dict[int, tuple[int, int]]]) -> int:
    which, changes = before
    return bulk.put_prices_back(changes=changes, which=which, now=timezone.now())


WAYS: dict[str, Callable[[Any], int]] = {
    "on_sale": _off_sale, "off_sale": _on_sale, "category": _categories, "prices": _prices,
}
