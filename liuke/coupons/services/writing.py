"""Templates are written, changed by a new version, and stopped. What customers have keeps the terms it came with."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liuke.coupons.models import Template, Version
from liuke.coupons.queries.templates import terms_of
from liuke.coupons.rules import terms as rules
from liuke.coupons.rules.limits import MAX_TEMPLATES, NAME_CHARACTERS, WORDS_CHARACTERS
from liuke.coupons.rules.terms import BadTerms, NoBudget, Terms
from liuke.coupons.services.accounts import is_budget
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours, Refused


class TemplateNameTaken(Refused):
    """Another template has this name."""

    code = "coupon_template_name"


class TemplateStopped(Refused):
    """The template was stopped; write a new one."""

    code = "coupon_template_stopped"


def write_template(
    *, name: str, terms: Terms, now: datetime, words: str = "", by_id: int | None = None
) -> Version:
    """A new template with its first version. Raises BadTerms, NoBudget, TemplateNameTaken."""
    require_transaction()
    checked = _check(name, words, terms, now)
    if Template.objects.filter(stopped_at=None).count() >= MAX_TEMPLATES:
        raise BadTerms("templates")
    try:
        with transaction.atomic():
            row = Template.objects.create(name=name.strip(), words=words.strip(), made_at=now, made_by_id=by_id)
    except IntegrityError as error:
        raise TemplateNameTaken(_("已有同名的优惠券")) from error
    return _add(row, 1, checked, now, by_id)


def change_template(
    *, template_id: int, terms: Terms, now: datetime, words: str | None = None, by_id: int | None = None
) -> Version:
    """A new version, for coupons issued from now on; batches that are open keep theirs. The same terms: the same one.

    Raises TemplateStopped, NotYours, BadTerms, NoBudget.
    """
    require_transaction()
    advisory_lock(f"coupon template:{template_id}")
    row = open_template(template_id)
    checked = _check(row.name, row.words if words is None else words, terms, now)
    if words is not None and words.strip() != row.words:
        row.words = words.strip()
        row.save(update_fields=["words"])
    last = Version.objects.filter(template=row).latest("number")
    return last if terms_of(last) == checked else _add(row, last.number + 1, checked, now, by_id)


def stop_template(*, template_id: int, now: datetime) -> Template:
    """Issue none of it from now on, by whatever way; what customers have can be used. Again is nothing."""
    require_transaction()
    row = Template.objects.select_for_update().filter(pk=template_id).first()
    if row is None:
        raise NotYours
    if row.stopped_at is None:
        row.stopped_at = now
        row.save(update_fields=["stopped_at"])
    return row


def open_template(template_id: int) -> Template:
    """Raises NotYours, TemplateStopped."""
    row = Template.objects.filter(pk=template_id).first()
    if row is None:
        raise NotYours
    if row.stopped_at is not None:
        raise TemplateStopped(_("这种优惠券已停用"))
    return row


def _check(name: str, words: str, terms: Terms, now: datetime) -> Terms:
    if not 0 < len(name.strip()) <= NAME_CHARACTERS:
        raise BadTerms("name")
    if len(words.strip()) > WORDS_CHARACTERS:
        raise BadTerms("words")
    rules.check(terms, now=now)
    if not is_budget(terms.budget):
        raise NoBudget("budget")
    lists: dict[str, Any] = {each.name: tuple(sorted(set(getattr(terms, each.name)))) for each in fields(terms)
                             if isinstance(getattr(terms, each.name), (list, tuple))}
    return replace(terms, exclusive=terms.exclusive.strip(), **lists)


def _add(row: Template, number: int, terms: Terms, now: datetime, by_id: int | None) -> Version:
    given = {each.name: getattr(terms, each.name) for each in fields(terms)}
    return Version.objects.create(template=row, number=number, made_at=now, made_by_id=by_id, **given)
