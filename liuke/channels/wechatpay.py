"""WeChat Pay, API v3, by the wechatpayv3 library in public-key mode: JSAPI, H5 and native payments of one merchant.

What the library leaves to us: a window of five minutes for notices, no network while one is verified, a gateway that
can be another one, bills, and errors that say whether to ask again.
https://pay.weixin.qq.com/doc/v3/merchant/4012062524
"""

import gzip
import hashlib
import io
import json
import time
import uuid
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from wechatpayv3 import WeChatPay, WeChatPayType

from liuke.channels.errors import ChannelError, NotVerified
from liuke.channels.payment import (
    BillRow,
    Charge,
    Event,
    Paid,
    PaymentStatus,
    Refunded,
    RefundStatus,
    Return,
)
from liuke.channels.wechatpay_bill import read_bill
from liuke.kit import env
from liuke.kit.db import require_no_transaction

GATEWAY = "https://api.mch.weixin.qq.com"
NOTIFY_PATH = "/hooks/wechatpay/notify"
ZONE = ZoneInfo("Asia/Shanghai")
WINDOW = timedelta(minutes=5)
SECONDS = (3.05, 10.0)               # to connect, to answer
MAX_NOTICE_BYTES = 64 * 1024
MAX_BILL_BYTES = 64 * 1024 * 1024    # unpacked; some 250,000 rows
MAX_DESCRIPTION = 42                 # characters; WeChat counts 127 bytes
MAX_REASON = 26                      # characters; WeChat counts 80 bytes
SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"

