"""Drills: scripts to work, the talk itself, candidates by a link, and scripts as staff write them."""

import json

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.org.access import StaffRequest, staff_may
from liuke.training import queries, words
from liuke.training.examples import BLANK
from liuke.training.models import Drill, DrillScript
from liuke.training.rules import SCRIPT_CHARACTERS
from liuke.training.services import drilling


class ScriptForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("剧本"), max_length=SCRIPT_CHARACTERS, strip=False,
                           widget=forms.Textarea({"rows": 30, "class": "mono", "spellcheck": "false"}))


@staff_may("training.view")
@require_GET
def drills_page(request: StaffRequest) -> HttpResponse:
    """What can be practised, and how it went; who teaches sees everybody and the candidates."""
    teaches = request.user.has_perm("training.edit")
    rows = [(row, words.ENDS[row.end], queries.candidate_name(row))
            for row in queries.worked(None if teaches else request.user.pk)]
    link = request.session.pop("drill_link", "") if teaches else ""
    return render(request, "training/drills.html", {
        "offers": queries.offers(request.user.pk), "rows": rows, "teaches": teaches, "link": link,
        "stopped": DrillScript.objects.filter(active=False).order_by("name") if teaches else []})


@staff_may("training.view")
@require_POST
def begin(request: StaffRequest, script_id: int) -> HttpResponse:
    """Practise: the customer speaks first."""
    try:
        with transaction.atomic():
            row = drilling.begin(script_id=script_id, staff_id=request.user.pk, now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("training:drills")
    request.audit_target = f"drill:{row.pk}"
    return redirect("training:drill", row.pk)


@staff_may("training.view")
def drill(request: StaffRequest, drill_id: int) -> HttpResponse:
    """The talk, or what came of it."""
    row = queries.drill_seen(request.user, drill_id)
    mine, error, typed = row.staff_id == request.user.pk, "", ""
    if request.method == "POST" and mine:
        request.audit_target = f"drill:{row.pk}"
        error, typed = say(row, request.POST)
        if not error:
            return redirect(f"{reverse('training:drill', args=[row.pk])}#answer")
    return render(request, "training/drill.html", {
        **shown(row), "mine": mine, "error": error, "typed": typed, "name": row.staff.name if row.staff
        else queries.candidate_name(row)}, status=409 if error else 200)


def say(row: Drill, post: QueryDict) -> tuple[str, str]:
    """One message of the trainee from a form; what is wrong with it, and the words to keep."""
    text, number = post.get("text", ""), post.get("number", "")
    try:
        with transaction.atomic():
            if post.get("do") == "stop":
                drilling.give_up(drill_id=row.pk, now=timezone.now())
            else:
                drilling.say(drill_id=row.pk, text=text, number=number_of(number) or 0,
                             now=timezone.now())
    except Refused as refused:
        return refused.message, text
    return "", ""


def shown(row: Drill) -> dict[str, object]:
    """What the page of a talk needs, for staff and candidates alike."""
    row.refresh_from_db()
    told = queries.talk(row)
    marks = [(mark.name or words.MARKS.get(mark.kind, ""), mark) for mark in told.played.marks]
    return {"row": row, "talk": told, "lines": told.lines, "number": len(told.said) + 1, "marks": marks,
            "end": words.ENDS[row.end], "facts": told.script.persona.facts.items()}


@staff_may("training.edit")
@require_POST
def invite(request: StaffRequest, script_id: int) -> HttpResponse:
    """A link for a candidate; it is shown once."""
    try:
        with transaction.atomic():
            row, token = drilling.invite(script_id=script_id, name=request.POST.get("name", ""),
                                         by_id=request.user.pk, now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("training:drills")
    request.audit_target = f"drill:{row.pk}"
    request.session["drill_link"] = request.build_absolute_uri(reverse("drill_candidate", args=[token]))
    return redirect("training:drills")


@staff_may("training.edit")
def script(request: StaffRequest, script_id: int | None = None) -> HttpResponse:
    """Write a script, or change it. It is data: what cannot be played is refused with the place."""
    row = get_object_or_404(DrillScript, pk=script_id) if script_id else None
    before = row.text if row else json.dumps(BLANK, ensure_ascii=False, indent=2)
    form = ScriptForm(request.POST if request.method == "POST" else None, initial={"text": before})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = drilling.save_script(script_id=script_id, text=form.cleaned_data["text"],
                                             staff_id=request.user.pk, now=timezone.now(),
                                             active=request.POST.get("then") != "stop")
        except Refused as refused:
            form.add_error("text", words.refusal(refused))
        else:
            request.audit_target = f"script:{saved.pk}"
            messages.success(request, _("已保存剧本") if saved.active else _("已停用剧本"))
            return redirect("training:drills")
    return render(request, "training/script.html", {"form": form, "row": row}, status=422 if form.errors else 200)
