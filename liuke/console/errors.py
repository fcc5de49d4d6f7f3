"""When something is missing, not allowed or broken: what happened, what it means, what to do. Needs no database."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

SAID = {
    "bad_request": (400, _("看不懂这个请求"), _("请从页面上的按钮或链接进入，不要手工修改地址。")),
    "forbidden": (403, _("您没有这项权限"), _("如果工作需要，请品牌负责人在“员工与角色”里为您开通。")),
    "stale_form": (403, _("这个页面放得太久了"), _("为了安全，刚才的操作没有执行。请返回、刷新页面后再做一次。")),
    "not_found": (404, _("没有这个页面"), _("地址可能有误，内容可能已被移走，也可能它不属于您负责的门店。")),
    "broken": (500, _("出了点问题"), _("这是系统的错误，不是您的。刚才的操作没有执行，错误已记录，请稍后再试。")),
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return _answer(request, "bad_request")


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return _answer(request, "forbidden")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid CSRF token: usually a page that was open over night."""
    del reason
    return _answer(request, "stale_form")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return _answer(request, "not_found")


def broken(request: HttpRequest) -> HttpResponse:
    return _answer(request, "broken")


def _answer(request: HttpRequest, code: str) -> HttpResponse:
    status, heading, text = SAID[code]
    if request.path.startswith("/api/"):
        return JsonResponse({"code": code, "message": str(heading)}, status=status)
    page = render_to_string("console/error.html", {
        "status": status, "heading": heading, "text": text, "request_id": request.headers.get("X-Request-ID", ""),
        "theme": request.COOKIES.get("liuke_theme", "auto"),
    })
    return HttpResponse(page, status=status)
