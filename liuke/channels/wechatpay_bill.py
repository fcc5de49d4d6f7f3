"""Reads the bill of a day as WeChat Pay writes it (type ALL), money in yuan.

https://pay.weixin.qq.com/doc/v3/merchant/4013070395
"""

from collections.abc import Mapping, Sequence

from liuke.channels.payment import BillRow
from liuke.channels.wechatpay_csv import read_table, unreadable
from liuke.kit.money import fen

PAYMENT, PAYMENT_REF, PAID = "商户订单号", "微信订单号", "订单金额"
REFUND, REFUND_REF, REFUNDED = "商户退款单号", "微信退款单号", "申请退款金额"
STATE, REFUND_STATE, FEE = "交易状态", "退款状态", "手续费"
COLUMNS = (PAYMENT, PAYMENT_REF, PAID, REFUND, REFUND_REF, REFUNDED, STATE, REFUND_STATE, FEE)
TOTALS = "总交易单数"
TOTAL_PAID, TOTAL_REFUNDED = "订单总金额", "申请退款总金额"
REFUND_STATES = {"SUCCESS": "done", "PROCESSING": "asked"}            # the rest: failed


def read_bill(text: str) -> Sequence[BillRow]:
    """All rows; raises ChannelError when the totals say that some are missing, or the columns are not known."""
    table, totals = read_table(text, columns=COLUMNS, totals=TOTALS)
    try:
        rows = [_row(row) for row in table]
        agree = all(fen(totals[name]) == sum(row.amount_fen for row in rows if row.subject == subject)
                    for name, subject in ((TOTAL_PAID, "payment"), (TOTAL_REFUNDED, "refund")))
    except (ValueError, KeyError) as error:             # a number that is none, a total that is not there
        raise unreadable(str(error)) from error
    if not agree:
        raise unreadable("the rows do not sum to the totals")
    return rows


def _row(row: Mapping[str, str]) -> BillRow:
    if row[STATE] == "SUCCESS":
        return BillRow(subject="payment", number=row[PAYMENT], ref=row[PAYMENT_REF], amount_fen=fen(row[PAID]),
                       state="paid", fee_fen=fen(row[FEE]))
    return BillRow(subject="refund", number=row[REFUND], ref=row[REFUND_REF], amount_fen=fen(row[REFUNDED]),
                   state=REFUND_STATES.get(row[REFUND_STATE], "failed"), fee_fen=fen(row[FEE]))
