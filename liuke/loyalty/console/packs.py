"""Pages of packs: what is in each, a new one, stop one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import Refused
from liuke.kit.paging import page_of
from liuke.loyalty import words
from liuke.loyalty.queries.packs import packs_list, parts_of
from liuke.loyalty.queries.versions import budgets_of_rules
from liuke.loyalty.queries.welcome import Given
from liuke.loyalty.rules.limits import NAME_CHARACTERS
from liuke.loyalty.rules.packs import CODE, MOST_PARTS, WORDS_CHARACTERS, Part
from liuke.loyalty.services import benefits
from liuke.loyalty.services.packs import stop_pack, write_pack
from liuke.org.access import StaffRequest, staff_may

ROWS = range(1, MOST_PARTS + 1)
FEN = 100


@staff_may("loyalty.view")
@require_GET
def packs_page(request: StaffRequest) -> HttpResponse:
    stopped = request.GET.get("view") == "stopped"
    page = page_of(packs_list(stopped=stopped), request)
    return render(request, "loyalty/packs.html", {
        "page": page, "stopped": stopped, "may_edit": request.user.has_perm("loyalty.edit"),
        "rows": [(row, [words.given(Given(part.benefit, part.amount, part.details)) for part in parts_of(row)])
                 for row in page.rows],
    })


class PackForm(forms.Form):
    """A row for each benefit; "what" stands as "coupon:3", or "points" where there is nothing to choose."""

    name = forms.CharField(label=gettext_lazy("礼包名称"), max_length=NAME_CHARACTERS)
    words = forms.CharField(label=gettext_lazy("给客户的说明"), max_length=WORDS_CHARACTERS, required=False,
                            widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whats = [("", "—"), *_whats()]
        pays = [("", "—"), *((row.pk, f"{row.name} · {words.UNITS[row.unit]}") for row in budgets_of_rules())]
        for at in ROWS:
            self.fields[f"what_{at}"] = forms.ChoiceField(label=_("奖励 %(n)s") % {"n": at}, required=False,
                                                          choices=whats)
            self.fields[f"amount_{at}"] = forms.DecimalField(label=_("数量"), required=False, min_value=0,
                                                             decimal_places=2, max_digits=9)
            self.fields[f"budget_{at}"] = forms.ChoiceField(label=_("预算"), required=False, choices=pays)

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"what_{at}"], self[f"amount_{at}"], self[f"budget_{at}"]) for at in ROWS]

    def filled(self) -> list[int]:
        """The numbers of the rows in which something is chosen."""
        return [at for at in ROWS if self.cleaned_data[f"what_{at}"]]

    def parts(self) -> list[Part]:
        """What was typed, unchecked; cash is typed in yuan."""
        said, found = self.cleaned_data, []
        for at in self.filled():
            code, _sign, which = said[f"what_{at}"].partition(":")
            kind, budget = benefits.benefit_of(code), said[f"budget_{at}"]
            amount = (said[f"amount_{at}"] or 0) * (FEN if kind.unit == "fen" else 1)
            found.append(Part(benefit=code, amount=int(amount), details={kind.detail: int(which)} if which else {},
                              budget_id=int(budget) if budget else None))
        return found

    def refuse(self, error: Refused) -> None:
        """Put the refusal beside the field that it is about."""
        at = self.filled()[error.at - 1] if getattr(error, "at", 0) else 0      # type: ignore[attr-defined]  # BadPack
        about = {"amount": f"amount_{at}", "budget_id": f"budget_{at}", "benefit": f"what_{at}", "parts": "what_1",
                 "words": "words"}.get(getattr(error, "about", ""), "name")
        self.add_error(about if about in self.fields else "name", words.refused(error))


def _whats() -> list[tuple[Any, Any]]:
    """Everything that can be given, grouped by kinds that have kinds of their own."""
    found: list[tuple[Any, Any]] = []
    for code in benefits.codes():
        kind, word = benefits.benefit_of(code), str(words.BENEFITS.get(code, code))
        if code == CODE:
            continue
        if not kind.detail:
            found.append((code, word))
        elif choices := kind.choices():
            found.append((word, [(f"{code}:{pk}", name) for pk, name in choices]))
    return found


@staff_may("loyalty.edit")
def pack_new(request: StaffRequest) -> HttpResponse:
    form = PackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = write_pack(name=form.cleaned_data["name"], words=form.cleaned_data["words"], parts=form.parts(),
                                  now=timezone.now(), by_id=request.user.pk)
        except Refused as error:
            form.refuse(error)
        else:
            request.audit_target, request.audit_detail = f"pack:{made.pk}", {"parts": len(made.parts)}
            messages.success(request, _("礼包已保存，现在可以用在奖励规则里"))
            return redirect("loyalty:packs")
    return render(request, "loyalty/pack_form.html", {"form": form}, status=422 if form.errors else 200)


@staff_may("loyalty.edit")
@require_POST
def pack_stop(request: StaffRequest, pack_id: int) -> HttpResponse:
    """Give none of it any more."""
    stop_pack(pack_id=pack_id, now=timezone.now())
    request.audit_target = f"pack:{pack_id}"
    messages.success(request, _("礼包已停送，客户已得到的不变"))
    return redirect("loyalty:packs")
