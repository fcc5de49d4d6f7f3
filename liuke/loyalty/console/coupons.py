"""Pages of coupons: templates with what came of them, batches with their progress and codes, one customer's coupons."""

import csv
import secrets
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.coupons import services as coupons
from liuke.coupons import words
from liuke.coupons.models import Coupon, Version
from liuke.coupons.queries import templates as known
from liuke.coupons.queries.wallet import counts_of, coupons_of
from liuke.coupons.rules.states import BatchKind, State
from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.kit.pages import back_to
from liuke.kit.push import ticket_for
from liuke.loyalty.console.coupon_forms import BatchForm, TemplateForm, audiences, initial_of
from liuke.loyalty.models import Budget
from liuke.loyalty.services import coupon_grants
from liuke.org.access import StaffRequest, staff_may

MOST_LISTED, MOST_OF_ONE = 200, 100
MANY = ("category", "shop", "audience")


@staff_may("loyalty.view")
@require_GET
def templates(request: StaffRequest) -> HttpResponse:
    stopped = request.GET.get("view") == "stopped"
    rows = list(known.templates_list(stopped=stopped)[:MOST_LISTED])
    money = known.money_of([version.pk for row in rows for version in row.newest_first])  # type: ignore[attr-defined]  # prefetched
    return render(request, "loyalty/coupons.html", {
        "rows": [_row(row.newest_first, money) for row in rows],  # type: ignore[attr-defined]  # prefetched to it
        "stopped": stopped, "may_edit": request.user.has_perm("loyalty.edit"),
    })


def _row(versions: list[Version], money: dict[int, tuple[int, int]]) -> dict[str, Any]:
    terms = known.terms_of(versions[0])
    return {
        "template": versions[0].template, "version": versions[0], "gives": words.gives(terms),
        "asks": words.asks(terms), "kind": words.KINDS[terms.kind],
        "spent": sum(money[version.pk][0] for version in versions),
        "held": sum(money[version.pk][1] for version in versions),
    }


@staff_may("loyalty.view")
@require_GET
def template(request: StaffRequest, template_id: int) -> HttpResponse:
    found = known.template_page(template_id)
    versions: list[Version] = found.newest_first     # type: ignore[attr-defined]  # prefetched to it
    money = known.money_of([version.pk for version in versions])
    named = dict(audiences())
    return render(request, "loyalty/coupon.html", {
        **_row(versions, money), "versions": [_told(version, named) for version in versions],
        "effect": known.effect(Coupon.objects.filter(version__in=versions)),
        "batches": [(batch, words.BATCHES[batch.kind], str(words.FAILURES.get(batch.failure, "")))
                    for batch in known.batches_of(template_id)[:MOST_LISTED]],
        "may_edit": request.user.has_perm("loyalty.edit") and found.stopped_at is None,
    })


def _told(version: Version, named: dict[str, Any]) -> dict[str, Any]:
    terms = known.terms_of(version)
    budget = Budget.objects.filter(pk=int(version.budget.rpartition(":")[2])).first()
    return {
        "version": version, "gives": words.gives(terms), "asks": words.asks(terms), "budget": budget,
        "audiences": [named.get(each, each) for each in terms.audiences], "refund": words.REFUNDS[terms.refund],
        "scope": len(terms.products) + len(terms.categories), "shops": len(terms.shops),
    }


@staff_may("loyalty.edit")
def template_new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@staff_may("loyalty.edit")
def template_change(request: StaffRequest, template_id: int) -> HttpResponse:
    found = known.template_page(template_id)
    return _edit(request, found.newest_first[0])     # type: ignore[attr-defined]  # prefetched to it


def _edit(request: StaffRequest, last: Version | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, TemplateForm(initial=initial_of(last)), last)
    typed = {**request.POST.dict(), **{name: request.POST.getlist(name) for name in MANY}}
    form = TemplateForm({**typed, "name": last.template.name} if last else typed)
    if not form.is_valid():
        return _form(request, form, last)
    now, said = timezone.now(), form.cleaned_data
    try:
        with transaction.atomic():
            version = coupons.change_template(
                template_id=last.template_id, terms=form.terms(), words=said["words"], now=now, by_id=request.user.pk,
            ) if last else coupons.write_template(
                name=said["name"], terms=form.terms(), words=said["words"], now=now, by_id=request.user.pk)
    except Refused as error:
        form.refuse(error)
        return _form(request, form, last)
    request.audit_target = f"coupon_template:{version.template_id}"
    request.audit_detail = {"version": version.number, "worth_fen": known.terms_of(version).worth_fen}
    messages.success(request, _("已保存，以后发出的券按这一版"))
    return redirect("loyalty:coupon", version.template_id)


def _form(request: StaffRequest, form: TemplateForm, last: Version | None) -> HttpResponse:
    return render(request, "loyalty/coupon_form.html", {"form": form, "last": last}, status=422 if form.errors else 200)


@staff_may("loyalty.edit")
@require_POST
def template_stop(request: StaffRequest, template_id: int) -> HttpResponse:
    coupons.stop_template(template_id=template_id, now=timezone.now())
    messages.success(request, _("已停用；客户手里的券仍可使用"))
    return redirect("loyalty:coupon", template_id)


