"""WeChat Pay as one merchant meets it: a server on 127.0.0.1 real signatures and refusals, bad days on demand.

    with FakeWeChatPay() as wechat:
        provider = WeChatPayProvider(wechat.merchant(notify_url="https://shop.example/notify"))
        provider.open(...)
        wechat.pay("G1-1")                              # the customer pays
        headers, body = wechat.notice("G1-1")           # as often as you like, changed as you like
        wechat.trouble.append("lose")                   # the next request takes effect and is not answered
"""

import gzip
import hashlib
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http.server import ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from liuke.channels.fakes.wechatpay_bill import write_bill
from liuke.channels.fakes.wechatpay_transfers import TRANSFERS, TransferRefused, Transfers
from liuke.channels.fakes.wechatpay_wire import (
    Answer,
    Asked,
    private_pem,
    public_pem,
    said_by_wechat,
    seal,
    serve,
    sign,
)
from liuke.channels.wechatpay import Merchant

ZONE = ZoneInfo("Asia/Shanghai")
KEY_ID = "PUB_KEY_ID_0119000001092024110100389200000000"
ORDERS, REFUNDS = "/v3/pay/transactions/", "/v3/refund/domestic/refunds"
TOLD = (
    "out_trade_no", "appid", "mchid", "trade_state", "trade_type", "amount", "transaction_id", "success_time",
)
NUMBER = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-|*")


