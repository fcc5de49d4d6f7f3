"""Writes the bill of a day as WeChat Pay does (type ALL)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注"
)
TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
FEE = 0.006


def write_bill(day: date, orders: Mapping[str, Mapping[str, Any]], refunds: Iterable[Mapping[str, Any]]) -> str:
    """Payments that succeeded on the day and refunds that were taken on, totals at the end, CRLF between lines."""
    on = day.isoformat()
    paid = [each for each in orders.values() if str(each.get("success_time", ""))[:10] == on]
    back = [each for each in refunds if str(each["create_time"])[:10] == on]
    lines = [HEAD, *(_payment(each) for each in paid), *(_refund(each, orders[each["out_trade_no"]]) for each in back)]
    paid_fen = sum(each["amount"]["total"] for each in paid)
    back_fen = sum(each["amount"]["refund"] for each in back)
    fee = f"{(paid_fen - back_fen) / 100 * FEE:.5f}"
    lines += [TOTALS, _row(len(paid) + len(back), _yuan(paid_fen), _yuan(back_fen), "0.00", fee, _yuan(paid_fen),
                           _yuan(back_fen))]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def _payment(order: Mapping[str, Any]) -> str:
    total = order["amount"]["total"]
    return _row(_time(order["success_time"]), order["appid"], order["mchid"], 0, "", order["transaction_id"],
                order["out_trade_no"], "o-someone", order["trade_type"], "SUCCESS", "OTHERS", "CNY", _yuan(total),
                "0.00", 0, 0, "0.00", "0.00", "", "", order["description"], "", f"{total / 100 * FEE:.5f}", "0.60%",
                _yuan(total), "0.00", "")


def _refund(refund: Mapping[str, Any], order: Mapping[str, Any]) -> str:
    amount = refund["amount"]["refund"]
    return _row(_time(refund["create_time"]), order["appid"], order["mchid"], 0, "", refund["transaction_id"],
                refund["out_trade_no"], "o-someone", order["trade_type"], "REFUND", "OTHERS", "CNY", "0.00", "0.00",
                refund["refund_id"], refund["out_refund_no"], _yuan(amount), "0.00", "ORIGINAL", refund["status"],
                order["description"], "", f"{-amount / 100 * FEE:.5f}", "0.60%", "0.00", _yuan(amount), "")


def _row(*values: object) -> str:
    return ",".join(f"`{value}" for value in values)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _time(moment: str) -> str:
    return moment[:19].replace("T", " ")
