"""Logging in with a code on the phone; a guest's cart comes along."""

from typing import Annotated

import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from liuke.channels import registry
from liuke.channels.errors import ChannelError
from liuke.customers.services import tokens
from liuke.kit.errors import Refused
from liuke.mall.api import base
from liuke.mall.services import cart

log = structlog.get_logger(__name__)
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


class WechatIn(Schema):
    """`code` of `wx.login`, `phone_code` of the button that asks for the phone."""

    code: base.Word
    phone_code: Annotated[base.Text, Field(max_length=200)]


class WechatOut(LoginOut):
    """`payer`: who the customer is at WeChat; paying inside the mini-program asks for it."""

    payer: str


class NoWechat(Refused):
    """This installation has no mini-program at WeChat, or WeChat does not answer."""

    code = "wechat_not_available"
    status = 503


@router.post("/login/wechat", response={200: WechatOut, 409: base.Said, 503: base.Said, **REFUSED})
def log_in_by_wechat(request: HttpRequest, body: WechatIn) -> WechatOut:
    """Trade WeChat's word for a token. With X-Cart-Token, the guest's cart is merged into the customer's."""
    wechat = registry.mini_program()
    if wechat is None:
        raise NoWechat(_("请用手机验证码登录"))
    try:
        session, phone = wechat.code2session(body.code), wechat.phone_of(body.phone_code)
    except ChannelError as error:
        log.warning("wechat_login", permanent=error.permanent, code=error.code)
        raise (tokens.WrongCode(_("微信登录已过期，请再试一次")) if error.permanent
               else NoWechat(_("微信暂时没有回应，请再试一次，或用手机验证码登录"))) from None
    with transaction.atomic(durable=True):
        found = tokens.log_in_by_wechat(appid=wechat.appid, session=session, phone=phone, now=timezone.now())
        merged = 0
        if base.GUEST_TOKEN in request.headers:
            merged = cart.merge(token=base.guest_token(request), customer_id=found.customer_id)
    return WechatOut(token=found.token, merged=merged, payer=session.openid)


@router.post("/logout", auth=base.customer_auth, response={204: None, 401: base.Said})
@transaction.atomic(durable=True)
def log_out(request: HttpRequest) -> Status[None]:
    """The token opens nothing any more."""
    tokens.log_out(token=base.bearer(request), now=timezone.now())
    return Status(204, None)
