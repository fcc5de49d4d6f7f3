"""Stored balances for finance: found, read line by line, topped up or corrected after a second look, and taken back."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.models import Customer
from liuke.customers.queries import records, search
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.kit.money import fen, yuan
from liuke.ledger import queries as books
from liuke.mall.rules import balance as rules
from liuke.mall.services import balance
from liuke.org.access import StaffRequest, staff_may

MOST = 50
OF_CUSTOMERS = "balance:customer:"
KEY = 40                                 # characters of the key that a form brings back
REASONS: dict[str, Promise] = {
    "mistake": gettext_lazy("更正错误"), "goodwill": gettext_lazy("补偿"), "paid_out": gettext_lazy("已退现金"),
    "other": gettext_lazy("其他"),
}
ENTRIES: tuple[tuple[str, str, Promise], ...] = (      # how an entry begins, how it ends, what it is to a person
    ("balance_top_up:", ":reverse", gettext_lazy("撤销充值")), ("balance_top_up:", "", gettext_lazy("充值")),
    ("balance_correction:", ":reverse", gettext_lazy("撤销更正")), ("balance_correction:", "", gettext_lazy("更正")),
    ("balance_refund:", "", gettext_lazy("退款")), ("balance:", ":paid", gettext_lazy("付款")),
    ("balance:", "", gettext_lazy("付款（预留）")),
)


@dataclass(frozen=True)
class Line:
    """One change of the balance; `undo` is the entry that can still be taken back."""

    at: datetime
    word: str
    note: str
    change: int
    held: int
    posted: int
    undo: str


@staff_may("payments.view")
@require_GET
def balances(request: StaffRequest) -> HttpResponse:
    """Everybody with a balance, the newest first; or whom the search finds, with a balance or without."""
    text = request.GET.get("q", "").strip()[:60]
    if text:
        people = [row.id for row in search.page(search.Ask(text=text, limit=MOST)).rows]
    else:
        rows = books.accounts(starts=OF_CUSTOMERS).order_by("-opened_at", "-pk")[:MOST]
        people = [row.owner_id for row in rows if row.owner_id]
    names, numbers = records.names_of(people), _numbers(people)
    found = books.accounts(starts=OF_CUSTOMERS).filter(owner_id__in=people).values_list("owner_id", "posted", "held")
    standing = {pk: books.Balance(posted, held) for pk, posted, held in found}
    nothing = books.Balance(0, 0)
    return render(request, "mall/balances.html", {
        "q": text, "total": sum(each.posted for each in standing.values()),
        "rows": [(pk, names.get(pk, ""), numbers.get(pk, ""), standing.get(pk, nothing)) for pk in people],
    })


@staff_may("payments.view")
@require_GET
def balance_page(request: StaffRequest, customer_id: int) -> HttpResponse:
    return _page(request, customer_id)


@staff_may("payments.settle")
@require_POST
def balance_change(request: StaffRequest, customer_id: int) -> HttpResponse:
    """First a look at what would be, then the change; the same form sent twice changes once."""
    post = request.POST
    try:
        change = _read(post)
        if post.get("step") != "apply":
            free = balance.balance_of(customer_id).free
            return _page(request, customer_id, look={**change, "after": free + change["amount_fen"]})
        with transaction.atomic():
            _make(customer_id, change, request)
    except Refused as refused:
        return _page(request, customer_id, error=refused.message, status=refused.status)
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"amount_fen": change["amount_fen"]}
    entry = f"{balance.CHANGES[0] if change['do'] == 'top_up' else balance.CHANGES[1]}{change['key']}"
    messages.success(request, _("已记入余额"), extra_tags=reverse("mall:balance_undo", args=[customer_id, entry]))
    return redirect("mall:balance", customer_id)


def _read(post: QueryDict) -> dict[str, Any]:
    """What was typed. Raises BadInput."""
    do, key = post.get("do", ""), post.get("key", "").strip()
    try:
        amount = fen(post.get("amount", ""))
    except (ValueError, ArithmeticError) as error:
        raise BadInput(_("请填写金额，例如 100 或 -12.50")) from error
    reference, reason = post.get("reference", "").strip(), post.get("reason", "")
    if do not in ("top_up", "correct") or not 8 <= len(key) <= KEY or not key.isalnum():
        raise BadInput(_("这张表单不完整，请刷新页面再填"))
    if do == "top_up" and (amount <= 0 or not 0 < len(reference) <= rules.REFERENCE_LENGTH):
        raise BadInput(_("请填写金额和收款流水号"))
    if do == "correct" and (amount == 0 or reason not in rules.REASONS):
        raise BadInput(_("请填写金额和原因"))
    if abs(amount) > rules.MOST_FEN:
        raise BadInput(_("余额不能超过 %(most)s 元") % {"most": yuan(rules.MOST_FEN)})
    return {"do": do, "key": key, "amount_fen": amount, "reference": reference, "reason": reason,
            "why": REASONS.get(reason, "") if do == "correct" else reference}


def _make(customer_id: int, change: dict[str, Any], request: StaffRequest) -> None:
    now, who = timezone.now(), {"customer_id": customer_id, "staff_id": request.user.pk}
    common = {**who, "amount_fen": change["amount_fen"], "key": change["key"], "now": now}
    if change["do"] == "top_up":
        balance.top_up(**common, reference=change["reference"])
    else:
        balance.correct(**common, reason=change["reason"])


@staff_may("payments.settle")
@require_POST
def balance_undo(request: StaffRequest, customer_id: int, entry: str) -> HttpResponse:
    """Take a change back, as long as the money is still there."""
    _customer(customer_id)
    try:
        with transaction.atomic():
            balance.take_back(customer_id=customer_id, entry=entry, staff_id=request.user.pk, now=timezone.now())
    except balance.NotEnough as refused:
        return _page(request, customer_id, error=refused.message, status=refused.status)
    request.audit_target = f"customer:{customer_id}"
    messages.success(request, _("已撤销这笔变动"))
    return redirect("mall:balance", customer_id)


def _page(request: StaffRequest, customer_id: int, *, look: dict[str, Any] | None = None, error: str = "",
          status: int = 200) -> HttpResponse:
    person = _customer(customer_id)
    standing = balance.balance_of(person.pk)
    lines = _lines(person.pk) if standing.posted or _opened(person.pk) else []
    return render(request, "mall/balance.html", {
        "customer": person, "name": records.names_of([person.pk]).get(person.pk, ""), "standing": standing,
        "lines": lines, "look": look, "error": error, "typed": request.POST, "reasons": REASONS.items(),
        "key": secrets.token_hex(12), "may_change": request.user.has_perm("payments.settle"),
        "most_fen": rules.MOST_FEN,
    }, status=status)


def _lines(customer_id: int) -> list[Line]:
    """The newest changes; which of them can be taken back."""
    rows = books.statement(balance.account_of(customer_id).address, limit=MOST).lines
    back = {row.key for row in rows if row.key.endswith(":reverse")}
    return [
        Line(row.booked_at, _word(row.key), row.key, row.change, row.change_held, row.posted,
             row.key if _can_go_back(row.key, back) else "") for row in rows
    ]


def _can_go_back(key: str, back: set[str]) -> bool:
    return key.startswith(balance.CHANGES) and not key.endswith(":reverse") and f"{key}:reverse" not in back


def _word(key: str) -> str:
    return next((str(word) for start, end, word in ENTRIES if key.startswith(start) and key.endswith(end)), key)


def _opened(customer_id: int) -> bool:
    return books.accounts(starts=balance.account_of(customer_id).address).exists()


def _customer(customer_id: int) -> Customer:
    row = Customer.objects.filter(pk=customer_id, merged_into__isnull=True).first()
    if row is None:
        raise NotYours
    return row


def _numbers(people: list[int]) -> dict[int, str]:
    return dict(Customer.objects.filter(pk__in=people).values_list("pk", "number"))
