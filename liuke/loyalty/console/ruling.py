"""Pages of rules: the list, one rule with its versions, and the form with its preview."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.queries.records import names_of
from liuke.kit.errors import Refused
from liuke.ledger.queries import balance
from liuke.loyalty import words
from liuke.loyalty.console.effect import has_page, stop_with_undo
from liuke.loyalty.console.forms import CHOSEN, RuleForm, initial_of
from liuke.loyalty.models import Rule, RuleVersion
from liuke.loyalty.queries.awards import awards_list, given_by
from liuke.loyalty.queries.preview import Preview, preview
from liuke.loyalty.queries.versions import rule_page, rules_list
from liuke.loyalty.rules.conditions import INVITER_PLAN
from liuke.loyalty.services import ruling
from liuke.org.access import StaffRequest, staff_may

AMOUNTS = ("50", "floor(amount_fen / 100)", "floor(amount_fen / 1000)", "min(500, floor(amount_fen / 100))")
RECENT = 10


@staff_may("loyalty.view")
@require_GET
def rules_page(request: StaffRequest) -> HttpResponse:
    stopped = request.GET.get("view") == "stopped"
    rules = list(rules_list(stopped=stopped)[:200])
    given = given_by([rule.pk for rule in rules])
    return render(request, "loyalty/rules.html", {
        "rows": [_row(rule, given.get(rule.pk, (0, 0))) for rule in rules], "stopped": stopped,
        "may_edit": request.user.has_perm("loyalty.edit"),
    })


def _row(rule: Rule, given: tuple[int, int]) -> dict[str, Any]:
    version: RuleVersion = rule.newest_first[0]          # type: ignore[attr-defined]  # prefetched to it
    return {"rule": rule, "version": version, "fact": words.fact(version.fact_kind),
            "benefit": words.benefit(version.benefit, version.details), "amount_words": words.amount(version),
            "awards": given[0], "amount": given[1],
            "left": balance(version.budget.address).free if version.budget else None}


@staff_may("loyalty.view")
@require_GET
def rule(request: StaffRequest, rule_id: int) -> HttpResponse:
    found = rule_page(rule_id)
    versions: list[RuleVersion] = found.newest_first     # type: ignore[attr-defined]  # prefetched to it
    now, recent = timezone.now(), list(awards_list().filter(rule=found)[:RECENT])
    names = names_of([award.customer_id for award in recent])
    return render(request, "loyalty/rule.html", {
        **_row(found, given_by([found.pk]).get(found.pk, (0, 0))), "now": now,
        "versions": [{"version": version, "conditions": words.conditions(version),
                      "hold": words.hold(version), "valid": words.valid(version), "amount": words.amount(version),
                      "who": words.BENEFICIARIES[version.beneficiary],
                      "caps": [(words.CAPS[cap], limit) for cap, limit in version.caps.items()]}
                     for version in versions],
        "recent": [(award, names.get(award.customer_id, ""), words.STATES[award.state]) for award in recent],
        "has_effect": has_page("rule", found.pk),
        "may_edit": request.user.has_perm("loyalty.edit") and found.stopped_at is None,
        "of_plan": INVITER_PLAN in versions[0].conditions,
    })


@staff_may("loyalty.edit")
def rule_new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@staff_may("loyalty.edit")
def rule_change(request: StaffRequest, rule_id: int) -> HttpResponse:
    return _edit(request, rule_page(rule_id))


@staff_may("loyalty.edit", atomic=False)
@require_POST
def rule_preview(request: StaffRequest, rule_id: int | None = None) -> HttpResponse:
    """The form again, beside what last month would have cost. Changes nothing, so the audit is not told."""
    known, now = rule_page(rule_id) if rule_id else None, timezone.now()
    form = _typed(request, known)
    if not form.is_valid():
        return _form(request, form, known)
    try:
        terms = ruling.check(terms=form.terms(), now=now, rule_id=rule_id)
    except Refused as error:
        form.refuse(error)
        return _form(request, form, known)
    return _form(request, form, known, found=preview(terms, now=now))


def _typed(request: StaffRequest, known: Rule | None) -> RuleForm:
    many = {name: request.POST.getlist(name) for name in CHOSEN}
    return RuleForm({**request.POST.dict(), **many, **({"name": known.name} if known else {})})


def _edit(request: StaffRequest, known: Rule | None) -> HttpResponse:
    now = timezone.now()
    last: RuleVersion | None = known.newest_first[0] if known else None   # type: ignore[attr-defined]  # prefetched
    if last and INVITER_PLAN in last.conditions:
        messages.error(request, _("这条规则属于推广方案：请起草新的方案版本来更改礼包"))
        return redirect("loyalty:rule", last.rule_id)
    if request.method != "POST":
        return _form(request, RuleForm(initial=initial_of(last, now=now)), known)
    form = _typed(request, known)
    if not form.is_valid():
        return _form(request, form, known)
    try:
        with transaction.atomic():
            version = _save(form, known, request.user.pk)
    except Refused as error:
        form.refuse(error)
        return _form(request, form, known)
    request.audit_target = f"rule:{version.rule_id}"
    request.audit_detail = {"version": version.number, "budget_id": version.budget_id}
    messages.success(request, _("已保存，从 %(at)s 起生效") % {
        "at": timezone.localtime(version.starts_at).strftime("%Y-%m-%d %H:%M")})
    return redirect("loyalty:rule", version.rule_id)


def _save(form: RuleForm, known: Rule | None, staff_id: int) -> RuleVersion:
    now = timezone.now()
    if known is None:
        return ruling.write_rule(name=form.cleaned_data["name"], terms=form.terms(), now=now, by_id=staff_id)
    return ruling.change_rule(rule_id=known.pk, terms=form.terms(), now=now, by_id=staff_id)


def _form(
    request: StaffRequest, form: RuleForm, known: Rule | None, found: Preview | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "rule": known, "amounts": AMOUNTS, "preview": found}
    if found:
        terms = form.terms()
        context["unit"] = words.BENEFITS.get(terms.benefit, terms.benefit)
        context["left"] = balance(f"reward:budget:{terms.budget_id}").free if terms.budget_id else None
        context["months"] = context["left"] / found.amount if context["left"] and found.amount else None
    return render(request, "loyalty/rule_form.html", context, status=422 if form.errors else 200)


@staff_may("loyalty.edit")
@require_POST
def rule_stop(request: StaffRequest, rule_id: int) -> HttpResponse:
    undo = stop_with_undo(request, "rule", rule_id)
    messages.success(request, _("规则已停用；已经发放的奖励不变"), extra_tags=undo)
    return redirect("loyalty:rule", rule_id)
