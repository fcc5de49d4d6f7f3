"""The form and the page of a report, for everybody. Not a console page: nobody logs in, and no script runs.

Beside the usual files because it is a door of its own kind, found by an address or by a signed link.
"""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from math import ceil
from typing import Any, ParamSpec, cast

from csp.decorators import csp_replace
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from liuke.customers.doors import PerAddress
from liuke.customers.rules.identities import EMAIL, PHONE, BadIdentity, normal_value
from liuke.desk.models import Attachment
from liuke.desk.services import ratings
from liuke.desk.services.talk import Kept
from liuke.desk.words import KINDS, RATING_REASONS
from liuke.kit import crypto, files, pictures
from liuke.kit.errors import NotYours, Refused
from liuke.kit.pictures import Size
from liuke.webform import queries, rules, services, words
from liuke.webform.models import Report

writes = PerAddress("web form", most=20, free=5)
reads = PerAddress("web form reads", most=600, free=60)
P = ParamSpec("P")


def no_scripts(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Nothing runs on these pages, whatever may get into them."""
    close = csp_replace({"script-src": ["'none'"], "connect-src": ["'none'"]})
    return cast("Callable[P, HttpResponse]", close(cast("Any", view)))


class ReportForm(forms.Form):
    """What a person types; `homepage` is out of sight, and whoever fills it in is no person."""

    name = forms.CharField(label=gettext_lazy("称呼"), max_length=rules.NAME_CHARACTERS, required=False,
                           widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact = forms.CharField(
        label=gettext_lazy("手机号或邮箱"), max_length=rules.CONTACT_CHARACTERS,
        help_text=gettext_lazy("答复会发到这里"), widget=forms.TextInput(attrs={"autocomplete": "tel"}))
    kind = forms.ChoiceField(label=gettext_lazy("问题类型"), required=False)
    order_number = forms.CharField(label=gettext_lazy("订单号"), max_length=rules.ORDER_CHARACTERS, required=False,
                                   help_text=gettext_lazy("有的话处理更快"))
    text = forms.CharField(
        label=gettext_lazy("遇到了什么问题"), max_length=rules.TEXT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": gettext_lazy("什么商品、什么时候、出了什么情况")}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("不确定")), *((code, KINDS[code]) for code in rules.KINDS)]

    def clean_contact(self) -> str:
        contact = str(self.cleaned_data["contact"])
        mail = rules.is_mail(contact)
        try:
            return normal_value(EMAIL if mail else PHONE, contact)
        except BadIdentity as error:
            said = _("这不像一个邮箱地址，请检查。") if mail else _("这不像一个手机号，请检查。")
            raise ValidationError(said) from error


@never_cache
@no_scripts
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form; sent, it leads to the page of the report. What is not right comes back with what was typed."""
    if request.method != "POST":
        return _form(request, ReportForm())
    form = ReportForm(request.POST)
    key, wrong = _opened(request.POST.get("opened", ""))
    if wait := _busy(writes, request):
        return _form(request, form, error=wait, status=429)
    if request.POST.get("homepage") or wrong:
        return _form(request, form, error=wrong or _("隐藏的格子被填了内容。请再点一次提交。"), status=422)
    if not form.is_valid():
        return _form(request, form, status=422)
    given = services.Given(
        name=form.cleaned_data["name"].strip(), contact=form.cleaned_data["contact"],
        order_number=form.cleaned_data["order_number"].strip(), kind=form.cleaned_data["kind"],
        text=form.cleaned_data["text"])
    try:
        with ExitStack() as stack:
            kept = _kept(request, stack)
            with transaction.atomic(durable=True):
                row = services.send_report(given=given, files=kept, address=writes.get_ident(request) or "",
                                           key=key, now=timezone.now())
    except Refused as refused:
        return _form(request, form, error=refused.message, status=refused.status)
    return redirect("webform_case", queries.token(row.pk, rules.PROGRESS))


@never_cache
@no_scripts
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, token: str) -> HttpResponse:
    """How far a report is; with the link from the address also what was said. Either may say more."""
    if reader_waits := _waits(request):
        return reader_waits
    try:
        row, level = queries.opened(token)
    except NotYours:
        return _gone(request)
    error, text, status = "", "", 200
    if request.method == "POST":
        try:
            _act(request, row, level)
            return redirect(f"{request.path}#end")
        except Refused as refused:
            error, text, status = refused.message, request.POST.get("text", ""), refused.status
    try:
        shown = queries.followed(row, level, now=timezone.now())
    except NotYours:
        return _gone(request)
    return render(request, "webform/case.html", {
        "merged": words.MERGED if shown.merged else "",
        "case": shown.case, "said": shown.said, "contact": shown.contact, "token": token, "error": error, "text": text,
        "key": secrets.token_hex(8), "most_files": rules.MOST_FILES, "next": words.NEXT[shown.case.next],
        "steps": [(words.STEPS.get(step.what, ""), step.at) for step in shown.case.steps],
        "reasons": list(RATING_REASONS.items()), "may_rate": shown.case.rate_until and level == rules.WORDS,
    }, status=status)


