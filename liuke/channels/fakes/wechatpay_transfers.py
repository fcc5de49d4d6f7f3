"""The merchant transfers of the fake WeChat Pay: what it checks, what becomes of them, and the bill of the account.

A transfer waits for the customer (`confirm`) unless the merchant is `poor`; names are checked where the request brings
one. The same number again answers how the first one stands; with other values it is refused.
"""

import gzip
import hashlib
import secrets
from base64 import b64decode
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from liuke.channels.fakes.wechatpay_wire import key

TRANSFERS = "/v3/fund-app/mch-transfer/transfer-bills"
OPEN, ENDED = ("ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM", "TRANSFERING"), ("SUCCESS", "FAIL", "CANCELLED")
TOLD = ("mch_id", "out_bill_no", "transfer_bill_no", "appid", "state", "transfer_amount", "transfer_remark",
        "fail_reason", "openid", "create_time", "update_time")
HEAD = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,"
    "备注,业务凭证号"
)
TOTALS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
SMALLEST, LARGEST = 10, 20_000           # of scene 1000, in fen
REPORTS = {"1000": ["活动名称", "奖励说明"], "1005": ["岗位类型", "报酬说明"]}     # what each scene must be told


class TransferRefused(Exception):
    """Status, code and sentence of a refusal."""


