"""Pages of awards: all of them, and one customer's points with every reason."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from liuke.customers.models import Customer
from liuke.customers.queries import records
from liuke.kit.forms import number_of
from liuke.kit.paging import page_of
from liuke.ledger.rules import BadMove
from liuke.loyalty import words
from liuke.loyalty.models import Rule
from liuke.loyalty.queries.awards import State, awards_list
from liuke.loyalty.queries.history import history
from liuke.loyalty.queries.people import growth_of
from liuke.org.access import StaffRequest, staff_may
from liuke.points import queries as points
from liuke.tiers.queries.progress import progress

MOST_LOTS = 100


@staff_may("loyalty.view")
@require_GET
def awards(request: StaffRequest) -> HttpResponse:
    rows = awards_list()
    rule = Rule.objects.filter(pk=number_of(request.GET.get("rule", "")) or 0).first()
    if rule:
        rows = rows.filter(rule=rule)
    person = Customer.objects.filter(pk=number_of(request.GET.get("customer", "")) or 0).first()
    if person:
        rows = rows.filter(customer=person)
    if (state := request.GET.get("state", "")) in set(State):
        rows = rows.filter(state=state)
    page = page_of(rows, request)
    names = records.names_of([row.customer_id for row in page.rows] + ([person.pk] if person else []))
    only = {"rule": rule.pk if rule else "", "customer": person.pk if person else "", "state": state}
    return render(request, "loyalty/awards.html", {
        "page": page, "state": state, "states": words.STATES, "rule": rule, "person": person,
        "person_name": names.get(person.pk, "") if person else "",
        "only": {left_out: urlencode({name: value for name, value in only.items() if value and name != left_out})
                 for left_out in only},
        "rows": [{"award": row, "name": names.get(row.customer_id, ""), "fact": words.fact(row.fact.kind),
                  "state": words.STATES[row.state], "benefit": words.BENEFITS.get(row.benefit, row.benefit),
                  "inputs": words.inputs(row.inputs), "reason": words.reason(row.reason) if row.reason else ""}
                 for row in page.rows],
    })


@staff_may("loyalty.view")
@require_GET
def customer_points(request: StaffRequest, customer_id: int) -> HttpResponse:
    """What a customer has, until when, and why each point came or went."""
    try:
        person = records.detail(customer_id)
    except Customer.DoesNotExist as error:
        raise Http404 from error
    shown = points_of(customer_id, before=request.GET.get("before", ""))
    may_grant = request.user.has_perm("loyalty.edit") and person.forgotten_at is None and person.merged_into_id is None
    return render(request, "loyalty/customer.html", {"person": person, "may_grant": may_grant, **shown})


def points_of(customer_id: int, *, before: str) -> dict[str, Any]:
    """What `loyalty/_points.html` and `loyalty/_lots.html` show, here and on the customer's page."""
    now = timezone.now()
    try:
        story = history(customer_id, before=before)
    except BadMove as error:
        raise Http404 from error
    return {
        "balance": points.balance(customer_id, now=now), "growth": growth_of(customer_id),
        "progress": progress(customer_id, now=now),
        "lots": points.open_lots_of(customer_id, now=now)[:MOST_LOTS], "before": story.before,
        "entries": [(entry, words.KINDS[entry.kind], words.why(entry)) for entry in story.entries],
    }
