"""Invitations to groups: the QR code of each group, until when it holds, and what its links have brought."""

import secrets
from datetime import datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.kit import pictures
from liuke.kit.errors import Refused
from liuke.kit.pictures import Folder
from liuke.org.access import StaffRequest, staff_may
from liuke.org.services import audit
from liuke.referral.models import GroupInvitation
from liuke.referral.queries.groups import invitations
from liuke.referral.queries.members import opened_by_target
from liuke.referral.services import groups

LISTED = 100
LAST_MINUTE = time(23, 59)
USUAL_DAYS = 7                                # that WeChat's codes of groups hold


class CodeForm(forms.Form):
    """The picture of a group's code, and the last day on which it can be scanned."""

    picture = forms.FileField(
        label=gettext_lazy("群二维码"), help_text=gettext_lazy("在微信群里保存的二维码图片：JPEG、PNG 或 WebP。"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}))
    ends_on = forms.DateField(
        label=gettext_lazy("二维码有效期至"),
        help_text=gettext_lazy("微信群二维码通常七天过期；到期前换一张，链接和海报不变。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def ends_at(self) -> datetime:
        """The end of that day."""
        return datetime.combine(self.cleaned_data["ends_on"], LAST_MINUTE, timezone.get_current_timezone())


class GroupForm(CodeForm):
    name = forms.CharField(label=gettext_lazy("群名"), max_length=groups.NAME_CHARACTERS)
    words = forms.CharField(
        label=gettext_lazy("进群能得到什么"), max_length=groups.WORDS_CHARACTERS, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("例如“每周三上新，群友先挑”。"))
    field_order = ("name", "words", "picture", "ends_on")


@staff_may("referral.view")
@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    return _listed(request)


def _listed(request: StaffRequest, form: GroupForm | None = None) -> HttpResponse:
    rows = list(invitations()[:LISTED])
    figures = opened_by_target("group", [str(row.pk) for row in rows])
    return render(request, "referral/groups.html", {
        "rows": [(row, figures.get(str(row.pk), (0, 0, 0))) for row in rows], "now": timezone.now(),
        "form": form or GroupForm(initial=_usual()), "key": secrets.token_hex(8),
        "may_edit": request.user.has_perm("referral.edit"),
    }, status=422 if form else 200)


@staff_may("referral.edit", atomic=False)
@require_POST
def make(request: StaffRequest) -> HttpResponse:
    form = GroupForm(request.POST, request.FILES)
    if form.is_valid() and _kept(request, form, None):
        messages.success(request, _("已可邀请进群：在“推广码”里生成码，客户也能在“我的推荐”里分享"))
        return redirect("referral:groups")
    return _listed(request, form)


@staff_may("referral.edit", atomic=False)
def renew(request: StaffRequest, group_id: int) -> HttpResponse:
    """Another code for the same group."""
    row = get_object_or_404(GroupInvitation, pk=group_id)
    form = CodeForm(request.POST or None, request.FILES or None, initial=_usual())
    if request.method == "POST" and form.is_valid() and _kept(request, form, row):
        messages.success(request, _("已换上新的群二维码，原来的链接和海报照常可用"))
        return redirect("referral:groups")
    return render(request, "referral/group.html", {"row": row, "form": form, "picture": pictures.url(row.file)},
                  status=422 if form.errors else 200)


def _kept(request: StaffRequest, form: CodeForm, row: GroupInvitation | None) -> bool:
    """Whether picture and row were written; otherwise the form says why not. The picture goes first: no transaction."""
    said, file = form.cleaned_data, form.cleaned_data["picture"]
    assert isinstance(file, UploadedFile)
    renewed = row is not None
    try:
        with pictures.kept(file, folder=Folder.PUBLIC) as picture, transaction.atomic(durable=True):
            if row is None:
                key = request.POST.get("key", "")[:40].replace("\x00", "") or secrets.token_hex(8)
                row = groups.invite(key=key, name=said["name"], words=said["words"], picture=picture,
                                    ends_at=form.ends_at(), now=timezone.now(), by_id=request.user.pk)
            else:
                groups.renew(invitation_id=row.pk, picture=picture, ends_at=form.ends_at(), now=timezone.now())
            audit(staff_id=request.user.pk, action=f"referral.console.groups.{'renew' if renewed else 'make'}",
                  target=f"group_invitation:{row.pk}", detail={"ends_on": str(said["ends_on"])})
    except groups.BadGroup as error:
        form.add_error("ends_on" if error.about == "ends_at" else error.about, error.message)
        return False
    except Refused as error:
        form.add_error("picture", error.message)
        return False
    return True


@staff_may("referral.edit")
@require_POST
def stop(request: StaffRequest, group_id: int) -> HttpResponse:
    row = get_object_or_404(GroupInvitation, pk=group_id)
    groups.stop(invitation_id=row.pk, now=timezone.now())
    request.audit_target = f"group_invitation:{row.pk}"
    messages.success(request, _("已停止邀请；打开旧链接的人会看到说明"))
    return redirect("referral:groups")


def _usual() -> dict[str, object]:
    return {"ends_on": timezone.localdate() + timedelta(days=USUAL_DAYS - 1)}
