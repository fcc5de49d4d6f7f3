"""What `liuke doctor` asks of services that settings name: mail, text messages, WeCom, WeChat Pay, pictures, the clock.

Whatever is not turned on is not asked. Nothing is sent to a customer, changed or paid.
"""

import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx
from django.conf import settings
from django.core.files.storage import default_storage

from liuke.channels import aliyun_sms, registry
from liuke.channels.errors import ChannelError
from liuke.kit import env
from liuke.run.environment import Installation

SECONDS = 5
CLOCK_HINT_SECONDS, CLOCK_BAD_SECONDS = 30, 240       # WeChat Pay refuses from five minutes on
NOBODYS = "LIUKEDOCTOR"                                # the number of a payment that nobody has made
CLOCK_MEND = "timedatectl set-ntp true"
REFUSED = {
    "SIGN_ERROR": "LIUKE_WECHATPAY_SERIAL must be that of _PRIVATE_KEY; and look at this machine's clock",
    "401": "LIUKE_WECHATPAY_SERIAL must be that of _PRIVATE_KEY; and look at this machine's clock",
    "NO_AUTH": "LIUKE_WECHATPAY_MCHID and _APPID must belong together",
    "no_answer": "let this machine reach it over https",
}
WECOM_MEND = "LIUKE_WECOM_CORPID and _SECRET must belong together"
SMS_REFUSED = {
    "not_allowed": "LIUKE_ALIYUN_SMS_ID and _KEY, with AliyunDysmsFullAccess, from a machine in mainland China",
    "clock": CLOCK_MEND, "no_answer": "let this machine reach dysmsapi.aliyuncs.com over https",
}


@dataclass(frozen=True)
class Finding:
    """`ok`, `hint` or `bad`; what was seen; and what to do about it."""

    level: str
    seen: str
    mend: str = ""


Check = Callable[[Installation], Finding]


def mail(_: Installation) -> Finding:
    """Whether the mail server of LIUKE_SMTP_URL answers and takes our word."""
    if not env.text("LIUKE_SMTP_URL", ""):
        return Finding("hint", "no mail server", "set LIUKE_SMTP_URL: staff who forget their password get a mail")
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with kind(host, port, timeout=SECONDS) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except smtplib.SMTPAuthenticationError:
        return Finding("bad", f"{host}:{port} refuses the login", "user and password of LIUKE_SMTP_URL")
    except (OSError, smtplib.SMTPException) as error:
        return Finding("bad", f"no mail server at {host}:{port} ({_reason(error)})", "LIUKE_SMTP_URL")
    return Finding("ok", f"{host}:{port}")


def text_messages(_: Installation) -> Finding:
    """Whether Alibaba Cloud knows us, and has passed our signature and texts. Nothing is sent."""
    if not env.text("LIUKE_ALIYUN_SMS_ID", ""):
        return Finding("hint", "no text messages", "set LIUKE_ALIYUN_SMS_ID: login codes and calls need them")
    try:
        wrong = aliyun_sms.from_environment().wrong()
    except ChannelError as error:
        return Finding("bad", f"text messages: {error.code} ({error.message})", SMS_REFUSED.get(error.code, ""))
    if wrong:
        return Finding("bad", "; ".join(wrong), "docs/howto/sms.md")
    return Finding("ok", "signature and texts are passed")


def wecom(_: Installation) -> Finding:
    """Whether WeCom takes the corp and its secret, and lets this application call customer service."""
    line = registry.wecom()
    if line is None:
        return Finding("ok", "not turned on")
    try:
        accounts = line.accounts()
    except ChannelError as error:
        return Finding("bad", f"WeCom says {error.code}: {error.message}", WECOM_MEND)
    if not accounts:
        return Finding("hint", "no customer service account", "make one in WeCom, and let the application manage it")
    return Finding("ok", f"{len(accounts)} customer service accounts")


def wechat_pay(_: Installation) -> Finding:
    """Whether WeChat Pay knows us and takes our signature: it is asked for a payment that nobody has made.

    That its own key is the right one shows with the first notice only; refusals are not signed.
    """
    if not env.text("LIUKE_WECHATPAY_MCHID", ""):
        return Finding("ok", "not turned on")
    try:
        registry.payment_provider("wechat").query(NOBODYS)
    except ChannelError as error:
        return Finding("bad", f"WeChat Pay says {error.code}: {error.message}", REFUSED.get(error.code, ""))
    return Finding("ok", f"merchant {env.text('LIUKE_WECHATPAY_MCHID')}, takes our signature")


def clock(_: Installation) -> Finding:
    """How far our clock is from that of WeChat Pay, which refuses requests that look old."""
    if not env.text("LIUKE_WECHATPAY_MCHID", ""):
        return Finding("ok", "nothing turned on that compares it")
    from liuke.channels.wechatpay import GATEWAY  # noqa: PLC0415  dear to load, and seldom turned on

    gateway = env.text("LIUKE_WECHATPAY_GATEWAY", GATEWAY)
    try:
        told = httpx.get(gateway, timeout=SECONDS).headers.get("Date", "")
        off = time.time() - parsedate_to_datetime(told).timestamp()
    except (httpx.HTTPError, ValueError) as error:
        return Finding("hint", f"{gateway} does not tell the time ({_reason(error)})")
    seen = f"{abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} {gateway}"
    if abs(off) >= CLOCK_BAD_SECONDS:
        return Finding("bad", seen, CLOCK_MEND)
    return Finding("hint", seen, CLOCK_MEND) if abs(off) >= CLOCK_HINT_SECONDS else Finding("ok", seen)


def pictures(_: Installation) -> Finding:
    """Whether the bucket of pictures answers; without one they lie in the data directory."""
    bucket = env.text("LIUKE_MEDIA_BUCKET", "")
    if not bucket:
        return Finding("ok", "in the data directory")
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  dear to load, and seldom turned on

    try:
        default_storage.exists("liuke-doctor")
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        wrong_key = status in (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED)
        mend = "LIUKE_MEDIA_KEY and _SECRET" if wrong_key else "LIUKE_MEDIA_BUCKET, _ENDPOINT and _REGION"
        return Finding("bad", f"bucket {bucket} answers {status}", mend)
    except BotoCoreError as error:
        return Finding("bad", f"bucket {bucket} does not answer ({type(error).__name__})", "LIUKE_MEDIA_ENDPOINT")
    return Finding("ok", f"bucket {bucket}")


OUTSIDE: dict[str, Check] = {
    "mail": mail, "sms": text_messages, "wecom": wecom, "wechat pay": wechat_pay, "clock": clock, "pictures": pictures,
}


def _reason(error: Exception) -> str:
    """Short, and without what was asked for: an address may hold a password."""
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