TYPES = {"jsapi": WeChatPayType.JSAPI, "h5": WeChatPayType.H5, "native": WeChatPayType.NATIVE}
PAID = {"SUCCESS": Paid.PAID, "REFUND": Paid.PAID, "CLOSED": Paid.CLOSED, "REVOKED": Paid.CLOSED}   # the rest: OPEN
REFUNDED = {
    "SUCCESS": Refunded.DONE, "PROCESSING": Refunded.ASKED, "CLOSED": Refunded.CLOSED, "ABNORMAL": Refunded.STUCK,
}
NEVER_HEARD = {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS"}
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


class WeChatPayProvider:
    name = "wechat"
    ways: tuple[str, ...] = ("jsapi", "h5", "native")
    waits: timedelta | None = None
    answers = True

    def __init__(self, merchant: Merchant, *, seconds: tuple[float, float] = SECONDS) -> None:
        self._merchant = merchant
        self._library = WeChatPay(
            wechatpay_type=WeChatPayType.JSAPI, mchid=merchant.mchid, private_key=merchant.private_key,
            cert_serial_no=merchant.serial, appid=merchant.appid, apiv3_key=merchant.apiv3_key,
            notify_url=merchant.notify_url, timeout=seconds, public_key=merchant.public_key,
            public_key_id=merchant.public_key_id,
        )
        self._library._core._gate_way = merchant.gateway    # noqa: SLF001  the library has no setting for it

    def open(self, charge: Charge) -> Mapping[str, str]:
        more: dict[str, Any] = {}
        if charge.way == "jsapi":
            more["payer"] = {"openid": charge.payer}
        if charge.way == "h5":
            more["scene_info"] = {"payer_client_ip": charge.ip, "h5_info": {"type": "Wap"}}
        answer = self._ask(lambda: self._library.pay(
            description=charge.description[:MAX_DESCRIPTION], out_trade_no=charge.number,
            amount={"total": charge.amount_fen, "currency": charge.currency},
            time_expire=charge.expires_at.astimezone(ZONE).isoformat(timespec="seconds"),
            pay_type=TYPES[charge.way], **more,
        ))
        if charge.way == "jsapi":
            return self._for_the_device(str(answer["prepay_id"]))
        return {"url": str(answer["h5_url" if charge.way == "h5" else "code_url"])}

    def _for_the_device(self, prepay_id: str) -> Mapping[str, str]:
        """What `wx.requestPayment` and the JSAPI bridge take."""
        stamp, nonce, package = str(int(time.time())), uuid.uuid4().hex, f"prepay_id={prepay_id}"
        sign = self._library.sign([self._merchant.appid, stamp, nonce, package])
        return {"appId": self._merchant.appid, "timeStamp": stamp, "nonceStr": nonce, "package": package,
                "signType": "RSA", "paySign": str(sign)}

    def query(self, number: str) -> PaymentStatus:
        try:
            return self._payment(self._ask(lambda: self._library.query(out_trade_no=number)))
        except ChannelError as error:
            if error.code in NEVER_HEARD:
                return PaymentStatus(number=number, state=Paid.UNKNOWN)
            raise

    def close(self, number: str) -> PaymentStatus:
        try:
            self._ask(lambda: self._library.close(out_trade_no=number))
        except ChannelError as error:
            if not error.permanent:
                raise                       # otherwise: paid, closed or unknown, and the query says which
        return self.query(number)

    def refund(self, order: Return) -> RefundStatus:
        return self._refund(self._ask(lambda: self._library.refund(
            out_refund_no=order.number, out_trade_no=order.payment, reason=order.reason[:MAX_REASON] or None,
            amount={"refund": order.amount_fen, "total": order.total_fen, "currency": order.currency},
        )))

    def query_refund(self, number: str) -> RefundStatus:
        try:
            return self._refund(self._ask(lambda: self._library.query_refund(out_refund_no=number)))
        except ChannelError as error:
            if error.code in NEVER_HEARD:
                return RefundStatus(number=number, state=Refunded.UNKNOWN)
            raise

    def bill(self, day: date) -> Sequence[BillRow]:
        try:
            file = self._ask(lambda: self._library.trade_bill(bill_date=day.isoformat()))
        except ChannelError as error:
            if error.code == "NO_STATEMENT_EXIST":
                return []                   # nothing was paid and nothing sent back on that day
            raise
        packed = self._ask(lambda: self._library.download_bill(url=file["download_url"]), plain=True)
        return read_bill(_unpack(packed, sha1=file["hash_value"]))

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Event:
        known = {name.lower(): value for name, value in headers.items()}
        if known.get("wechatpay-serial") != self._merchant.public_key_id:
            raise NotVerified("not WeChat's key")     # the library would ask the network about another one
        if known.get("wechatpay-signature-type") != SIGNATURE_TYPE or len(body) > MAX_NOTICE_BYTES:
            raise NotVerified("not a notice of API v3")
        stamp = known.get("wechatpay-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and abs(int(stamp) - now.timestamp()) <= WINDOW.total_seconds()):
            raise NotVerified("too old, or a clock is wrong")
        try:
            notice = self._library.callback(known, body)
        except Exception as error:  # the library raises bare Exception and whatever it meets
            raise NotVerified("cannot be read") from error
        if not notice:
            raise NotVerified("the signature or the cipher is wrong")
        return self._event(notice)

    def _event(self, notice: dict[str, Any]) -> Event:
        kind, about = str(notice["event_type"]), notice["resource"]
        if kind.startswith("TRANSACTION."):
            return Event(id=str(notice["id"]), payment=self._payment(about))
        if kind.startswith("REFUND."):
            return Event(id=str(notice["id"]), refund=self._refund({**about, "status": about["refund_status"]}))
        return Event(id=str(notice["id"]))

    def _payment(self, about: Mapping[str, Any]) -> PaymentStatus:
        amount = about.get("amount") or {}
        return PaymentStatus(
            number=about["out_trade_no"], state=PAID.get(about["trade_state"], Paid.OPEN),
            amount_fen=amount.get("total", 0), currency=amount.get("currency", "CNY"),
            ref=about.get("transaction_id", ""), paid_at=_moment(about.get("success_time")),
            ours=(about["mchid"], about["appid"]) == (self._merchant.mchid, self._merchant.appid),
        )

    def _refund(self, about: Mapping[str, Any]) -> RefundStatus:
        return RefundStatus(
            number=about["out_refund_no"], state=REFUNDED[about["status"]], amount_fen=about["amount"]["refund"],
            ref=about["refund_id"], asked_at=_moment(about.get("create_time")),
            done_at=_moment(about.get("success_time")),
        )

    def _ask(self, ask: Callable[[], tuple[int, Any]], *, plain: bool = False) -> Any:
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


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _unpack(packed: bytes, *, sha1: str) -> str:
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


def from_environment() -> WeChatPayProvider:
    """Reads LIUKE_WECHATPAY_*; raises ImproperlyConfigured with a sentence that says what is wrong."""
    merchant = Merchant(
        mchid=env.text("LIUKE_WECHATPAY_MCHID"), appid=env.text("LIUKE_WECHATPAY_APPID"),
        serial=env.text("LIUKE_WECHATPAY_SERIAL"), private_key=env.text("LIUKE_WECHATPAY_PRIVATE_KEY"),
        apiv3_key=env.text("LIUKE_WECHATPAY_APIV3_KEY"), public_key=env.text("LIUKE_WECHATPAY_PUBLIC_KEY"),
        public_key_id=env.text("LIUKE_WECHATPAY_PUBLIC_KEY_ID"), gateway=env.text("LIUKE_WECHATPAY_GATEWAY", GATEWAY),
        notify_url=settings.LIUKE_URL + NOTIFY_PATH,
    )
    if len(merchant.apiv3_key.encode()) != 32:
        raise ImproperlyConfigured("LIUKE_WECHATPAY_APIV3_KEY: WeChat's APIv3 keys have 32 characters")
    if not merchant.public_key_id.startswith("PUB_KEY_ID_"):
        raise ImproperlyConfigured("LIUKE_WECHATPAY_PUBLIC_KEY_ID: begins with PUB_KEY_ID_ (certificates are not read)")
    if merchant.gateway == GATEWAY and not merchant.notify_url.startswith("https://"):
        raise ImproperlyConfigured("LIUKE_URL: WeChat Pay sends its notices to https addresses only")
    try:
        return WeChatPayProvider(merchant)
    except Exception as error:  # the library raises bare Exception for keys that it cannot read
        raise ImproperlyConfigured(f"LIUKE_WECHATPAY_PRIVATE_KEY or _PUBLIC_KEY: {error}") from error
