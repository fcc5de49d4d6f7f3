"""Logging in with a code on the phone; a guest's cart comes along."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from liuke.customers.services import tokens
from liuke.mall.api import base
from liuke.mall.services import cart

router = Router(tags=["login"], throttle=base.logins)
REFUSED = {422: base.Said, 429: base.Said}


class PhoneIn(Schema):
    phone: base.Word


class CodeOut(Schema):
    """`code` is only told by a demo installation, which sends no messages."""

    code: str | None


class LoginIn(Schema):
    phone: base.Word
    code: base.Word


class LoginOut(Schema):
    token: str
    merged: int


@router.post("/login/code", response={200: CodeOut, 503: base.Said, **REFUSED})
@transaction.atomic(durable=True)
def login_code(request: HttpRequest, body: PhoneIn) -> CodeOut:
    """Send a code to the phone. Says the same whether we know the phone or not."""
    code = tokens.send_code(phone=body.phone, ip=base.logins.get_ident(request) or "", now=timezone.now())
    return CodeOut(code=code if settings.LIUKE_DEMO else None)


@router.post("/login", response={200: LoginOut, 409: base.Said, **REFUSED})
def log_in(request: HttpRequest, body: LoginIn) -> LoginOut:
    """Trade the code for a token. With X-Cart-Token, the guest's cart is merged into the customer's."""
    merged = 0
    with transaction.atomic(durable=True):
        found = tokens.log_in(phone=body.phone, code=body.code, now=timezone.now())
        if found and base.GUEST_TOKEN in request.headers:
            merged = cart.merge(token=base.guest_token(request), customer_id=found.customer_id)
    if found is None:
        raise tokens.WrongCode(_("验证码不正确或已过期"))
    return LoginOut(token=found.token, merged=merged)


@router.post("/logout", auth=base.customer_auth, response={204: None, 401: base.Said})
@transaction.atomic(durable=True)
def log_out(request: HttpRequest) -> Status[None]:
    """The token opens nothing any more."""
    tokens.log_out(token=base.bearer(request), now=timezone.now())
    return Status(204, None)
