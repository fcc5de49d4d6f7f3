"""The list of draws, the form, and one draw: what it promises, how it goes, who has won, whether it is sound."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.queries import records
from liuke.draws import words
from liuke.draws.console.forms import DrawForm, PrizeFormSet, initial_of, prizes_of, refuse
from liuke.draws.models import Draw, Ticket
from liuke.draws.queries import draws as queries
from liuke.draws.queries.proof import proof_of
from liuke.draws.queries.states import Phase, State, phase
from liuke.draws.queries.terms import promise_of
from liuke.draws.rules import promise as rules
from liuke.draws.rules.proof import faults
from liuke.draws.services import delivering, drafting, ending
from liuke.kit.errors import Refused
from liuke.kit.paging import page_of
from liuke.kit.push import ticket_for
from liuke.ledger.queries import balance
from liuke.loyalty.models import Budget
from liuke.org.access import StaffRequest, staff_may

MOST_CHECKED = 50_000                    # results that a page recomputes; the command has no bound
MOST_FAULTS = 20


@staff_may("draws.view")
@require_GET
def draws_page(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    page = page_of(queries.draws_list(), request)
    return render(request, "draws/draws.html", {
        "page": page, "may_edit": request.user.has_perm("draws.edit"),
        "rows": [{"draw": row, "phase": words.PHASES[phase(row, now)], "course": getattr(row, "course", None),
                  "look": words.LOOKS.get(row.look, row.look)} for row in page.rows],
        "open": sum(1 for row in page.rows if phase(row, now) == Phase.OPEN),
    })


@staff_may("draws.edit")
def draw_new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@staff_may("draws.edit")
def draw_change(request: StaffRequest, draw_id: int) -> HttpResponse:
    draw = get_object_or_404(Draw, pk=draw_id)
    if draw.state != State.DRAFT:
        messages.error(request, drafting.DrawPublished().message)
        return redirect("draws:draw", draw_id)
    return _edit(request, draw)


def _edit(request: StaffRequest, draw: Draw | None) -> HttpResponse:
    said, rows = initial_of(draw)
    form = DrawForm(_typed(request), initial=said)
    lines = PrizeFormSet(request.POST or None, initial=rows, prefix="prize")
    if request.method == "POST" and all([form.is_valid(), lines.is_valid()]):
        try:
            with transaction.atomic():
                row = _save(form, lines, draw, request.user.pk)
        except Refused as error:
            refuse(error, form, lines)
        else:
            request.audit_target, request.audit_detail = f"draw:{row.number}", {"prizes": row.prizes.count()}
            messages.success(request, _("已保存草稿；公示前可以随时更改"))
            return redirect("draws:draw", row.pk)
    wrong = bool(form.errors) or any(lines.errors)
    return render(request, "draws/form.html", {"form": form, "lines": lines, "draw": draw},
                  status=422 if request.method == "POST" and wrong else 200)


def _typed(request: StaffRequest) -> dict[str, Any] | None:
    if request.method != "POST":
        return None
    return {**request.POST.dict(), "tag": request.POST.getlist("tag"), "segment": request.POST.getlist("segment")}


def _save(form: DrawForm, lines: Any, draw: Draw | None, staff_id: int) -> Draw:
    promise, now = form.promise(prizes_of(lines)), timezone.now()
    if draw is None:
        return drafting.write_draw(promise=promise, now=now, by_id=staff_id)
    return drafting.change_draw(draw_id=draw.pk, promise=promise, now=now)


@staff_may("draws.view")
@require_GET
def draw(request: StaffRequest, draw_id: int) -> HttpResponse:
    """Everything about one draw; the numbers change while it is looked at."""
    ticket = ticket_for(topics=[f"draws:{draw_id}"], holder=f"staff:{request.user.pk}")
    row = get_object_or_404(queries.draws_list(), pk=draw_id)
    return render(request, "draws/draw.html", {
        **_numbers(row), "ticket": ticket, "may_edit": request.user.has_perm("draws.edit"),
        "costs": [(words.KINDS["points" if unit == "points" else "cash"], unit, cost, _budget(row, unit))
                  for unit, cost in rules.costs(promise_of(row).prizes).items()],
    })


@staff_may("draws.view")
@require_GET
def draw_numbers(request: StaffRequest, draw_id: int) -> HttpResponse:
    """The part of the page that changes by itself."""
    return render(request, "draws/_numbers.html", _numbers(get_object_or_404(queries.draws_list(), pk=draw_id)))


def _numbers(row: Draw) -> dict[str, Any]:
    found, now = queries.numbers(row), timezone.now()
    return {"draw": row, "numbers": found, "lines": queries.prize_lines(row, drawn=found.drawn),
            "phase": phase(row, now), "word": words.PHASES[phase(row, now)], "kinds": words.KINDS}


def _budget(row: Draw, unit: str) -> tuple[str, int] | None:
    """The budget that pays and what it has left."""
    found = Budget.objects.filter(pk=row.budgets.get(unit, 0)).first()
    return (found.name, balance(found.address).free) if found else None


@staff_may("draws.edit")
@require_POST
def draw_publish(request: StaffRequest, draw_id: int) -> HttpResponse:
    """From here on nothing changes any more."""
    try:
        with transaction.atomic():
            row = drafting.publish(draw_id=draw_id, now=timezone.now(), by_id=request.user.pk)
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect("draws:draw", draw_id)
    request.audit_target, request.audit_detail = f"draw:{row.number}", {"seed_hash": row.seed_hash}
    messages.success(request, _("已公示；奖品、概率和规则从现在起不能更改"))
    return redirect("draws:draw", draw_id)


@staff_may("draws.edit")
@require_POST
def draw_stop(request: StaffRequest, draw_id: int) -> HttpResponse:
    try:
        with transaction.atomic():
            row = ending.stop(draw_id=draw_id, reason=request.POST.get("reason", ""), now=timezone.now())
    except Refused as error:
        messages.error(request, error.message)
        return redirect("draws:draw", draw_id)
    request.audit_target = f"draw:{row.number}"
    messages.success(request, _("已提前结束，原因已公示"))
    return redirect("draws:draw", draw_id)


@staff_may("draws.edit")
@require_POST
def draw_drop(request: StaffRequest, draw_id: int) -> HttpResponse:
    try:
        with transaction.atomic():
            drafting.drop_draw(draw_id=draw_id, now=timezone.now())
    except Refused as error:
        messages.error(request, error.message)
        return redirect("draws:draw", draw_id)
    messages.success(request, _("草稿已删除"))
    return redirect("draws:draws")


@staff_may("draws.view")
@require_GET
def draw_winners(request: StaffRequest, draw_id: int) -> HttpResponse:
    row = get_object_or_404(Draw, pk=draw_id)
    page = page_of(queries.winners(row), request)
    names = records.names_of([each.customer_id for each in page.rows])
    return render(request, "draws/winners.html", {
        "draw": row, "page": page, "may_edit": request.user.has_perm("draws.edit"),
        "rows": [(each, names.get(each.customer_id, ""), words.DELIVERIES[each.delivery]) for each in page.rows],
    })


@staff_may("draws.edit")
@require_POST
def prize_deliver(request: StaffRequest, draw_id: int, ticket_id: int) -> HttpResponse:
    """Try again what could not be given."""
    get_object_or_404(Ticket, pk=ticket_id, draw_id=draw_id, delivery="stuck")
    row = delivering.deliver(ticket_id=ticket_id, now=timezone.now())
    request.audit_target = f"draw_ticket:{ticket_id}"
    if row.delivery == "done":
        messages.success(request, _("已发放"))
    else:
        messages.error(request, _("仍然发不出：%(why)s") % {"why": row.stuck_reason})
    return redirect("draws:winners", draw_id)


@staff_may("draws.view")
@require_GET
def draw_check(request: StaffRequest, draw_id: int) -> HttpResponse:
    """Recompute every result and say what does not follow from the seed."""
    row = get_object_or_404(Draw.objects.select_related("course").exclude(state=State.DRAFT), pk=draw_id)
    too_many = row.course.drawn > MOST_CHECKED
    proof, said = proof_of(row), []
    if not too_many:
        for fault in faults(terms=proof.terms, terms_hash=proof.terms_hash, seed_hash=proof.seed_hash,
                            seed=proof.seed, entries=proof.entries):
            said.append(str(words.FAULTS[fault.word]) % vars(fault))
            if len(said) >= MOST_FAULTS:
                break
    return render(request, "draws/check.html", {"draw": row, "faults": said, "too_many": too_many,
                                                "count": row.course.drawn, "revealed": proof.revealed})
