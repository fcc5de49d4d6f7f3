"""The JSON API: one NinjaAPI, one router per module, one shape for every error: {code, message}."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema
from psycopg.errors import LockNotAvailable

from liuke.cash.api import router as cash
from liuke.customers.api import router as me
from liuke.desk.api import router as desk
from liuke.draws.api import router as draws
from liuke.gifts.api import router as gifts
from liuke.insight.api import router as insight
from liuke.kit.errors import NotYours, Refused
from liuke.knowledge.api import router as help_
from liuke.loyalty.api import router as loyalty
from liuke.mall.api import router as shop
from liuke.outreach.api import router as inbox
from liuke.payouts.api import router as payouts
from liuke.pointsmall.api import router as points_mall
from liuke.referral.api import router as referral
from liuke.referral.figures_api import router as referral_figures
from liuke.storefront.api import router as storefront


class Doors(NinjaAPI):
    """The published schema tells of each door also what all doors answer by themselves, in the handlers below."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["responses"] = {"Refused": REFUSED}
        for doors in schema["paths"].values():
            for method, door in doors.items():
                for status in _by_itself(method, door):
                    door["responses"].setdefault(status, {"$ref": "#/components/responses/Refused"})
        return schema


def _by_itself(method: str, door: dict[str, Any]) -> list[int]:
    """401 and 403 where one must be known, 404 where something is named, 422 where values are sent, 503 when busy."""
    asked, body = door.get("parameters", []), "requestBody" in door
    named = any(each["in"] == "path" for each in asked)
    return [429, *[401, 403] * ("security" in door), *[404] * named, *[422] * bool(asked or body),
            *[400, 413] * body, *[503] * (method != "get")]


REFUSED = {
    "description": "A refusal: a stable code, and a sentence for the person",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Said"}}},
}
api = Doors(title="Liuke", version="1", urls_namespace="api", docs_url="/docs")
api.add_router("/insight", insight)
api.add_router("/shop", shop)
api.add_router("/desk", desk)
api.add_router("/loyalty", loyalty)
api.add_router("/points-mall", points_mall)
api.add_router("/referral", referral)
api.add_router("/referral/figures", referral_figures)
api.add_router("/payouts", payouts)
api.add_router("/draws", draws)
api.add_router("/storefront", storefront)
api.add_router("/me", me)
api.add_router("/cash", cash)
api.add_router("/gifts", gifts)
api.add_router("/inbox", inbox)
api.add_router("/help", help_)


def _answer(request: HttpRequest, status: int, code: str, message: str, **more: object) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message, **more}, status=status)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    if error.code == NotYours.code and not error.told:
        return missing(request, error)
    return _answer(request, error.status, error.code, error.message)


@api.exception_handler(ObjectDoesNotExist)
@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Exception) -> HttpResponse:
    return _answer(request, 404, NotYours.code, "没有这项内容，或者它不属于您")


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, error: Exception) -> HttpResponse:
    return _answer(request, 403, "forbidden", "您没有这项权限")


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [{"field": ".".join(str(part) for part in each["loc"][1:]), "why": each["msg"]} for each in error.errors]
    return _answer(request, 422, "bad_input", "填写的内容有误", fields=fields)


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _answer(request, 401, "login_needed", "请先登录")


@api.exception_handler(Throttled)
def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    response = _answer(request, 429, "too_many_requests", "操作过于频繁，请稍后再试")
    response["Retry-After"] = str(error.wait or 60)
    return response


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, error.status_code, "bad_request", "请求的格式不正确")


@api.exception_handler(OperationalError)
def busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """Somebody else holds the rows for longer than a shopper should wait; anything else is a bug."""
    if isinstance(error.__cause__, LockNotAvailable):
        return _answer(request, 503, "busy", "当前购买人数较多，请稍后再试")
    raise error