class Refusal(Exception):
    """What WeChat Pay answers when it refuses."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message or code


class FakeWeChatPay:
    """`trouble` says what befalls the next requests, one word each: lose, fail, busy, slow, unsigned, or ok.

    `skew` is how far its clock is ahead of ours. `requests` lists what was asked, effective or not.
    """

    def __init__(self) -> None:
        self.mchid, self.appid, self.apiv3_key = "1900000109", "wxd678efh567hg6787", secrets.token_hex(16)
        self.orders: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.trouble: deque[str] = deque()
        self.skew = timedelta(0)
        self.slow_seconds = 2.0
        self.poor = False                    # the merchant's account cannot pay refunds
        self.requests: list[str] = []
        self.transfers = Transfers(mchid=self.mchid, appid=self.appid, now=self.now)
        self._files: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        self._server = serve(self._answer)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        assert self._server
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def merchant(self, *, notify_url: str = "https://shop.example/hooks/wechatpay/notify") -> Merchant:
        """What the merchant would have been given."""
        return Merchant(
            mchid=self.mchid, appid=self.appid, serial="5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
            private_key=private_pem("merchant"), apiv3_key=self.apiv3_key, public_key=public_pem("wechat"),
            public_key_id=KEY_ID, notify_url=notify_url, gateway=self.url,
        )

    def now(self) -> datetime:
        return datetime.now(tz=UTC).astimezone(ZONE).replace(microsecond=0) + self.skew

    def pay(self, number: str, *, at: datetime | None = None) -> None:
        """The customer pays."""
        order = self.orders[number]
        assert order["trade_state"] == "NOTPAY", order["trade_state"]
        moment = (at or self.now()).astimezone(ZONE)
        order.update(trade_state="SUCCESS", transaction_id=f"42{secrets.randbelow(10**26):026d}",
                     success_time=moment.isoformat(timespec="seconds"))

    def end_refund(self, number: str, status: str = "SUCCESS") -> None:
        """A refund that was PROCESSING ends: SUCCESS, CLOSED or ABNORMAL."""
        self.refunds[number].update(status=status)
        if status == "SUCCESS":
            self.refunds[number]["success_time"] = self.now().isoformat(timespec="seconds")

    def notice(
        self, number: str, *, event: str | None = None, at: datetime | None = None, signed_by: str = "wechat",
        **changed: Any,
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of the notice about a payment, refund or transfer as it is; `changed` overrides fields."""
        if number in self.transfers.rows:
            told = {**self.transfers.told(number), **changed}
            kind, about = "MCHTRANSFER.BILL.FINISHED", "mch_payment"
        elif number in self.refunds:
            told = {**self.refunds[number], "mchid": self.mchid, **changed}
            told["refund_status"] = told.pop("status")
            kind, about = f"REFUND.{told['refund_status']}", "refund"
        else:
            told, kind, about = {**self._told(self.orders[number]), **changed}, "TRANSACTION.SUCCESS", "transaction"
        body = json.dumps({
            "id": event or secrets.token_hex(18), "create_time": self.now().isoformat(), "event_type": kind,
            "resource_type": "encrypt-resource", "summary": "支付成功",
            "resource": seal(self.apiv3_key, json.dumps(told), about=about),
        }, ensure_ascii=False)
        stamp = (at or self.now()).timestamp()
        return said_by_wechat(body, key_id=KEY_ID, at=stamp, signed_by=signed_by), body.encode()

    def _answer(self, asked: Asked) -> Answer:
        with self._lock:
            trouble = self.trouble.popleft() if self.trouble else "ok"
            self.requests.append(f"{asked.method} {urlsplit(asked.path).path}")
            if trouble == "fail":
                return self._say(500, {"code": "SYSTEM_ERROR", "message": "系统异常, 请稍后重试"})
            if trouble == "busy":
                return self._say(429, {"code": "FREQUENCY_LIMITED", "message": "频率超限"})
            try:
                status, told = self._do(asked)
            except Refusal as refusal:
                status, told = refusal.status, {"code": refusal.code, "message": refusal.message}
            except TransferRefused as refused:
                status, code, sentence = refused.args
                told = {"code": code, "message": sentence}
        if trouble == "lose":
            return Answer(0, None, {})
        if trouble == "slow":
            time.sleep(self.slow_seconds)
        return self._say(status, told, signed_by="stranger" if trouble == "unsigned" else "wechat")

    def _say(self, status: int, told: dict[str, Any] | bytes | None, *, signed_by: str = "wechat") -> Answer:
        if isinstance(told, bytes):
            return Answer(status, told, {"Content-Type": "application/octet-stream"})
        body = "" if told is None else json.dumps(told, ensure_ascii=False)
        headers = said_by_wechat(body, key_id=KEY_ID, at=self.now().timestamp(), signed_by=signed_by)
        return Answer(status, body.encode(), {**headers, "Content-Type": "application/json; charset=utf-8"})

    def _do(self, asked: Asked) -> tuple[int, dict[str, Any] | bytes | None]:
        if asked.signed_at is None or abs(asked.signed_at - self.now().timestamp()) > 300:
            raise Refusal(401, "SIGN_ERROR", "签名错误或时间戳已过期")
        if asked.mchid != self.mchid:
            raise Refusal(403, "NO_AUTH", "商户号没有权限")
        url = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        do = self._route(asked.method, url.path)
        return do(url.path, query, asked.body)

    def _route(self, method: str, path: str) -> Callable[..., tuple[int, Any]]:
        if method == "POST" and path.startswith(ORDERS):
            return self._close if path.endswith("/close") else self._open
        if path.startswith(ORDERS):
            return self._query
        if path.startswith(REFUNDS):
            return self._refund if method == "POST" else self._query_refund
        if path.startswith(TRANSFERS):
            return self._transfer if method == "POST" else self._query_transfer
        routes = {"/v3/bill/tradebill": self._bill, "/v3/bill/fundflowbill": self._flow,
                  "/v3/billdownload/file": self._file}
        if path not in routes:
            raise Refusal(404, "NOT_FOUND")
        return routes[path]

    def _open(self, path: str, _query: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        way, number = path.rsplit("/", 1)[1], body.get("out_trade_no", "")
        self._check_order(way, body)
        old = self.orders.get(number)
        if old and old["trade_state"] == "SUCCESS":
            raise Refusal(400, "INVALID_REQUEST", "该订单已支付")
        if old and old["trade_state"] != "NOTPAY":
            raise Refusal(400, "ORDER_CLOSED", "该订单已关闭")
        if old and (old["asked"], old["way"]) != (body, way):
            raise Refusal(400, "INVALID_REQUEST", "201 商户订单号重复")
        if not old:
            self.orders[number] = {
                "out_trade_no": number, "appid": body["appid"], "mchid": body["mchid"], "trade_state": "NOTPAY",
                "trade_type": {"h5": "MWEB"}.get(way, way.upper()), "amount": dict(body["amount"]), "way": way,
                "asked": body, "description": body["description"], "token": secrets.token_hex(16),
            }
        token = self.orders[number]["token"]
        return 200, {"jsapi": {"prepay_id": f"wx{token}"}, "h5": {"h5_url": f"https://wx.tenpay.com/?prepay_id={token}"},
                     "native": {"code_url": f"weixin://wxpay/bizpayurl?pr={token}"}}[way]

    def _check_order(self, way: str, body: dict[str, Any]) -> None:
        number, amount = body.get("out_trade_no", ""), body.get("amount", {})
        wrong = {
            "out_trade_no": not 6 <= len(number) <= 32 or not set(number) <= NUMBER,
            "amount.total": not isinstance(amount.get("total"), int) or amount["total"] < 1,
            "amount.currency": amount.get("currency") != "CNY",
            "description": not 1 <= len(body.get("description", "").encode()) <= 127,
            "notify_url": not body.get("notify_url", "").startswith(("https://", "http://127.0.0.1")),
            "time_expire": "T" not in body.get("time_expire", "") or "+" not in body["time_expire"],
            "payer.openid": way == "jsapi" and not body.get("payer", {}).get("openid"),
            "scene_info.payer_client_ip": way == "h5" and not body.get("scene_info", {}).get("payer_client_ip"),
        }
        if fields := [name for name, is_wrong in wrong.items() if is_wrong]:
            raise Refusal(400, "PARAM_ERROR", f"参数错误: {', '.join(fields)}")
        if (body["mchid"], body["appid"]) != (self.mchid, self.appid):
            raise Refusal(400, "APPID_MCHID_NOT_MATCH")

    def _order(self, number: str) -> dict[str, Any]:
        if number not in self.orders:
            raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        return self.orders[number]

    def _told(self, order: dict[str, Any]) -> dict[str, Any]:
        told = {name: order[name] for name in TOLD if name in order}
        return {**told, "amount": {**order["amount"], "payer_total": order["amount"]["total"], "payer_currency": "CNY"}}

    def _query(self, path: str, _query: dict[str, str], _body: dict[str, Any]) -> tuple[int, Any]:
        order = self._order(path.rsplit("/", 1)[1])
        told = self._told(order)
        if any(each["out_trade_no"] == order["out_trade_no"] for each in self.refunds.values()):
            told["trade_state"] = "REFUND"
        return 200, told

    def _close(self, path: str, _query: dict[str, str], _body: dict[str, Any]) -> tuple[int, Any]:
        order = self._order(path.split("/")[-2])
        if order["trade_state"] == "SUCCESS":
            raise Refusal(400, "ORDERPAID", "该订单已支付")
        order["trade_state"] = "CLOSED"
        return 204, None

    def _refund(self, _path: str, _query: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        number, order = body["out_refund_no"], self._order(body["out_trade_no"])
        if self.poor:
            raise Refusal(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")
        if old := self.refunds.get(number):
            if old["asked"] != body["amount"]:
                raise Refusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致")
            return 200, self._refund_told(old)
        claimed = sum(each["amount"]["refund"] for each in self.refunds.values()
                      if each["out_trade_no"] == order["out_trade_no"] and each["status"] != "CLOSED")
        if order["trade_state"] != "SUCCESS" or claimed + body["amount"]["refund"] > order["amount"]["total"]:
            raise Refusal(400, "INVALID_REQUEST", "退款金额大于可退金额")
        if body["amount"]["total"] != order["amount"]["total"]:
            raise Refusal(400, "INVALID_REQUEST", "订单金额不一致")
        self.refunds[number] = {
            "refund_id": f"50{secrets.randbelow(10**26):026d}", "out_refund_no": number, "status": "PROCESSING",
            "out_trade_no": order["out_trade_no"], "transaction_id": order["transaction_id"], "asked": body["amount"],
            "create_time": self.now().isoformat(timespec="seconds"), "amount": dict(body["amount"]),
        }
        return 200, self._refund_told(self.refunds[number])

    def _refund_told(self, refund: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in refund.items() if name != "asked"}

    def _query_refund(self, path: str, _query: dict[str, str], _body: dict[str, Any]) -> tuple[int, Any]:
        number = path.rsplit("/", 1)[1]
        if number not in self.refunds:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return 200, self._refund_told(self.refunds[number])

    def _bill(self, _path: str, query: dict[str, str], _body: dict[str, Any]) -> tuple[int, Any]:
        day = date.fromisoformat(query["bill_date"])
        text = write_bill(day, self.orders, self.refunds.values())
        if text.count("\r\n") <= 3:
            raise Refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        token = secrets.token_hex(16)
        self._files[token] = gzip.compress(text.encode())
        return 200, {"hash_type": "SHA1", "hash_value": hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
                     "download_url": f"{self.url}/v3/billdownload/file?token={token}"}

    def _transfer(self, path: str, _query: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        if path.endswith("/cancel"):
            return 200, self.transfers.cancel(path.split("/")[-2])
        return 200, self.transfers.send(body)

    def _query_transfer(self, path: str, _query: dict[str, str], _body: dict[str, Any]) -> tuple[int, Any]:
        return 200, self.transfers.query(path.rsplit("/", 1)[1])

    def _flow(self, _path: str, query: dict[str, str], _body: dict[str, Any]) -> tuple[int, Any]:
        token = self.transfers.bill(date.fromisoformat(query["bill_date"]))
        self._files[token] = self.transfers.files[token]
        return 200, {"hash_type": "SHA1", "hash_value": self.transfers.files[f"{token}.sha1"].decode(),
                     "download_url": f"{self.url}/v3/billdownload/file?token={token}"}

    def _file(self, _path: str, query: dict[str, str], _body: dict[str, Any]) -> tuple[int, Any]:
        return 200, self._files[query["token"]]


def is_signed_by_merchant(prepared: dict[str, str]) -> bool:
    """What the customer's WeChat checks before it shows the amount."""
    return prepared["paySign"] == sign(
        "merchant", prepared["appId"], prepared["timeStamp"], prepared["nonceStr"], prepared["package"]
    )
