"""Figures, scores and the customers behind a number, for staff."""

from typing import Annotated, TypeVar

from django.http import HttpRequest
from ninja import Query, Router

from liuke.insight import queries
from liuke.insight.rules.limits import MAX_MONTHS, PAGE_ROWS
from liuke.insight.scope import must_see_the_brand
from liuke.insight.shapes import (
    BehindIn,
    CustomersOut,
    OverviewOut,
    RetentionOut,
    RevenueOut,
    RfmOut,
    RhythmOut,
    ScoreOut,
    rfm_out,
)
from liuke.kit.errors import NotYours
from liuke.mall.api.base import Said
from liuke.org.access import StaffAuth

Answer = TypeVar("Answer")

router = Router(tags=["insight"])
view = StaffAuth("insight.view")
Months = Annotated[int, Query(ge=0, le=MAX_MONTHS, description="only the last so many cohorts; 0: all")]


class NotYet(NotYours):
    """还没有算过: 导入订单后, 系统会在夜里计算。"""

    code = "not_refreshed"


@router.get("/overview", auth=view, response={200: OverviewOut, 404: Said})
def overview(request: HttpRequest) -> queries.Overview:
    must_see_the_brand(request, "insight.view")
    return _found(queries.overview())


@router.get("/retention", auth=view, response={200: RetentionOut, 404: Said})
def retention(request: HttpRequest, months: Months = 0) -> queries.Retention:
    must_see_the_brand(request, "insight.view")
    return _found(queries.retention(months=months))


@router.get("/revenue", auth=view, response={200: RevenueOut, 404: Said})
def revenue(request: HttpRequest) -> queries.Revenue:
    must_see_the_brand(request, "insight.view")
    return _found(queries.revenue())


@router.get("/rhythm", auth=view, response={200: RhythmOut, 404: Said})
def rhythm(request: HttpRequest) -> queries.Rhythm:
    must_see_the_brand(request, "insight.view")
    return _found(queries.rhythm())


@router.get("/rfm", auth=view, response={200: RfmOut, 404: Said})
def rfm(request: HttpRequest) -> RfmOut:
    must_see_the_brand(request, "insight.view")
    return rfm_out(_found(queries.rfm()))


@router.get("/customers/{customer_id}/score", auth=StaffAuth("customers.view"), response={200: ScoreOut, 404: Said})
def score(request: HttpRequest, customer_id: int) -> queries.Score:
    must_see_the_brand(request, "customers.view")
    return _found(queries.score_for(customer_id))


@router.get("/customers", auth=StaffAuth("customers.view"), response={200: CustomersOut, 404: Said})
def customers(request: HttpRequest, which: Query[BehindIn], after: str = "") -> queries.Page:
    """The customers behind a number, the most valuable first, a page at a time."""
    must_see_the_brand(request, "customers.view")
    scores = queries.behind(which.behind(), at=_found(queries.snapshot()))
    return queries.page_of(scores, after=after, size=PAGE_ROWS)


def _found(answer: Answer | None) -> Answer:
    if answer is None:
        raise NotYet
    return answer
