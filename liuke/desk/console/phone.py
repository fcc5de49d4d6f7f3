"""A phone call that comes before any ticket: whose number it is, what they wanted, and which matter it belongs to."""

import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.customers.rules.identities import PHONE, BadIdentity, normal_value
from liuke.customers.rules.names import NAME_CHARACTERS
from liuke.desk import words
from liuke.desk.models import Message
from liuke.desk.queries import phone as queries
from liuke.desk.queries.phone import Caller
from liuke.desk.rules import ABOUT_CHARACTERS, NOTE_CHARACTERS, REACHED, RECORDING_CHARACTERS
from liuke.desk.services import phone
from liuke.desk.services.phone import Call
from liuke.desk.triage import TicketKind
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.org.access import StaffRequest, staff_may

NEW = "new"
MOMENT = {"type": "datetime-local"}
WAYS = (("in", gettext_lazy("客户打来")), ("out", gettext_lazy("我们打出")))


class NumberForm(forms.Form):
    """Whose call it is."""

    number = forms.CharField(label=gettext_lazy("电话号码"), max_length=30, widget=forms.TextInput(attrs={
        "inputmode": "tel", "autocomplete": "off", "autofocus": True, "placeholder": "138 0000 0000"}))

    def clean_number(self) -> str:
        try:
            return normal_value(PHONE, self.cleaned_data["number"])
        except BadIdentity as error:
            raise ValidationError(
                _("这不像一个电话号码，请检查位数。固定电话要带区号，国外号码以 + 开头。")) from error


class CallForm(forms.Form):
    """What is written down of the call."""

    way = forms.ChoiceField(choices=WAYS, initial="in")
    name = forms.CharField(label=gettext_lazy("怎么称呼"), max_length=NAME_CHARACTERS, required=False)
    ticket = forms.ChoiceField(error_messages={"invalid_choice": gettext_lazy("这张工单不在了，请另选一张。")})
    about = forms.CharField(
        label=gettext_lazy("客户要什么"), max_length=ABOUT_CHARACTERS, required=False, help_text=gettext_lazy(
            "一句话，作为工单的标题；客户查进展时也看得到。没接到的来电可以不填。"))
    kind = forms.ChoiceField(label=gettext_lazy("类型"), required=False)
    outcome = forms.ChoiceField(
        label=gettext_lazy("通话结果"), choices=list(words.CALLS.items()), help_text=gettext_lazy(
            "接通了就算答复过客户，时限随之停止；没接到的会留在“客户在等”，直到有人回电。"))
    text = forms.CharField(
        label=gettext_lazy("说了什么"), max_length=NOTE_CHARACTERS, required=False,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=gettext_lazy("内部备注，只有同事看得到。"))
    at = forms.DateTimeField(
        label=gettext_lazy("什么时候通的话"), required=False, widget=forms.DateTimeInput(attrs=MOMENT),
        help_text=gettext_lazy("不填就是刚才。"))
    recording = forms.CharField(label=gettext_lazy("录音编号"), max_length=RECORDING_CHARACTERS, required=False,
                                widget=forms.TextInput(attrs={"autocomplete": "off"}))
    again = forms.DateTimeField(
        label=gettext_lazy("什么时候再打"), required=False, widget=forms.DateTimeInput(attrs=MOMENT),
        help_text=gettext_lazy("到时提醒经办人；在那之前答复了客户就不再提醒。"))
    asked = ("about", "text")                # not optional, though only once the two have spoken

    def __init__(self, *args: Any, caller: Caller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [row.number for row, _title in caller.tickets]
        offer_choices(self, ticket=[(number, number) for number in (*numbers, NEW)],
                      kind=[("", _("按说的话判断")), *((str(code), words.KINDS[code]) for code in TicketKind)])
        self.fields["ticket"].initial = (*numbers, NEW)[0]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("outcome") == REACHED:
            needed = ["text"] + ["about"] * (said.get("ticket") == NEW)
            for name in needed:
                if name not in self.errors and not said.get(name):
                    self.add_error(name, _("接通了就请写上一句。"))
        return said

    def call(self) -> Call:
        said = self.cleaned_data
        return Call(incoming=said["way"] == "in", outcome=said["outcome"], text=said["text"], at=said["at"],
                    recording=said["recording"], again_at=said["again"])


@staff_may("desk.work")
def log_call(request: StaffRequest) -> HttpResponse:
    """First the number, then what was said; it becomes part of a ticket of the caller's, or a new one."""
    now, sent = timezone.now(), request.method == "POST"
    asked = request.POST if sent else request.GET
    number = NumberForm(asked if "number" in asked else None)
    found = _caller(asked, number, now)
    form = CallForm(request.POST if sent else None, caller=found) if found else None
    if sent and found and form and form.is_valid():
        try:
            with transaction.atomic():
                written = _write_down(request, found, number, form, now)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            request.audit_target = f"ticket:{written.ticket_id}"
            messages.success(request, _("已记下这次通话"))
            return redirect("desk:ticket", written.ticket.number)
    return render(request, "desk/phone.html", {
        "number": number, "caller": found, "form": form, "ways": WAYS, "new": NEW,
        "key": asked.get("key") or secrets.token_hex(8), "may_customers": request.user.has_perm("customers.view"),
    }, status=422 if number.errors or (form and form.errors) else 200)


def _caller(asked: QueryDict, number: NumberForm, now: datetime) -> Caller | None:
    """Who it is, by the number, or as their own page has named them. Raises NotYours."""
    known = asked.get("customer", "")
    if known.isascii() and known.isdigit() and len(known) < 19:
        return queries.caller(int(known), now=now)
    return queries.caller_with(number.cleaned_data["number"], now=now) if number.is_valid() else None


def _write_down(request: StaffRequest, caller: Caller, number: NumberForm, form: CallForm, now: datetime) -> Message:
    said, me = form.cleaned_data, request.user.pk
    key = request.POST.get("key", "")[:40] or secrets.token_hex(8)
    ticket_id = next((row.pk for row, _title in caller.tickets if row.number == said["ticket"]), None)
    if ticket_id is not None:
        return phone.called(ticket_id=ticket_id, staff_id=me, call=form.call(), key=key, now=now)
    customer_id = caller.customer_id or phone.holder_of(
        number=number.cleaned_data["number"], name=said["name"], now=now)
    return phone.called_anew(customer_id=customer_id, about=said["about"], kind=said["kind"], staff_id=me,
                             call=form.call(), key=key, now=now)
