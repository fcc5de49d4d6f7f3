"""The JSON API: one NinjaAPI, one router per module, one shape for every error: {code, message}."""

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from liuke.insight.api import router as insight
from liuke.kit.errors import Refused

api = NinjaAPI(title="Liuke", version="1", urls_namespace="api", docs_url="/docs")
api.add_router("/insight", insight)


def _answer(request: HttpRequest, status: int, code: str, message: str, **more: object) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message, **more}, status=status)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return _answer(request, error.status, error.code, error.message)


@api.exception_handler(ObjectDoesNotExist)
@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Exception) -> HttpResponse:
    return _answer(request, 404, "not_found", "没有这项内容, 或者它不属于您")


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, error: Exception) -> HttpResponse:
    return _answer(request, 403, "forbidden", "您没有这项权限")


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [{"field": ".".join(str(part) for part in each["loc"][1:]), "why": each["msg"]} for each in error.errors]
    return _answer(request, 422, "bad_input", "填写的内容有误", fields=fields)
