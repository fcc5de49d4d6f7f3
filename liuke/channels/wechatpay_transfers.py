"""WeChat Pay, merchant transfers (商家转账): money to a customer's wallet, which the customer confirms in WeChat.

A request that was lost is sent again under the same number; WeChat answers how the first one stands. Until the customer
has confirmed (a day at most) a transfer can be taken back.
https://pay.weixin.qq.com/doc/v3/merchant/4012711988 (how it works), 4012716434 (send), 4012716437 (query)
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from liuke.channels.errors import ChannelError
from liuke.channels.payout import FlowRow, Payout, PayoutEvent, PayoutStatus, Sent
from liuke.channels.wechatpay_flow import read_flow
from liuke.channels.wechatpay_gateway import (
    SECONDS,
    Gateway,
    Merchant,
    gateway_of,
    merchant_from_environment,
    moment,
    unpack,
)
from liuke.kit import env

NOTIFY_PATH = "/hooks/wechatpay/transfer"
SCENE = "1000"                       # 现金营销; another one if the merchant was given another
MAX_REMARK, MAX_TOLD = 32, 32        # characters
SMALLEST_WITH_NAME_FEN = 30          # WeChat checks no name below
EARNED_SCENE = "1005"                # 佣金报酬
ACTIVITY, AWARD = "活动名称", "奖励说明"          # the two words that scene 1000 must be reported with
POST, PAY = "岗位类型", "报酬说明"               # and scene 1005
PROMOTER = "推广员"                   # data, not words
STATES = {
    "ACCEPTED": Sent.TAKEN, "PROCESSING": Sent.TAKEN, "WAIT_USER_CONFIRM": Sent.CONFIRM, "TRANSFERING": Sent.MOVING,
    "SUCCESS": Sent.DONE, "FAIL": Sent.FAILED, "CANCELING": Sent.CANCELLING, "CANCELLED": Sent.CANCELLED,
}
NEVER_HEARD = {"NOT_FOUND", "RESOURCE_NOT_EXISTS", "RECORD_NOT_EXIST"}


class WeChatTransfers:
    """Adapter of the transfers of one merchant in one scene."""

    name = "wechat"

    def __init__(
        self, merchant: Merchant | Gateway, *, scene: str = SCENE, earned_scene: str = EARNED_SCENE,
        account: str = "OPERATION", seconds: tuple[float, float] = SECONDS,
    ) -> None:
        self._gateway = merchant if isinstance(merchant, Gateway) else Gateway(merchant, seconds=seconds)
        self._merchant, self._library, self._ask = self._gateway.merchant, self._gateway.library, self._gateway.ask
        self._scene, self._earned_scene = scene, earned_scene
        self._account, self.scope = account, self._merchant.appid

    def send(self, payout: Payout) -> PayoutStatus:
        told = self._ask(lambda: self._library.mch_transfer_bills(
            out_bill_no=payout.number, openid=payout.to, transfer_amount=payout.amount_fen,
            transfer_scene_id=self._earned_scene if payout.earned else self._scene,
            transfer_remark=payout.remark[:MAX_REMARK],
            user_name=payout.name if payout.name and payout.amount_fen >= SMALLEST_WITH_NAME_FEN else None,
            transfer_scene_report_infos=[{"info_type": word, "info_content": said[:MAX_TOLD]} for word, said in (
                ((POST, PROMOTER), (PAY, payout.award)) if payout.earned
                else ((ACTIVITY, payout.activity), (AWARD, payout.award)))],
            notify_url=self._merchant.notify_url,
        ))
        return self._status({"transfer_amount": payout.amount_fen, "update_time": told.get("create_time"), **told})

    def query(self, number: str) -> PayoutStatus:
        try:
            return self._status(self._ask(lambda: self._library.mch_transfer_bills_query(out_bill_no=number)))
        except ChannelError as error:
            if error.code in NEVER_HEARD:
                return PayoutStatus(number=number, state=Sent.UNKNOWN)
            raise

    def cancel(self, number: str) -> PayoutStatus:
        try:
            self._ask(lambda: self._library.mch_transfer_bills_cancel(out_bill_no=number))
        except ChannelError as error:
            if not error.permanent:
                raise                       # otherwise: too late or unknown, and the query says which
        return self.query(number)

    def flow(self, day: date) -> Sequence[FlowRow]:
        try:
            file = self._ask(lambda: self._library.fundflow_bill(
                bill_date=day.isoformat(), account_type=self._account, tar_type="GZIP"))
        except ChannelError as error:
            if error.code == "NO_STATEMENT_EXIST":
                return []                   # nothing moved on that day
            raise
        packed = self._ask(lambda: self._library.download_bill(url=file["download_url"]), plain=True)
        return read_flow(unpack(packed, sha1=file["hash_value"]))

    def for_the_device(self, package: str) -> Mapping[str, str]:
        """For `wx.requestMerchantTransfer` of the mini-program and the JSAPI bridge."""
        return {"mchId": self._merchant.mchid, "appId": self._merchant.appid, "package": package}

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> PayoutEvent:
        notice = self._gateway.read(headers=headers, body=body, now=now)
        if not str(notice["event_type"]).startswith("MCHTRANSFER.BILL."):
            return PayoutEvent(id=str(notice["id"]))
        return PayoutEvent(id=str(notice["id"]), payout=self._status(notice["resource"]))

    def _status(self, told: Mapping[str, Any]) -> PayoutStatus:
        ids = (told.get("mchid") or told.get("mch_id") or self._merchant.mchid, told.get("appid", self.scope))
        return PayoutStatus(
            number=told["out_bill_no"], state=STATES.get(told["state"], Sent.TAKEN),
            amount_fen=told["transfer_amount"], ref=told.get("transfer_bill_no", ""),
            reason=told.get("fail_reason") or "", package=told.get("package_info") or "",
            changed_at=moment(told.get("update_time")), ours=ids == (self._merchant.mchid, self.scope),
        )


def from_environment() -> WeChatTransfers:
    """Reads LIUKE_WECHATPAY_*; `_TRANSFER_SCENE` turns it on and names the scene, which is 1000 for cash bonuses.

    `_EARNED_SCENE` names the one for commissions (1005).
    """
    return WeChatTransfers(
        gateway_of(merchant_from_environment(NOTIFY_PATH)), scene=env.text("LIUKE_WECHATPAY_TRANSFER_SCENE", SCENE),
        earned_scene=env.text("LIUKE_WECHATPAY_EARNED_SCENE", EARNED_SCENE),
        account=env.text("LIUKE_WECHATPAY_TRANSFER_ACCOUNT", "OPERATION"),
    )
