"""Raw rows of every table, to look at and never to change: for the owner, when a page does not show what they need.

django-unfold's admin under /console/raw/. It alone needs a wider content security policy than our own pages.
"""

from collections.abc import Callable

from csp.decorators import csp_update
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from liuke.org.access import staff_may

Door = Callable[..., HttpResponseBase]
HIDDEN = {"password"}
MOST_COLUMNS = 8
PAGE = 50
WIDER = {"script-src": ["'self'", "'unsafe-eval'", "'unsafe-inline'"], "style-src": ["'self'", "'unsafe-inline'"]}


class RawSite(UnfoldAdminSite):     # type: ignore[misc]  # unfold has no types
    """Only for those who hold `raw.view`."""

    site_header = site_title = index_title = _("原始数据")
    site_url = "/console/"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.has_perm("raw.view"))

    def admin_view(self, view: Door, cacheable: bool = False) -> Door:
        """Through the same door as every page: our login, the second factor, the permission."""
        behind = staff_may("raw.view", atomic=False)(super().admin_view(view, cacheable))
        wrapped: Door = csp_update(WIDER)(behind)
        return wrapped


class RawRows(ModelAdmin):      # type: ignore[misc]  # unfold has no types
    """Looking only. Encrypted columns are left out; foreign keys are shown as ids, so a list is one query."""

    list_per_page = PAGE
    show_full_result_count = False
    ordering = ("-pk",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm("raw.view")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("raw.view")


site = RawSite(name="raw")


def _columns(model: type[models.Model]) -> list[str]:
    return [
        field.attname for field in model._meta.concrete_fields      # noqa: SLF001  Django's public way in
        if not isinstance(field, models.BinaryField) and field.name not in HIDDEN
    ]


def _listed(model: type[models.Model], columns: list[str]) -> list[str]:
    """What fits into one line: no long texts, lists or documents; they stand on the page of the row."""
    long = (models.TextField, models.JSONField, ArrayField)
    short = [column for column in columns
             if not isinstance(model._meta.get_field(column), long)]      # noqa: SLF001  the same
    return short[:MOST_COLUMNS]


def register_all() -> None:
    """Every model of ours, once."""
    for model in apps.get_models():
        if not model.__module__.startswith("liuke.") or site.is_registered(model):
            continue
        columns = _columns(model)
        names = [model._meta.get_field(column).name for column in columns]      # noqa: SLF001  the same
        site.register(model, type(f"{model.__name__}Rows", (RawRows,), {
            "list_display": _listed(model, columns), "fields": names, "readonly_fields": names,
        }))


register_all()
