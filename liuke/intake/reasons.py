"""The reasons of `rules.Reason` in words: what is wrong, and how to mend it. For error files and the console."""

from django.utils.translation import gettext_lazy as _

from liuke.intake.rules import Reason

WORDS = {
    Reason.BAD_CHARACTER: _("有无法识别的字符, 请检查文件编码 (建议另存为 UTF-8)"),
    Reason.BROKEN_QUOTE: _("双引号没有成对, 请补上或删掉这一行里的双引号"),
    Reason.TOO_MANY_CELLS: _("这一行的列比表头多, 可能是内容里的分隔符没有用双引号包起来"),
    Reason.TOO_LONG: _("内容太长"),
    Reason.ROUNDED_NUMBER: _("编号被表格软件存成了科学计数法, 末几位已丢失, 请以文本格式重新导出"),
    Reason.MISSING_ORDER_NUMBER: _("没有订单号"),
    Reason.MISSING_CUSTOMER: _("没有客户: 会员号、手机号、邮箱、外部编号都是空的"),
    Reason.MISSING_GOODS: _("没有商品: 商品编码和商品名称都是空的"),
    Reason.MISSING_TIME: _("没有时间"),
    Reason.MISSING_QUANTITY: _("没有数量"),
    Reason.MISSING_PRICE: _("没有单价, 也没有金额"),
    Reason.UNPARSABLE_TIME: _("看不懂的时间, 请写成 2024-01-31 09:30:00 这样"),
    Reason.TIME_OUT_OF_RANGE: _("时间早于 1990 年或晚于现在"),
    Reason.BAD_QUANTITY: _("数量不是整数"),
    Reason.ZERO_QUANTITY: _("数量是 0"),
    Reason.NEGATIVE_QUANTITY: _("数量是负数, 却没有取消或退款的标记 (状态列, 或以 C 开头的订单号)"),
    Reason.BAD_MONEY: _("看不懂的金额, 请写成 12.50 这样, 最多 6 位小数"),
    Reason.NEGATIVE_PRICE: _("单价是负数"),
    Reason.DISCOUNT_TOO_LARGE: _("优惠超过了商品金额"),
    Reason.REFUND_TOO_LARGE: _("退款超过了这一行的金额"),
    Reason.AMOUNT_MISMATCH: _("金额与 数量 × 单价 − 优惠 不符"),
    Reason.ABSURD_NUMBER: _("数字大得不合情理"),
    Reason.UNKNOWN_STATUS: _("不认识的状态, 可用: 已付款、已发货、已完成、待付款、已取消、已退款"),
    Reason.BAD_PHONE: _("手机号不完整或被打码, 又没有其他客户编号"),
    Reason.BAD_EMAIL: _("邮箱格式不对, 又没有其他客户编号"),
    Reason.BAD_DATE: _("看不懂的日期"),
    Reason.DUPLICATED_LINE: _("与同一订单的另一行完全相同; 若确实是两行, 请加一列“行号”区分"),
    Reason.LINE_NUMBER_TWICE: _("同一订单里有两行用了同一个行号, 内容却不同"),
    Reason.AMBIGUOUS_LINE: _("订单里同一商品有几行, 分不清要更正哪一行; 请给出整张订单, 或加一列“行号”"),
    Reason.MIXED_CUSTOMER: _("同一订单的各行不是同一位客户"),
    Reason.TAKEN: _("这个编号已属于另一位客户"),
    Reason.MISSING_PRODUCT: _("没有商品编号, 也没有规格编号"),
    Reason.MISSING_NAME: _("新商品需要名称"),
    Reason.MISSING_CATEGORY: _("新商品需要分类"),
    Reason.UNKNOWN_SUPPLIER: _("没有这个供应商, 请先在供应商页面登记, 或写它的编号"),
    Reason.BAD_CATEGORY: _("分类请写成 母婴 > 纸尿裤 这样, 最多 6 层, 每层 1 到 60 个字"),
    Reason.BAD_SPEC: _("规格请写成 颜色:红;尺码:L 这样; 同一商品各规格的名称要相同, 取值不能重复"),
    Reason.BAD_WORD: _("不认识的内容, 请写 是 或 否; 上架状态请写 在售、下架 或 草稿"),
    Reason.PRICE_BOUNDS: _("价格不在允许的范围内, 或零售价不在最低价与最高价之间"),
    Reason.SKU_TWICE: _("文件里已有这个规格的另一行"),
    Reason.SKU_ELSEWHERE: _("这个规格编号属于另一件商品"),
    Reason.MIXED_PRODUCT: _("同一商品的各行内容不一致"),
    Reason.NOT_READY: _("商品还不能上架: 没有可售规格, 或供应商已停用"),
    Reason.WRONG_WAREHOUSE: _("这个仓库不属于该商品的供应商, 或供应商还没有仓库"),
    Reason.PROMISED: _("库存少于已被订单占用的数量"),
    Reason.REFUSED: _("内容没有被接受, 请检查各列的长度和取值"),
    Reason.MISSING_TRACKING: _("没有运单号"),
    Reason.UNKNOWN_STEP: _("看不懂的物流状态，请写成：揽收、运输中、派送中、已签收、异常"),
    Reason.UNKNOWN_PARCEL: _("没有这个运单号的包裹，或同一运单号属于几家快递，请写明快递公司"),
}


def words(reason: str) -> str:
    """The reason in the reader's language; an unknown code as it is."""
    return str(WORDS[Reason(reason)]) if reason in Reason.__members__.values() else reason


NOTES = {
    "unreadable_phone": _("手机号无法识别, 已按其他编号认出客户"),
    "unreadable_email": _("邮箱无法识别, 已按其他编号认出客户"),
    "unreadable_number": _("会员号无法识别, 已按其他编号认出客户"),
    "unreadable_external": _("外部编号无法识别, 已按其他编号认出客户"),
    "unknown_shop": _("店铺还没有登记, 订单未归到店铺"),
}


def note(code: str) -> str:
    """What was left aside in rows that were taken."""
    return str(NOTES.get(code, code))
