"""Reads the bill of an account's money (资金账单) as WeChat Pay writes it, and keeps what was transferred to customers.

https://pay.weixin.qq.com/doc/v3/merchant/4013071126
"""

from collections import Counter
from collections.abc import Sequence

from liuke.channels.payout import FlowRow
from liuke.channels.wechatpay_csv import read_table, unreadable
from liuke.kit.money import fen

REF, NAME, WAY, AMOUNT, NUMBER = "微信支付业务单号", "业务名称", "收支类型", "收支金额(元)", "业务凭证号"
TOTALS, TRANSFER, IN = "资金流水总笔数", "商家转账", "收入"


def read_flow(text: str) -> Sequence[FlowRow]:
    """One row for each transfer, what came back taken off; raises ChannelError when some are missing."""
    rows, _totals = read_table(text, columns=(REF, NAME, WAY, AMOUNT, NUMBER), totals=TOTALS)
    sums: Counter[tuple[str, str]] = Counter()
    try:
        for row in rows:
            if TRANSFER in row[NAME]:
                sums[(row[NUMBER], row[REF])] += fen(row[AMOUNT]) * (-1 if row[WAY] == IN else 1)
    except ValueError as error:
        raise unreadable(str(error)) from error
    return [FlowRow(number, ref, amount) for (number, ref), amount in sums.items()]