@staff_may("loyalty.edit")
def batch_new(request: StaffRequest, template_id: int) -> HttpResponse:
    found = known.template_page(template_id)
    form = BatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                row = coupon_grants.start(plan=form.plan(template_id), now=timezone.now(), by_id=request.user.pk)
            request.audit_target, request.audit_detail = f"coupon_batch:{row.pk}", {"kind": row.kind}
            return redirect("loyalty:coupon_batch", row.pk)
        except Refused as error:
            form.refuse(error)
    return render(request, "loyalty/coupon_batch_form.html", {"form": form, "template": found},
                  status=422 if form.errors else 200)


@staff_may("loyalty.view")
@require_GET
def batch(request: StaffRequest, batch_id: int) -> HttpResponse:
    ticket = ticket_for(topics=[coupon_grants.TOPIC], holder=f"staff:{request.user.pk}")
    return render(request, "loyalty/coupon_batch.html", {**_shown(batch_id, request), "ticket": ticket,
                                                         "topic": coupon_grants.TOPIC})


@staff_may("loyalty.view")
@require_GET
def batch_progress(request: StaffRequest, batch_id: int) -> HttpResponse:
    """The part of the page that changes while the batch is made."""
    return render(request, "loyalty/_coupon_batch.html", _shown(batch_id, request))


def _shown(batch_id: int, request: StaffRequest) -> dict[str, Any]:
    row = known.batch_page(batch_id)
    done = row.issued + row.left_out
    return {
        "batch": row, "kind": words.BATCHES[row.kind], "effect": known.effect(Coupon.objects.filter(batch=row)),
        "active": row.finished_at is None and row.stopped_at is None and not row.failure,
        "percent": 100 * done // row.wanted if row.wanted else 0, "failure": words.FAILURES.get(row.failure, ""),
        "codes": row.kind == BatchKind.CODES, "audience": dict(audiences()).get(row.audience, _("全部客户")),
        "may_edit": request.user.has_perm("loyalty.edit") and row.stopped_at is None,
    }


@staff_may("loyalty.edit")
@require_POST
def batch_stop(request: StaffRequest, batch_id: int) -> HttpResponse:
    coupons.stop_batch(batch_id=batch_id, now=timezone.now())
    messages.success(request, _("已停止；已经发出的券仍可使用"))
    return redirect("loyalty:coupon_batch", batch_id)


@staff_may("loyalty.edit")
@require_POST
def batch_resume(request: StaffRequest, batch_id: int) -> HttpResponse:
    coupon_grants.resume(batch_id=batch_id)
    return redirect("loyalty:coupon_batch", batch_id)


@staff_may("loyalty.edit", atomic=False)
@require_GET
def batch_codes(request: StaffRequest, batch_id: int) -> HttpResponseBase:
    """All single codes of a batch as CSV, for a printer or a partner."""
    row = known.batch_page(batch_id)
    answer = StreamingHttpResponse(_lines(row.pk), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="codes-{row.pk}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


class _Echo:
    def write(self, value: str) -> str:
        return value


def _lines(batch_id: int) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([_("券码"), _("状态"), _("到期时间")])
    rows = Coupon.objects.filter(batch_id=batch_id).order_by("pk").values_list("code", "state", "expires_at")
    for code, state, expires_at in rows.iterator(chunk_size=2_000):
        until = timezone.localtime(expires_at).strftime("%Y-%m-%d %H:%M") if expires_at else ""
        yield writer.writerow([code, str(words.STATES[state][0]), until])


@staff_may("loyalty.edit")
@require_POST
def give(request: StaffRequest, customer_id: int) -> HttpResponse:
    """One coupon for one customer, by hand. The form brings a key, so that a double click is one coupon."""
    back, chosen = back_to(request, _wallet_of(customer_id)), request.POST.get("template", "")
    key = request.POST.get("key", "")[:40] or secrets.token_hex(8)
    try:
        with transaction.atomic():
            row = coupons.issue(now=timezone.now(), issue=coupons.Issue(
                customer_id=customer_id, template_id=number_of(chosen) or 0,
                key=f"staff:{request.user.pk}:{key}"))[0]
    except Refused as error:
        messages.error(request, error.message)
        return redirect(back)
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"coupon_id": row.pk}
    messages.success(request, _("已发放优惠券"), extra_tags=reverse("loyalty:coupon_withdraw", args=[row.pk]))
    return redirect(back)


@staff_may("loyalty.edit")
@require_POST
def withdraw(request: StaffRequest, coupon_id: int) -> HttpResponse:
    row = coupons.withdraw(coupon_id=coupon_id, now=timezone.now())
    request.audit_target = f"coupon:{coupon_id}"
    messages.success(request, _("已收回优惠券"))
    return redirect(back_to(request, _wallet_of(row.customer_id or 0)))


def _wallet_of(customer_id: int) -> str:
    return reverse("console:customer", args=[customer_id]) + "?view=coupons"


def wallet_of(customer_id: int) -> dict[str, Any]:
    """What `loyalty/_wallet.html` shows on the customer's page."""
    rows = coupons_of(customer_id, states=list(State))[:MOST_OF_ONE]
    return {
        "wallet": [{"coupon": row, "state": words.STATES[row.state], "gives": words.gives(known.terms_of(row.version)),
                    "open": row.state in (State.ISSUED, State.PENDING)} for row in rows],
        "coupon_counts": counts_of(customer_id, now=timezone.now()), "templates": known.templates_named(),
        "key": secrets.token_hex(8),
    }
