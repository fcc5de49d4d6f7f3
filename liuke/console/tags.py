"""The list of tags: a word for a kind of customer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.models import Tag
from liuke.customers.queries import tags as tag_queries
from liuke.customers.rules.tags import MAX_TAGS, NAME_CHARACTERS
from liuke.customers.services import tags as services
from liuke.kit.errors import BadInput
from liuke.org.access import StaffRequest, staff_may


@staff_may("customers.view")
@require_GET
def tags(request: StaffRequest) -> HttpResponse:
    rows = list(tag_queries.all_tags()[:MAX_TAGS])
    return render(request, "console/tags.html", {
        "tags": rows, "may_edit": request.user.has_perm("customers.edit"), "most": NAME_CHARACTERS,
    })


@staff_may("customers.edit")
@require_POST
def tag_new(request: StaffRequest) -> HttpResponse:
    try:
        tag = services.find_or_create_tag(name=request.POST.get("name", ""))
    except BadInput:
        messages.error(request, _("请填写标签名，最多 %(most)s 个字。") % {"most": NAME_CHARACTERS})
        return redirect("console:tags")
    request.audit_target = f"tag:{tag.pk}"
    messages.success(request, _("已有标签“%(tag)s”") % {"tag": tag.name})
    return redirect("console:tags")


@staff_may("customers.edit")
@require_POST
def tag_change(request: StaffRequest, tag_id: int) -> HttpResponse:
    """Rename it; a name that another tag has merges the two; an empty name deletes an unused one."""
    name = " ".join(request.POST.get("name", "").split())
    tag = tag_queries.all_tags().filter(pk=tag_id).first()
    request.audit_target = f"tag:{tag_id}"
    if tag is None or len(name) > NAME_CHARACTERS:
        messages.error(request, _("请填写标签名，最多 %(most)s 个字。") % {"most": NAME_CHARACTERS})
    elif not name:
        services.delete_tag(tag_id=tag_id)
        messages.success(request, _("已删除“%(tag)s”") % {"tag": tag.name})
    elif other := Tag.objects.filter(name__iexact=name).exclude(pk=tag_id).first():
        request.audit_detail = {"into": other.pk}
        services.merge_tags(kept_id=other.pk, merged_id=tag_id)
        messages.success(request, _("已并入“%(tag)s”") % {"tag": other.name})
    else:
        services.rename_tag(tag_id=tag_id, name=name)
        messages.success(request, _("已改名为“%(tag)s”") % {"tag": name})
    return redirect("console:tags")
