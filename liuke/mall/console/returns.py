"""The returns desk: queues with their clocks, and one request with every step that can be made from here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.queries import records
from liuke.kit.errors import BadInput, Refused
from liuke.kit.money import fen
from liuke.kit.pages import back_to
from liuke.kit.paging import page_of
from liuke.kit.push import ticket_for
from liuke.mall.console import return_words as words
from liuke.mall.console.saying import say_put_back
from liuke.mall.console.words import CARRIERS
from liuke.mall.models import Return, ReturnLine
from liuke.mall.queries import returns_desk as desk
from liuke.mall.queries.order_page import waiting_parcels
from liuke.mall.rules import returns as rules
from liuke.mall.rules.returns_desk import SHOWN, Queue, due_at
from liuke.mall.services import repairs, returns
from liuke.mall.services.live import RETURNS
from liuke.mall.services.returns import Act
from liuke.org.access import StaffRequest, staff_may

NEED_WORDS = ("refuse", "reject")    # the customer is told why
WITH_PARCEL = ("replace", "ship_out")


@dataclass(frozen=True)
class Clock:
    """A promise by the wall clock: kept, running, or missed."""

    word: str
    due_at: datetime
    done_at: datetime | None
    late: bool


@staff_may("returns.view")
@require_GET
def returns_page(request: StaffRequest) -> HttpResponse:
    """The queue in which somebody waits longest opens first."""
    ticket = ticket_for(topics=[RETURNS], holder=f"staff:{request.user.pk}")
    return render(request, "mall/returns.html", {"ticket": ticket, **_queue(request)})


@staff_may("returns.view")
@require_GET
def returns_news(request: StaffRequest) -> HttpResponse:
    """The part of the page that changes by itself."""
    return render(request, "mall/_returns.html", _queue(request))


def _queue(request: StaffRequest) -> dict[str, Any]:
    now, seen = timezone.now(), desk.returns_seen(request.user)
    counts = desk.counts(seen, now=now)
    asked = request.GET.get("queue", "")
    first = next((name for name in (Queue.ANSWER, Queue.DECIDE, Queue.OURS) if counts[name]), Queue.ANSWER)
    name = Queue(asked) if asked in list(Queue) else first
    page = None
    if name == Queue.CLOSED:
        page = page_of(desk.shown(seen.filter(desk.QUEUES[name])), request)
        rows: Sequence[Return] = page.rows
    else:
        rows = list(desk.queue(seen, name)[:SHOWN])
    names = records.names_of({row.customer_id for row in rows})
    return {
        "queue": str(name), "counts": counts, "page": page, "tabs": [
            (str(each), words.QUEUES[each], counts.get(each)) for each in Queue],
        "rows": [(row, names.get(row.customer_id, ""), due, due is not None and due < now and name != Queue.THEIRS)
                 for row in rows for due in [_due(row)]],
    }


def _due(row: Return) -> datetime | None:
    return None if row.state == "closed" else due_at(
        asked_at=row.asked_at, answered_at=row.answered_at, decided_at=row.decided_at, expected_at=row.expected_at)


@staff_may("returns.view")
@require_GET
def return_page(request: StaffRequest, number: str) -> HttpResponse:
    return _page(request, _seen(request, number))


def _seen(request: StaffRequest, number: str, permission: str = "returns.view") -> Return:
    """The request, or 404 when it is not this person's to see or to decide."""
    return desk.request_seen(desk.returns_seen(request.user, permission), number)


