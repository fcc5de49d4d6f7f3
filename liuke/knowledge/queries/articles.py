"""Articles, found by their words, for a product and a state of an order."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from liuke.desk.queries.finding import marks_of
from liuke.kit.errors import NotYours
from liuke.knowledge import rules
from liuke.knowledge.models import Article


def for_staff(*, text: str = "") -> list[Article]:
    """All of them, the newest change on top, or those that a text finds, the likeliest first."""
    rows = Article.objects.select_related("product", "changed_by")
    found = list(rows.order_by("-changed_at", "-pk")[: rules.MOST_ARTICLES])
    return ranked(found, text) if text.strip() else found


def public(*, text: str = "", product_code: str = "", stage: str = "") -> list[Article]:
    """What customers may read: that of the product before what is for all, the likeliest words first; a page."""
    rows = Article.objects.filter(published=True, public=True).select_related("product")
    if product_code:
        rows = rows.filter(Q(product=None) | Q(product__code=product_code))
    if stage:
        rows = rows.filter(Q(stages=[]) | Q(stages__contains=[stage]))
    marks = marks_of(text[: rules.QUERY_CHARACTERS])
    if text.strip():
        rows = rows.filter(marks__overlap=marks) if marks else rows.filter(title__icontains=text.strip())
    found = list(rows.order_by("-changed_at", "-pk")[: rules.MOST_ARTICLES])
    if marks:
        found = ranked(found, text)
    return sorted(found, key=lambda row: row.product_id is None if product_code else False)[: rules.PAGE]


def ranked(rows: Sequence[Article], text: str) -> list[Article]:
    """Those that are like the text at all, the likeliest first; equal ones by what readers say of them."""
    asked = marks_of(text[: rules.ASKED_CHARACTERS])
    seen = _seen(rows)
    weighed = rules.weights(asked, seen, len(rows))
    alike = {row.pk: rules.likeness(weighed, row.marks, seen) for row in rows}
    found = [row for row in rows if alike[row.pk] >= rules.LEAST_LIKENESS]
    return sorted(found, key=lambda row: (-alike[row.pk], row.useless - row.useful, -row.pk))


def _seen(rows: Sequence[Article]) -> dict[int, int]:
    seen: dict[int, int] = {}
    for row in rows:
        for mark in row.marks:
            seen[mark] = seen.get(mark, 0) + 1
    return seen


def public_article(article_id: int) -> Article:
    """One that customers may read. Raises NotYours."""
    row = Article.objects.filter(pk=article_id, published=True, public=True).select_related("product").first()
    if row is None:
        raise NotYours
    return row


def article_seen(article_id: int) -> Article:
    """Any, for staff. Raises NotYours."""
    row = Article.objects.filter(pk=article_id).select_related("product", "changed_by").first()
    if row is None:
        raise NotYours
    return row


def published() -> QuerySet[Article]:
    """What fault help may suggest, whoever may read it."""
    return Article.objects.filter(published=True)