def _act(request: HttpRequest, row: Report, level: str) -> None:
    """Say more, or say how it went. Raises Refused."""
    if wait := _busy(writes, request):
        raise services.TooManyReports(wait)
    key = request.POST.get("key", "")[:40].replace("\x00", "") or secrets.token_hex(8)
    if "score" in request.POST and level == rules.WORDS:
        score = request.POST["score"]
        with transaction.atomic(durable=True):
            ratings.rate(ticket_id=queries.shown_ticket(row, level).pk, reasons=request.POST.getlist("reason"),
                         score=int(score) if score in "12345" and score else 0, text="", now=timezone.now())
        return
    with ExitStack() as stack:
        kept = _kept(request, stack)
        with transaction.atomic(durable=True):
            services.add_words(report_id=row.pk, level=level, text=request.POST.get("text", ""), files=kept, key=key,
                               now=timezone.now())


@require_GET
def picture(request: HttpRequest, token: str, picture_id: int) -> HttpResponse:
    """A picture of the conversation, for who has the link with the words."""
    return _waits(request) or pictures.answer(_enclosed(token, picture_id, is_picture=True).file, Size.LARGE)


@require_GET
def file(request: HttpRequest, token: str, file_id: int) -> HttpResponse:
    """A file of the conversation, likewise, as a download."""
    if reader_waits := _waits(request):
        return reader_waits
    found = _enclosed(token, file_id, is_picture=False)
    return files.answer(found.file, kind=found.kind, name=crypto.decrypt(found.name_enc))


def too_large(request: HttpRequest, most: int) -> HttpResponse:
    """What a person sees whose files are more than `most` MB; nothing of them was read."""
    with translation.override(translation.get_language_from_request(request)):
        text = _("照片和文件合计不能超过 %(most)s MB，什么都没有提交。请返回上一页，减少或压缩后再试。") % {
            "most": most}
        page = render_to_string("webform/told.html", {"heading": _("附件太大了"), "text": text})
    return HttpResponse(page, status=413)


def _enclosed(token: str, attachment_id: int, *, is_picture: bool) -> Attachment:
    try:
        row, level = queries.opened(token)
    except NotYours as refused:
        raise Http404 from refused
    found = Attachment.objects.filter(pk=attachment_id, message__conversation=row.conversation_id,
                                      message__public=True).first()
    if level != rules.WORDS or found is None or found.is_picture != is_picture:
        raise Http404
    return found


def _waits(request: HttpRequest) -> HttpResponse | None:
    """The answer to a reader who comes too often; None for everybody else."""
    wait = _busy(reads, request)
    if not wait:
        return None
    answer = render(request, "webform/told.html", {"heading": _("请稍等一下"), "text": wait}, status=429)
    answer["Retry-After"] = str(ceil(reads.wait()))
    return answer


def _gone(request: HttpRequest) -> HttpResponse:
    """The same for a link that was made up, is too old, or leads to spam."""
    return render(request, "webform/told.html", {
        "heading": _("这个链接打不开"),
        "text": _("链接可能不完整或已过期。请用最近一条短信或邮件里的链接，或重新提交。"),
    }, status=404)


def _form(request: HttpRequest, form: ReportForm, *, error: str = "", status: int = 200) -> HttpResponse:
    return render(request, "webform/form.html", {
        "form": form, "error": error, "opened": _signer().sign(secrets.token_hex(12)), "most_files": rules.MOST_FILES,
    }, status=status)


def _opened(text: str) -> tuple[str, str]:
    """The key of an opened form, and what is wrong with it, if anything is."""
    signer = _signer()
    try:
        key = signer.unsign(text, max_age=rules.FORM_LIFE)
    except signing.BadSignature:
        return "", _("页面打开得太久了，请再点一次提交。")
    try:
        signer.unsign(text, max_age=timedelta(seconds=rules.LEAST_SECONDS))
    except signing.SignatureExpired:
        return key, ""
    return "", _("提交得太快了，请再点一次提交。")


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="liuke.webform.form")


def _busy(limit: PerAddress, request: HttpRequest) -> str:
    """What to say to whom comes too often; "" for everybody else."""
    if limit.allow_request(request):
        return ""
    return _("操作太频繁了，请 %(seconds)s 秒后再试。") % {"seconds": round(limit.wait())}


def _kept(request: HttpRequest, stack: ExitStack) -> list[Kept]:
    """The files that came along, checked by content and stored; taken away again when what follows fails."""
    given = [each for each in request.FILES.getlist("files") if each]
    if len(given) > rules.MOST_FILES:
        raise services.TooManyFiles(_("最多 %(most)s 个附件。") % {"most": rules.MOST_FILES})
    return [stack.enter_context(files.kept_any(each, name=each.name or "file")) for each in given]
