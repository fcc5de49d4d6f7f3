"""Reads the bill of an account's money (资金账单) as WeChat Pay writes it, and keeps what was transferred to customers.

CSV of its own kind as `wechatpay_bill.py` reads it: a backtick before every value, totals at the end.
https://pay.weixin.qq.com/doc/v3/merchant/4013071126
"""

from collections import Counter
from collections.abc import Sequence

from liuke.channels.errors import ChannelError
from liuke.channels.payout import FlowRow
from liuke.kit.money import fen

REF, NAME, WAY, AMOUNT, NUMBER = "微信支付业务单号", "业务名称", "收支类型", "收支金额(元)", "业务凭证号"
TOTALS, TRANSFER, IN = "资金流水总笔数", "商家转账", "收入"


def read_flow(text: str) -> Sequence[FlowRow]:
    """One row for each transfer, what came back taken off; raises ChannelError when some are missing."""
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    ends = [at for at, line in enumerate(lines) if line.startswith(TOTALS)]
    names = [name.replace("（", "(").replace("）", ")") for name in lines[0].split(",")]
    if not ends or ends[-1] + 1 >= len(lines) or {REF, NAME, WAY, AMOUNT, NUMBER} - set(names):
        raise _unreadable("the totals or columns are missing")
    rows = [dict(zip(names, _values(line), strict=False)) for line in lines[1:ends[-1]]]
    try:
        if int(_values(lines[ends[-1] + 1])[0]) != len(rows):
            raise _unreadable("some rows are missing")
        sums: Counter[tuple[str, str]] = Counter()
        for row in rows:
            if TRANSFER in row[NAME]:
                sums[(row[NUMBER], row[REF])] += fen(row[AMOUNT]) * (-1 if row[WAY] == IN else 1)
    except (ValueError, KeyError) as error:
        raise _unreadable(str(error)) from error
    return [FlowRow(number, ref, amount) for (number, ref), amount in sums.items()]


def _values(line: str) -> list[str]:
    return line.removeprefix("`").split(",`")


def _unreadable(why: str) -> ChannelError:
    return ChannelError(f"the bill cannot be read: {why}", permanent=True, code="unreadable")
