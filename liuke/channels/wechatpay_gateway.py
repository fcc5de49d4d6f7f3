"""The line to WeChat Pay, API v3, by the wechatpayv3 library in public-key mode: who we are, requests, notices.

What the library leaves to us: a window of five minutes for notices, no network while one is verified, a gateway that
can be another one, files, and errors that say whether to ask again.
https://pay.weixin.qq.com/doc/v3/merchant/4012062524
"""

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from wechatpayv3 import WeChatPay, WeChatPayType

from liuke.channels.errors import ChannelError, NotVerified
from liuke.kit import env
from liuke.kit.db import require_no_transaction

GATEWAY = "https://api.mch.weixin.qq.com"
ZONE = ZoneInfo("Asia/Shanghai")
WINDOW = timedelta(minutes=5)
SECONDS = (3.05, 10.0)               # to connect, to answer
MAX_NOTICE_BYTES = 64 * 1024
MAX_BILL_BYTES = 64 * 1024 * 1024    # unpacked; some 250,000 rows
SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
ASK_AGAIN = {
    "SYSTEM_ERROR", "SYSTEMERROR", "BANK_ERROR", "BANKERROR", "FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED",
    "NOT_ENOUGH", "NOTENOUGH", "USERPAYING", "STATEMENT_CREATING", "SIGN_ERROR",      # the last: a clock may be wrong
}


@dataclass(frozen=True)
class Merchant:
    """Who we are at WeChat Pay. Keys are PEM texts; `public_key` is WeChat's, the private one is ours."""

    mchid: str
    appid: str
    serial: str
    private_key: str
    apiv3_key: str
    public_key: str
    public_key_id: str
    notify_url: str
    gateway: str = GATEWAY


class Gateway:
    """One merchant's line to WeChat Pay. `library` makes the requests; `ask` and `read` say what became of them."""

    def __init__(self, merchant: Merchant, *, seconds: tuple[float, float] = SECONDS) -> None:
        self.merchant = merchant
        self.library = WeChatPay(
            wechatpay_type=WeChatPayType.JSAPI, mchid=merchant.mchid, private_key=merchant.private_key,
            cert_serial_no=merchant.serial, appid=merchant.appid, apiv3_key=merchant.apiv3_key,
            notify_url=merchant.notify_url, timeout=seconds, public_key=merchant.public_key,
            public_key_id=merchant.public_key_id,
        )
        self.library._core._gate_way = merchant.gateway    # noqa: SLF001  the library has no setting for it

    def read(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> dict[str, Any]:
        """What a notice says, its resource in the clear. Raises NotVerified; touches no network."""
        known = {name.lower(): value for name, value in headers.items()}
        if known.get("wechatpay-serial") != self.merchant.public_key_id:
            raise NotVerified("not WeChat's key")     # the library would ask the network about another one
        if known.get("wechatpay-signature-type") != SIGNATURE_TYPE or len(body) > MAX_NOTICE_BYTES:
            raise NotVerified("not a notice of API v3")
        stamp = known.get("wechatpay-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12
                and abs(int(stamp) - now.timestamp()) <= WINDOW.total_seconds()):
            raise NotVerified("too old, or a clock is wrong")
        try:
            notice = self.library.callback(known, body)
        except Exception as error:  # the library raises bare Exception and whatever it meets
            raise NotVerified("cannot be read") from error
        if not notice:
            raise NotVerified("the signature or the cipher is wrong")
        return dict(notice)

    def ask(self, ask: Callable[[], tuple[int, Any]], *, plain: bool = False) -> Any:
        """The answer to one request; ChannelError says whether the same request may be sent again."""
        require_no_transaction()
        try:
            status, answer = ask()
        except requests.RequestException as error:
            raise ChannelError("WeChat Pay did not answer", permanent=False, code="no_answer") from error
        except Exception as error:  # the library raises bare Exception when an answer is not signed by WeChat
            raise ChannelError("the answer was not signed by WeChat Pay", permanent=False, code="unsigned") from error
        if status in (200, 204):
            return answer if plain else json.loads(answer or "{}")
        raise _refusal(status, answer)


def _refusal(status: int, answer: str | bytes) -> ChannelError:
    try:
        said = json.loads(answer)
        code, message = str(said.get("code", "")), str(said.get("message", ""))
    except (ValueError, AttributeError):
        code, message = "", ""
    permanent = status < 500 and status not in (401, 429) and code not in ASK_AGAIN
    return ChannelError(message or f"HTTP {status}", permanent=permanent, code=code or str(status))


def moment(text: str | None) -> datetime | None:
    """A moment as WeChat Pay writes it, or nothing."""
    return datetime.fromisoformat(text) if text else None


def unpack(packed: bytes, *, sha1: str) -> str:
    """The text of a packed file. Raises ChannelError when it arrived damaged or is larger than we read."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            raw = file.read(MAX_BILL_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ChannelError("the bill arrived damaged", permanent=False, code="damaged") from error
    if len(raw) > MAX_BILL_BYTES:
        raise ChannelError("the bill is larger than we read", permanent=True, code="too_large")
    if hashlib.sha1(raw, usedforsecurity=False).hexdigest() != sha1:
        raise ChannelError("the bill arrived damaged", permanent=False, code="damaged")
    return raw.decode("utf-8-sig")


def merchant_from_environment(notify_path: str) -> Merchant:
    """Reads LIUKE_WECHATPAY_*; raises ImproperlyConfigured with a sentence that says what is wrong."""
    merchant = Merchant(
        mchid=env.text("LIUKE_WECHATPAY_MCHID"), appid=env.text("LIUKE_WECHATPAY_APPID"),
        serial=env.text("LIUKE_WECHATPAY_SERIAL"), private_key=env.text("LIUKE_WECHATPAY_PRIVATE_KEY"),
        apiv3_key=env.text("LIUKE_WECHATPAY_APIV3_KEY"), public_key=env.text("LIUKE_WECHATPAY_PUBLIC_KEY"),
        public_key_id=env.text("LIUKE_WECHATPAY_PUBLIC_KEY_ID"), gateway=env.text("LIUKE_WECHATPAY_GATEWAY", GATEWAY),
        notify_url=settings.LIUKE_URL + notify_path,
    )
    if len(merchant.apiv3_key.encode()) != 32:
        raise ImproperlyConfigured("LIUKE_WECHATPAY_APIV3_KEY: WeChat's APIv3 keys have 32 characters")
    if not merchant.public_key_id.startswith("PUB_KEY_ID_"):
        raise ImproperlyConfigured("LIUKE_WECHATPAY_PUBLIC_KEY_ID: begins with PUB_KEY_ID_ (certificates are not read)")
    if merchant.gateway == GATEWAY and not merchant.notify_url.startswith("https://"):
        raise ImproperlyConfigured("LIUKE_URL: WeChat Pay sends its notices to https addresses only")
    return merchant


def gateway_of(merchant: Merchant) -> Gateway:
    """Raises ImproperlyConfigured when a key cannot be read."""
    try:
        return Gateway(merchant)
    except Exception as error:  # the library raises bare Exception for keys that it cannot read
        raise ImproperlyConfigured(f"LIUKE_WECHATPAY_PRIVATE_KEY or _PUBLIC_KEY: {error}") from error
