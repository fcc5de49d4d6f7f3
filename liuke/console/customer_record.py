"""Changing one customer's record: a new one, the name and wishes, identities, tags."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from liuke.console import people
from liuke.customers.queries import records
from liuke.customers.rules import consents as consent_rules
from liuke.customers.rules import identities as identity_rules
from liuke.customers.rules import names
from liuke.customers.rules import tags as tag_rules
from liuke.customers.rules.identities import BadIdentity
from liuke.customers.rules.records import Wishes
from liuke.customers.services import identities, tags
from liuke.customers.services import records as record_services
from liuke.customers.services.identities import IdentityTaken
from liuke.kit.errors import BadInput
from liuke.kit.forms import offer_choices
from liuke.kit.pages import back_to
from liuke.org.access import StaffRequest, staff_may

CLOCK_MINUTES = 60
MONTH_AND_DAY = r"^\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*$"


class CustomerForm(forms.Form):
    """A new customer: known by a phone, or by a name alone."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=names.NAME_CHARACTERS, required=False)
    phone = forms.CharField(label=gettext_lazy("手机号"), max_length=30, required=False,
                            widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
                            help_text=gettext_lazy("以后凭它认出这位客户，并与导入的订单对上。"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("name") and not cleaned.get("phone"):
            raise ValidationError(_("请至少填写姓名或手机号。"))
        return cleaned

    def clean_phone(self) -> str:
        return _phone(self.cleaned_data["phone"])


class WishesForm(forms.Form):
    """The name, and how the customer likes to be spoken to."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=names.NAME_CHARACTERS, required=False)
    best_channel = forms.ChoiceField(label=gettext_lazy("喜欢的联系方式"), required=False)
    quiet_from = forms.TimeField(label=gettext_lazy("免打扰开始"), required=False,
                                 widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_until = forms.TimeField(label=gettext_lazy("免打扰结束"), required=False,
                                  widget=forms.TimeInput(attrs={"type": "time"}),
                                  help_text=gettext_lazy("这段时间不发任何消息，可以跨过半夜，例如 22:00 到 08:00。"))
    birthday = forms.RegexField(label=gettext_lazy("生日"), regex=MONTH_AND_DAY, required=False,
                                help_text=gettext_lazy("只记月和日，例如 3-8。"),
                                error_messages={"invalid": gettext_lazy("请写成月-日，例如 3-8。")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = [(code, _(word)) for code, word in consent_rules.CHANNELS.items()]
        offer_choices(self, best_channel=[("", _("没有说过")), *channels])

    def clean_birthday(self) -> int | None:
        digits = "".join(sign if sign.isdigit() else " " for sign in self.cleaned_data["birthday"]).split()
        return int(digits[0]) * 100 + int(digits[1]) if digits else None

    def wishes(self, before: Wishes) -> Wishes:
        """What was known with what the form says; raises BadInput."""
        said = self.cleaned_data
        found = replace(
            before, best_channel=said["best_channel"], birth_month_day=said["birthday"],
            quiet_from_minutes=_minutes(said["quiet_from"]), quiet_until_minutes=_minutes(said["quiet_until"]),
        )
        found.check()
        return found


def _minutes(clock: Any) -> int | None:
    return None if clock is None else clock.hour * CLOCK_MINUTES + clock.minute


def _phone(text: str) -> str:
    if text:
        try:
            identity_rules.normal_value(identity_rules.PHONE, text)
        except BadIdentity as error:
            raise ValidationError(_("这不像一个手机号，请检查位数。国外号码请以 + 开头。")) from error
    return text


@staff_may("customers.edit")
def customer_new(request: StaffRequest) -> HttpResponse:
    form = CustomerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "console/customer_new.html", {"form": form}, status=422 if form.errors else 200)
    now, phone = timezone.now(), form.cleaned_data["phone"]
    try:
        with transaction.atomic():
            made = record_services.join(source="counter", now=now, name=form.cleaned_data["name"])
            if phone:
                identities.add_identity(customer_id=made.pk, kind=identity_rules.PHONE, value=phone, now=now)
    except IdentityTaken as taken:
        messages.info(request, _("这个手机号属于已有的客户，已为您打开。"))
        return redirect("console:customer", taken.other_id)
    request.audit_target = f"customer:{made.pk}"
    messages.success(request, _("已添加客户"))
    return redirect("console:customer", made.pk)


@staff_may("customers.edit")
def customer_edit(request: StaffRequest, customer_id: int) -> HttpResponse:
    person = people.living_person(customer_id)
    form = WishesForm(request.POST if request.method == "POST" else None, initial=_initial(person))
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, person, form)
    try:
        wishes = form.wishes(person.wishes)
    except BadInput:
        form.add_error("quiet_until", _("免打扰要有开始和不同的结束，生日要是真实的日子。"))
        return _edit_page(request, person, form)
    if form.cleaned_data["name"] != person.name:
        record_services.rename(customer_id=customer_id, name=form.cleaned_data["name"])
    record_services.set_wishes(customer_id=customer_id, wishes=wishes, now=timezone.now())
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"fields": form.changed_data}
    messages.success(request, _("已保存"))
    return redirect("console:customer", customer_id)


def _edit_page(request: StaffRequest, person: records.Detail, form: WishesForm) -> HttpResponse:
    return render(request, "console/customer_edit.html", {"person": person, "form": form},
                  status=422 if form.errors else 200)


def _initial(person: records.Detail) -> dict[str, Any]:
    wishes = person.wishes
    day = wishes.birth_month_day
    return {
        "name": person.name, "best_channel": wishes.best_channel,
        "quiet_from": _clock(wishes.quiet_from_minutes), "quiet_until": _clock(wishes.quiet_until_minutes),
        "birthday": f"{day // 100}-{day % 100}" if day else "",
    }


def _clock(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes // CLOCK_MINUTES:02}:{minutes % CLOCK_MINUTES:02}"


@staff_may("customers.edit")
@require_POST
def identity_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """A further phone or e-mail. When it belongs to another record, both are noted as perhaps one person."""
    people.living_person(customer_id)
    text, now = request.POST.get("value", "").strip(), timezone.now()
    kind = identity_rules.EMAIL if "@" in text else identity_rules.PHONE
    request.audit_target = f"customer:{customer_id}"
    try:
        with transaction.atomic():
            identities.add_identity(customer_id=customer_id, kind=kind, value=text, now=now)
        messages.success(request, _("已添加"))
    except BadIdentity:
        messages.error(request, _("这不像手机号，也不像邮箱，请检查后再试。"))
    except IdentityTaken as taken:
        identities.note_twins(customer_id=customer_id, other_id=taken.other_id, reason=kind, now=now)
        messages.info(request, _("它属于另一份客户档案。如果是同一个人，可以在右侧合并。"))
    return redirect("console:customer", customer_id)


@staff_may("customers.edit")
@require_POST
def identity_remove(request: StaffRequest, customer_id: int, identity_id: int) -> HttpResponse:
    people.living_person(customer_id)
    identities.remove_identity(customer_id=customer_id, identity_id=identity_id, now=timezone.now())
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"identity_id": identity_id}
    messages.success(request, _("已移除，以后不再凭它认出这位客户。"))
    return redirect("console:customer", customer_id)


@staff_may("customers.edit")
@require_POST
def tag_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    people.living_person(customer_id)
    try:
        tag = tags.find_or_create_tag(name=request.POST.get("name") or request.GET.get("name", ""))
    except BadInput:
        messages.error(request, _("请填写标签名，最多 %(most)s 个字。") % {"most": tag_rules.NAME_CHARACTERS})
        return redirect("console:customer", customer_id)
    tags.add_tag(customer_id=customer_id, tag_id=tag.pk, source=tag_rules.STAFF, now=timezone.now(),
                 by_id=request.user.pk)
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"tag_id": tag.pk}
    undo = reverse("console:tag_remove", args=[customer_id, tag.pk]) + "?source=staff"
    messages.success(request, _("已加上“%(tag)s”") % {"tag": tag.name}, extra_tags=undo)
    return redirect(back_to(request, reverse("console:customer", args=[customer_id])))


@staff_may("customers.edit")
@require_POST
def tag_remove(request: StaffRequest, customer_id: int, tag_id: int) -> HttpResponse:
    """Take it off whatever its source, since staff decide last; with ?source= only as far as it came from there."""
    line = next((each for each in people.living_person(customer_id).tags if each.id == tag_id), None)
    if line is None:
        raise Http404
    only = request.GET.get("source", "")
    for source in [only] if only in line.sources else line.sources:
        tags.remove_tag(customer_id=customer_id, tag_id=tag_id, source=source, now=timezone.now())
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"tag_id": tag_id}
    undo = f"{reverse('console:tag_add', args=[customer_id])}?{urlencode({'name': line.name})}"
    messages.success(request, _("已移除“%(tag)s”") % {"tag": line.name}, extra_tags=undo)
    return redirect(back_to(request, reverse("console:customer", args=[customer_id])))
