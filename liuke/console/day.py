"""The orders of one day, whatever they came from: the rows behind the numbers of Today."""

from datetime import date, datetime, time, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from liuke.customers.queries import records
from liuke.kit.paging import page_of
from liuke.mall.queries import orders
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may
from liuke.org.models import Staff


def shops_seen(staff: Staff) -> list[int] | None:
    """The shops whose orders this person sees; None is all of them."""
    if org.everywhere(staff, "orders.view"):
        return None
    return [shop.pk for shop in org.shops_where(staff, "orders.view")]


@staff_may("orders.view")
@require_GET
def day(request: StaffRequest, day: str) -> HttpResponse:
    """All of 2026-11-02, in the brand's zone."""
    on = _date(day)
    since = timezone.make_aware(datetime.combine(on, time.min))
    span = {"since": since, "until": timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))}
    shop_ids = shops_seen(request.user)
    page = page_of(orders.placed_between(**span, shop_ids=shop_ids), request, by="placed_at")
    people = records.names_of([order.customer_id for order in page.rows])
    may_see = request.user.has_perm("customers.view")
    return render(request, "console/day.html", {
        "on": on, "page": page, "sales": orders.sales(**span, shop_ids=shop_ids), "may_see": may_see,
        "rows": [(order, people.get(order.customer_id, "") if may_see else "") for order in page.rows],
    })


def _date(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or found.year in (date.min.year, date.max.year):
        raise Http404
    return found