def _page(request: StaffRequest, row: Return, *, error: str = "", move: str = "",
          form: Mapping[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """The request; with an error, the form of that move stands open with what was typed, and leads on as it did."""
    ticket = ticket_for(topics=[RETURNS], holder=f"staff:{request.user.pk}")
    found, now = desk.whole(row), timezone.now()
    may_decide = request.user.has_perm("returns.decide")
    moves = moves_of(row, found.lines) if may_decide and row.state == "open" else []
    return render(request, "mall/return.html", {
        "ticket": ticket, "found": found, "request_": row, "moves": moves, "error": error, "open": move,
        "form": form or {}, "clocks": _clocks(row, now), "may_decide": may_decide, "carriers": CARRIERS.items(),
        "due": _due(row),
        "may_customers": request.user.has_perm("customers.view"),
        "back": found.events.get((row.way_back_carrier, row.way_back_tracking), ()),
        "out": found.events.get((row.way_out_carrier, row.way_out_tracking), ()),
        "picked": request.POST.getlist("line"), "next": back_to(request, "") if request.POST.get("next") else "",
        "need_words": NEED_WORDS, "with_parcel": WITH_PARCEL, "photos": list(row.photos.order_by("pk")),
    }, status=status)


def moves_of(row: Return, lines: Sequence[ReturnLine]) -> list[tuple[str, str, list[ReturnLine]]]:
    """What can be done from here: the move, its verb, the lines that it fits."""
    fits: dict[str, list[ReturnLine]] = {}
    for by in ("staff", "carrier"):
        for line in lines:
            for name in rules.moves_from(kind=row.kind, goods=line.goods, claim=line.claim, by=by):
                if name in words.VERBS:
                    fits.setdefault(name, []).append(line)
    return [(name, words.verb(name), fits[name]) for name in words.VERBS if name in fits]


def _clocks(row: Return, now: datetime) -> list[Clock]:
    pairs: tuple[tuple[str, timedelta, datetime | None], ...] = (
        (_("答复"), rules.ANSWER_WITHIN, row.answered_at), (_("决定"), rules.DECIDE_WITHIN, row.decided_at))
    return [Clock(word, row.asked_at + within, done, (done or now) > row.asked_at + within)
            for word, within, done in pairs]


@staff_may("returns.decide")
@require_POST
def return_answer(request: StaffRequest, number: str) -> HttpResponse:
    """Say something to the customer without deciding yet."""
    row = _seen(request, number, "returns.decide")
    try:
        with transaction.atomic():
            returns.answer(request=row, staff_id=request.user.pk, note=request.POST.get("note", ""),
                           now=timezone.now())
    except Refused as refused:
        return _page(request, row, error=refused.message, move="answer", form=request.POST, status=refused.status)
    request.audit_target = f"return:{row.pk}"
    messages.success(request, _("已答复顾客"))
    return redirect(_onward(request, number))


def _onward(request: StaffRequest, number: str) -> str:
    """Back to where the form stood, such as the ticket; else the request."""
    here = reverse("mall:return", args=[number])
    return back_to(request, here) if request.POST.get("next") else here


@staff_may("returns.decide")
@require_POST
def return_act(request: StaffRequest, number: str, move: str) -> HttpResponse:
    """Make one step with the picked lines; what is refused stays in its form with the reason."""
    row = _seen(request, number, "returns.decide")
    packed = waiting_parcels(row.order_id)
    try:
        with transaction.atomic():
            _make(request, row, move)
    except ValueError:
        return _page(request, row, error=_("请填写正确的金额和数量，例如 12.50 和 1。"), move=move, form=request.POST,
                     status=422)
    except Refused as refused:
        return _page(request, row, error=refused.message, move=move, form=request.POST, status=refused.status)
    request.audit_target, request.audit_detail = f"return:{row.pk}", {"move": move}
    messages.success(request, _("已记下：%(verb)s") % {"verb": words.verb(move)})
    say_put_back(request, row.order_id, packed)
    return redirect(_onward(request, number))


def _make(request: StaffRequest, row: Return, move: str) -> None:
    """Raises ValueError for an amount or a number that cannot be read, BadInput, NotNow and what the move raises."""
    post, now = request.POST, timezone.now()
    note = post.get("note", "").strip()
    if move in NEED_WORDS and not note:
        raise BadInput(_("请写明原因，顾客会看到。"))
    if move == "quote":
        repairs.quote(request=row, staff_id=request.user.pk, diagnosis=note, amount_fen=fen(post.get("amount", "")),
                      now=now)
        return
    lines = tuple(int(pk) for pk in post.getlist("line") if pk.isascii() and pk.isdigit() and len(pk) < 19)
    mine = {line.pk: line for line in row.lines.all()}
    if not lines or not set(lines) <= set(mine):
        raise BadInput(_("请选择商品。"))
    act = Act(
        move=move, staff_id=request.user.pk, note=note, carrier=post.get("carrier", ""),
        tracking=post.get("tracking", ""), restock=bool(post.get("restock")), freight=bool(post.get("freight")),
        lines=lines, serials=_serials(post, [mine[pk] for pk in lines]),
        pieces=_pieces(post, lines) if move == "approve" else {},
        amounts=_amounts(post, lines) if move == "refund" else {},
    )
    returns.act(request=row, by="carrier" if move == "arrive" else "staff", act=act, now=now)


def _pieces(post: Mapping[str, Any], lines: Sequence[int]) -> dict[int, int]:
    """Of how many pieces it is granted, where the form says so."""
    said = {pk: str(post.get(f"pieces-{pk}", "")).strip() for pk in lines}
    return {pk: int(text) for pk, text in said.items() if text}


def _amounts(post: Mapping[str, Any], lines: Sequence[int]) -> dict[int, int]:
    """How much goes back for a line, where it is not what the pieces are worth."""
    said = {pk: str(post.get(f"amount-{pk}", "")).strip() for pk in lines}
    return {pk: fen(text) for pk, text in said.items() if text}


def _serials(post: Mapping[str, Any], lines: Sequence[ReturnLine]) -> dict[int, list[str]]:
    """Serial numbers of replacements by order line."""
    return {line.line_id: str(post.get(f"serials-{line.pk}", "")).replace(",", " ").replace("，", " ").split()
            for line in lines}
