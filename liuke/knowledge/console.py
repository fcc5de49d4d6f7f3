"""Staff pages: articles, what customers ask each other, and fault help beside a ticket."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.desk.queries.talks import ticket_seen
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.knowledge import rules
from liuke.knowledge.queries import articles, faults, peers
from liuke.knowledge.services import articles as writing
from liuke.knowledge.services import faults as learning
from liuke.knowledge.services import peers as helping
from liuke.knowledge.services.articles import Words
from liuke.mall.console.fields import ProductField
from liuke.mall.console.words import stage_choices
from liuke.org.access import StaffRequest, staff_may


class ArticleForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("标题"), max_length=rules.TITLE_CHARACTERS)
    body = forms.CharField(label=gettext_lazy("正文"), max_length=rules.BODY_CHARACTERS, widget=forms.Textarea,
                           help_text=gettext_lazy("客户看到的全文，按步骤分行写最清楚。"))
    product = ProductField(label=gettext_lazy("只用于这个商品"))
    stages = forms.MultipleChoiceField(label=gettext_lazy("只用于订单在这些状态"), required=False,
                                       widget=forms.CheckboxSelectMultiple)
    cause = forms.CharField(label=gettext_lazy("故障原因"), max_length=rules.CAUSE_CHARACTERS, required=False,
                            help_text=gettext_lazy("用于故障参考，例如：密封圈老化。"))
    reply = forms.CharField(label=gettext_lazy("给客户的答复"), max_length=rules.ANSWER_CHARACTERS, required=False,
                            widget=forms.Textarea, help_text=gettext_lazy("员工一点就填进回复框；不填就用正文。"))
    tutorial = forms.BooleanField(label=gettext_lazy("使用教程"), required=False)
    public = forms.BooleanField(label=gettext_lazy("客户可以看"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, stages=stage_choices())

@staff_may("desk.view")
@require_GET
def articles_page(request: StaffRequest) -> HttpResponse:
    """All articles, or those that a text finds."""
    text = request.GET.get("q", "")[: rules.QUERY_CHARACTERS]
    waiting, answers = peers.waiting()
    return render(request, "knowledge/articles.html", {
        "rows": articles.for_staff(text=text), "text": text, "may_write": request.user.has_perm("desk.work"),
        "waiting": len(waiting) + len(answers),
    })


@staff_may("desk.work")
def article(request: StaffRequest, article_id: int | None = None) -> HttpResponse:
    """Write one, or change it."""
    row = articles.article_seen(article_id) if article_id else None
    before: dict[str, Any] = {"public": True}
    if row:
        before = {name: getattr(row, name) for name in
                  ("title", "body", "stages", "cause", "reply", "tutorial", "public")}
        before["product"] = row.product.code if row.product else ""
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=before)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        saved = writing.save_article(
            article_id=article_id, staff_id=request.user.pk, now=timezone.now(), words=Words(
                title=said["title"], body=said["body"], product_id=said["product"], stages=said["stages"],
                cause=said["cause"], reply=said["reply"], tutorial=said["tutorial"], public=said["public"]))
        if request.POST.get("publish"):
            writing.publish(article_id=saved.pk, published=True, staff_id=request.user.pk, now=timezone.now())
        request.audit_target = f"article:{saved.pk}"
        messages.success(request, _("已保存文章"))
        return redirect("knowledge:articles")
    return render(request, "knowledge/article.html", {"form": form, "row": row}, status=422 if form.errors else 200)


@staff_may("desk.work")
@require_POST
def publish(request: StaffRequest, article_id: int) -> HttpResponse:
    """Let it be found, or take it back."""
    published = request.POST.get("published") == "yes"
    writing.publish(article_id=article_id, published=published, staff_id=request.user.pk, now=timezone.now())
    messages.success(request, _("已发布") if published else _("已收回，客户看不到了"))
    return redirect("knowledge:articles")


@staff_may("desk.view")
@require_GET
def fault_help(request: StaffRequest, number: str) -> HttpResponse:
    """The panel beside a ticket; fetched after it, which never waits for it."""
    ticket = ticket_seen(number)
    return render(request, "knowledge/_faults.html", {
        "t": ticket, "help": faults.help_for(ticket, staff_id=request.user.pk),
        "may_work": request.user.has_perm("desk.work"),
    })


@staff_may("desk.work")
@require_POST
def advise(request: StaffRequest, number: str) -> HttpResponse:
    """A suggestion helped, or not; the panel comes anew."""
    ticket, post = ticket_seen(number), request.POST
    source = post.get("source", "")
    if not (source.isascii() and source.isdigit() and len(source) < 19):
        raise Http404
    learning.advise(ticket_id=ticket.pk, staff_id=request.user.pk, kind=post.get("kind", ""), source_id=int(source),
                    useful=post.get("useful") == "yes", now=timezone.now())
    request.audit_target = f"ticket:{ticket.pk}"
    return render(request, "knowledge/_faults.html", {
        "t": ticket, "help": faults.help_for(ticket, staff_id=request.user.pk), "may_work": True})


@staff_may("desk.view")
@require_GET
def peers_page(request: StaffRequest) -> HttpResponse:
    """What customers have written and others do not see yet; and the newest open questions."""
    questions, answers = peers.waiting()
    found, older = peers.questions(reader_id=None)
    return render(request, "knowledge/peers.html", {
        "questions": questions, "answers": answers, "open": found, "older": older,
        "may_work": request.user.has_perm("desk.work"),
    })


@staff_may("desk.work")
@require_POST
def review(request: StaffRequest, kind: str, row_id: int) -> HttpResponse:
    """Show it to all, hide it, or accept an answer in the asker's place."""
    do = request.POST.get("do", "")
    request.audit_target = f"{kind}:{row_id}"
    try:
        with transaction.atomic():
            if do == "accept" and kind == "answer":
                helping.accept(answer_id=row_id, staff_id=request.user.pk, now=timezone.now())
                messages.success(request, _("已采纳，按奖励规则发放"))
            elif do in ("show", "hide") and kind in ("answer", "question"):
                which = {"answer_id": row_id} if kind == "answer" else {"question_id": row_id}
                helping.review(staff_id=request.user.pk, show=do == "show", **which)
            else:
                raise Http404
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("knowledge:peers")
