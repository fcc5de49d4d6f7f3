"""WeChat Pay: JSAPI, H5 and native payments of one merchant, their refunds and bills.

https://pay.weixin.qq.com/doc/v3/merchant/4012062524
"""

import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from wechatpayv3 import WeChatPayType

from liuke.channels.errors import ChannelError
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
from liuke.channels.wechatpay_gateway import (
    GATEWAY,
    SECONDS,
    ZONE,
    Gateway,
    Merchant,
    gateway_of,
    merchant_from_environment,
    moment,
    unpack,
)

__all__ = ["GATEWAY", "Merchant", "WeChatPayProvider", "from_environment"]
NOTIFY_PATH = "/hooks/wechatpay/notify"
MAX_DESCRIPTION = 42                 # characters; WeChat counts 127 bytes
MAX_REASON = 26                      # characters; WeChat counts 80 bytes

TYPES = {"jsapi": WeChatPayType.JSAPI, "h5": WeChatPayType.H5, "native": WeChatPayType.NATIVE}
PAID = {"SUCCESS": Paid.PAID, "REFUND": Paid.PAID, "CLOSED": Paid.CLOSED, "REVOKED": Paid.CLOSED}   # the rest: OPEN
REFUNDED = {
    "SUCCESS": Refunded.DONE, "PROCESSING": Refunded.ASKED, "CLOSED": Refunded.CLOSED, "ABNORMAL": Refunded.STUCK,
}
NEVER_HEARD = {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS"}


class WeChatPayProvider:
    name = "wechat"
    ways: tuple[str, ...] = ("jsapi", "h5", "native")
    waits: timedelta | None = None
    answers = True

    def __init__(self, merchant: Merchant | Gateway, *, seconds: tuple[float, float] = SECONDS) -> None:
        self._gateway = merchant if isinstance(merchant, Gateway) else Gateway(merchant, seconds=seconds)
        self._merchant, self._library, self._ask = self._gateway.merchant, self._gateway.library, self._gateway.ask

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
        return read_bill(unpack(packed, sha1=file["hash_value"]))

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Event:
        return self._event(self._gateway.read(headers=headers, body=body, now=now))

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
            ref=about.get("transaction_id", ""), paid_at=moment(about.get("success_time")),
            ours=(about["mchid"], about["appid"]) == (self._merchant.mchid, self._merchant.appid),
        )

    def _refund(self, about: Mapping[str, Any]) -> RefundStatus:
        return RefundStatus(
            number=about["out_refund_no"], state=REFUNDED[about["status"]], amount_fen=about["amount"]["refund"],
            ref=about["refund_id"], asked_at=moment(about.get("create_time")),
            done_at=moment(about.get("success_time")),
        )


def from_environment() -> WeChatPayProvider:
    """Reads LIUKE_WECHATPAY_*; raises ImproperlyConfigured with a sentence that says what is wrong."""
    return WeChatPayProvider(gateway_of(merchant_from_environment(NOTIFY_PATH)))
