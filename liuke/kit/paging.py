"""Pages of long lists, newest first, by a place in the list and not by a number: nothing is skipped or shown twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
PAGE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`newer` and `older` are addresses that keep the filters, empty where the list ends."""

    rows: list[Row]
    newer: str = ""
    older: str = ""


def page_of(rows: QuerySet[Row, Row], request: HttpRequest, *, by: str | None = None, size: int = PAGE) -> Page[Row]:
    """One page of rows ordered by (-by, -pk), or by -pk alone; the place is in ?after= or ?before=.

    A broken place shows the first page.
    """
    fields = (by, "pk") if by else ("pk",)
    forwards = "before" not in request.GET
    place = _read(request.GET.get("after" if forwards else "before", ""), by)
    if place is not None:
        rows = rows.filter(_beyond(fields, place, "lt" if forwards else "gt"))
    order = [f"-{field}" if forwards else str(field) for field in fields]
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if not forwards:
        found.reverse()
    before = place is not None if forwards else more
    after = more if forwards else place is not None
    if not found:
        return Page([], _address(request), "")
    return Page(
        found,
        _address(request, before=_write(found[0], by)) if before else "",
        _address(request, after=_write(found[-1], by)) if after else "",
    )


def _beyond(fields: tuple[Any, ...], place: tuple[Any, ...], way: str) -> Q:
    if len(fields) == 1:
        return Q(**{f"pk__{way}": place[0]})
    by, value = fields[0], place[0]
    return Q(**{f"{by}__{way}e": value}) & (Q(**{f"{by}__{way}": value}) | Q(**{f"pk__{way}": place[1]}))


def _write(row: Model, by: str | None) -> str:
    moment = getattr(row, by).isoformat() if by else ""
    return f"{moment}~{row.pk}"


def _read(text: str, by: str | None) -> tuple[Any, ...] | None:
    moment, _, pk = text.rpartition("~")
    try:
        number = int(pk)
        if not 0 < number < 2**63:
            return None
        return (datetime.fromisoformat(moment), number) if by else (number,)
    except ValueError:
        return None


def _address(request: HttpRequest, **place: str) -> str:
    asked = request.GET.copy()
    for name in ("after", "before"):
        asked.pop(name, None)
    asked.update(place)
    return f"{request.path}?{asked.urlencode()}" if asked else request.path