class Transfers:
    """All transfers of one merchant. `names` holds the real names of openids, `day_fen` what one may get in a day."""

    def __init__(self, *, mchid: str, appid: str, now: Callable[[], datetime]) -> None:
        self.mchid, self.appid, self.now = mchid, appid, now
        self.rows: dict[str, dict[str, Any]] = {}
        self.names: dict[str, str] = {}
        self.strangers: set[str] = set()     # openids of another app
        self.day_fen = 200_000
        self.poor = False
        self.files: dict[str, bytes] = {}

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        number = body.get("out_bill_no", "")
        self._check(body)
        if old := self.rows.get(number):
            same = ("transfer_amount", "openid", "transfer_scene_id", "transfer_remark")
            if any(old["asked"].get(name) != body.get(name) for name in same):
                raise TransferRefused(400, "INVALID_REQUEST", "商户单号已存在，且参数与原单不一致")
            return self._answer(old)
        if self.poor:
            raise TransferRefused(403, "NOT_ENOUGH", "运营账户余额不足，请充值后重试")
        today = self.now().date().isoformat()
        had = sum(row["transfer_amount"] for row in self.rows.values() if row["openid"] == body["openid"]
                  and row["state"] != "FAIL" and row["create_time"].startswith(today))
        if had + body["transfer_amount"] > self.day_fen:
            raise TransferRefused(400, "INVALID_REQUEST", "超过用户单日收款额度")
        self.rows[number] = {
            **{name: body[name] for name in ("out_bill_no", "openid", "transfer_amount", "transfer_remark")},
            "mch_id": self.mchid, "appid": self.appid, "transfer_bill_no": f"133{secrets.randbelow(10**28):028d}",
            "state": "WAIT_USER_CONFIRM", "create_time": self._stamp(), "update_time": self._stamp(), "asked": body,
            "package_info": secrets.token_urlsafe(32),
        }
        if "user_name" in body and self._plain(body["user_name"]) != self.names.get(body["openid"]):
            self.end(number, "FAIL", "NAME_NOT_CORRECT")
        return self._answer(self.rows[number])

    def _answer(self, row: dict[str, Any]) -> dict[str, Any]:
        told = {name: row[name] for name in ("out_bill_no", "transfer_bill_no", "create_time", "state")}
        if row["state"] in ("WAIT_USER_CONFIRM", "TRANSFERING"):
            told["package_info"] = row["package_info"]
        return {**told, **({"fail_reason": row["fail_reason"]} if "fail_reason" in row else {})}

    def _check(self, body: dict[str, Any]) -> None:
        number, amount = body.get("out_bill_no", ""), body.get("transfer_amount", 0)
        report = REPORTS.get(body.get("transfer_scene_id", ""))      # of an unknown scene: refused below
        told = [each.get("info_type") for each in body.get("transfer_scene_report_infos", [])]
        contents = [each.get("info_content", "") for each in body.get("transfer_scene_report_infos", [])]
        badly_told = told != (report or told) or not all(1 <= len(each) <= 32 for each in contents)
        wrong = {
            "out_bill_no": not (5 <= len(number) <= 32 and number.isascii() and number.isalnum()),
            "transfer_amount": type(amount) is not int,
            "transfer_remark": not 1 <= len(body.get("transfer_remark", "")) <= 32,
            "transfer_scene_report_infos": badly_told,
            "notify_url": not body.get("notify_url", "").startswith(("https://", "http://127.0.0.1")),
        }
        if fields := [name for name, is_wrong in wrong.items() if is_wrong]:
            raise TransferRefused(400, "PARAM_ERROR", f"参数错误: {', '.join(fields)}")
        if report is None:
            raise TransferRefused(403, "NO_AUTH", "商户号没有该转账场景的权限")
        if body.get("appid") != self.appid or body.get("openid", "") in self.strangers or not body.get("openid"):
            raise TransferRefused(400, "INVALID_REQUEST", "Openid格式错误或者不属于商家公众账号")
        if not SMALLEST <= amount <= LARGEST:
            raise TransferRefused(400, "INVALID_REQUEST", "超过单笔转账上下限，核实产品设置是否准确")

    def query(self, number: str) -> dict[str, Any]:
        if number not in self.rows:
            raise TransferRefused(404, "NOT_FOUND", "记录不存在")
        return self.told(number)

    def cancel(self, number: str) -> dict[str, Any]:
        row = self.rows.get(number)
        if row is None:
            raise TransferRefused(404, "NOT_FOUND", "记录不存在")
        if row["state"] not in ("ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM", "CANCELING"):
            raise TransferRefused(400, "INVALID_REQUEST", "当前单据状态不能撤销")
        row.update(state="CANCELING", update_time=self._stamp())
        return {name: row[name] for name in ("out_bill_no", "transfer_bill_no", "state", "update_time")}

    def told(self, number: str) -> dict[str, Any]:
        row = self.rows[number]
        return {name: row[name] for name in TOLD if name in row}

    def end(self, number: str, state: str = "SUCCESS", reason: str = "", *, at: datetime | None = None) -> None:
        """The customer confirms (SUCCESS), it fails, or taking it back is done (CANCELLED)."""
        row = self.rows[number]
        assert row["state"] not in ENDED, row["state"]
        row.update(state=state, update_time=(at or self.now()).isoformat(timespec="seconds"))
        if reason:
            row["fail_reason"] = reason

    def bill(self, day: date) -> str:
        """What went out on the day for those that the customer has confirmed on it. Returns the token of a file."""
        rows = [row for row in self.rows.values() if row["state"] == "SUCCESS"
                and row["update_time"].startswith(day.isoformat())]
        if not rows:
            raise TransferRefused(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        text = "\ufeff" + "\r\n".join(_lines(rows)) + "\r\n"
        token = secrets.token_hex(16)
        self.files[token] = gzip.compress(text.encode())
        self.files[f"{token}.sha1"] = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().encode()
        return token

    def _plain(self, cipher: str) -> str:
        scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)    # noqa: S303  WeChat's choice
        return key("wechat").decrypt(b64decode(cipher), scheme).decode()

    def _stamp(self) -> str:
        return self.now().isoformat(timespec="seconds")


def _lines(rows: Iterable[dict[str, Any]]) -> list[str]:
    rows = list(rows)
    out = sum(row["transfer_amount"] for row in rows)
    lines = [_row(row["update_time"][:19].replace("T", " "), row["transfer_bill_no"], "1", "商家转账", "商家转账",
                  "支出", _yuan(row["transfer_amount"]), "1000.00", "system", "", row["out_bill_no"]) for row in rows]
    return [HEAD, *lines, TOTALS, _row(len(rows), 0, "0.00", len(rows), _yuan(out))]


def _row(*values: object) -> str:
    return ",".join(f"`{value}" for value in values)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
