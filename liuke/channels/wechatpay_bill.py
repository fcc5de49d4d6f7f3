"""Reads the bill of a day as WeChat Pay writes it (type ALL): CSV of its own kind, money in yuan, totals at the end.

Every value is preceded by a backtick; columns are found by their names, their order may change.
https://pay.weixin.qq.com/doc/v3/merchant/4013070395
"""

from collections.abc import Iterator, Sequence

from liuke.channels.errors import ChannelError
from liuke.channels.payment import BillRow
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
    try:
        return _checked(text.replace("\r\n", "\n").strip("\n").split("\n"))
    except ValueError as error:             # a number that is none
        raise _unreadable(str(error)) from error


def _checked(lines: Sequence[str]) -> Sequence[BillRow]:
    ends = [at for at, line in enumerate(lines) if line.startswith(TOTALS)]
    if not ends or ends[-1] + 1 >= len(lines):
        raise _unreadable("the totals are missing")
    names = lines[0].split(",")
    if missing := set(COLUMNS) - set(names):
        raise _unreadable(f"{len(missing)} columns are missing")
    rows = list(_rows(names, lines[1:ends[-1]]))
    totals = dict(zip(lines[ends[-1]].split(","), _values(lines[ends[-1] + 1]), strict=True))
    if int(totals[TOTALS]) != len(rows) or any(
        fen(totals[name]) != sum(row.amount_fen for row in rows if row.subject == subject)
        for name, subject in ((TOTAL_PAID, "payment"), (TOTAL_REFUNDED, "refund"))
    ):
        raise _unreadable("the rows do not sum to the totals")
    return rows


def _rows(names: Sequence[str], lines: Sequence[str]) -> Iterator[BillRow]:
    for line in lines:
        values = _values(line)
        if len(values) != len(names):
            raise _unreadable("a row has other columns than the head")
        row = dict(zip(names, values, strict=True))
        if row[STATE] == "SUCCESS":
            yield BillRow(subject="payment", number=row[PAYMENT], ref=row[PAYMENT_REF], amount_fen=fen(row[PAID]),
                          state="paid", fee_fen=fen(row[FEE]))
        else:
            yield BillRow(subject="refund", number=row[REFUND], ref=row[REFUND_REF], amount_fen=fen(row[REFUNDED]),
                          state=REFUND_STATES.get(row[REFUND_STATE], "failed"), fee_fen=fen(row[FEE]))


def _values(line: str) -> list[str]:
    """A name of goods may hold commas, so values end where the next backtick begins."""
    return line.removeprefix("`").split(",`")


def _unreadable(why: str) -> ChannelError:
    return ChannelError(f"the bill cannot be read: {why}", permanent=True, code="unreadable")
