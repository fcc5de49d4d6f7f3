"""What an order file may tell of each line, under which column names, and in which words for its status.

The names are those seen in exports of Chinese shop systems and market places and in public data sets. A total that
stands once per order but is repeated on every line (what a market place calls 实付金额) is not taken for the amount of
a line by itself: say `--map amount=...` when it is one.
"""

from django.utils.translation import gettext_lazy as _

from liuke.intake.header import Field, Fields
from liuke.mall.rules import State

NUMBER, LINE, PLACED, PAID, STATUS = "order", "line", "time", "paid_time", "status"
MEMBER, PHONE, EMAIL, EXTERNAL, NAME = "member", "phone", "email", "external", "customer_name"
SKU, GOODS, CATEGORY, QUANTITY = "sku", "name", "category", "quantity"
PRICE, DISCOUNT, AMOUNT, REFUND, FREIGHT, SHOP = "price", "discount", "amount", "refund", "freight", "shop"

def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


ORDER_FIELDS = Fields(
    known=(
        Field(NUMBER, _("订单号"), _names(
            "订单号, 订单编号, 主订单编号, 主订单号, 单号, 交易编号, 交易号, 流水号, 小票号, 销售单号, 原始单号, "
            "order number, order no, order id, order sn, invoice no, invoice, trade no, tid, basket id"
        )),
        Field(LINE, _("行号"), _names(
            "行号, 子订单号, 子订单编号, 明细编号, 明细号, 订单行号, line number, line no, line id, sub order no, "
            "oid, item id"
        )),
        Field(PLACED, _("下单时间"), _names(
            "下单时间, 订单时间, 订单创建时间, 创建时间, 交易时间, 购买时间, 销售时间, 下单日期, 订单日期, "
            "销售日期, 日期, 时间, order time, order date, placed at, created at, create time, invoice date, "
            "purchase date, ts, timestamp, datetime, date"
        )),
        Field(PAID, _("付款时间"), _names(
            "付款时间, 支付时间, 订单付款时间, paid at, pay time, payment time"
        )),
        Field(MEMBER, _("会员号"), _names(
            "会员号, 会员编号, 会员卡号, 会员ID, 会员, 客户编号, 客户号, 客户ID, 用户编号, 用户ID, 顾客编号, 卡号, "
            "member no, member number, member id, customer no, customer number, customer id, user id, "
            "household id, buyer id"
        )),
        Field(PHONE, _("手机号"), _names(
            "手机号, 手机号码, 手机, 联系电话, 联系手机, 电话, 买家手机, 会员手机, 客户手机, 收货人手机号, "
            "收货人手机, phone, mobile, phone number, tel"
        )),
        Field(EMAIL, _("邮箱"), _names(
            "邮箱, 电子邮箱, 电子邮件, 邮件, email, e-mail, mail"
        )),
        Field(EXTERNAL, _("外部编号"), _names(
            "外部编号, 外部ID, 外部会员号, 买家昵称, 买家会员名, 买家旺旺, 旺旺, 昵称, openid, open id, "
            "external id, buyer nick, nick"
        )),
        Field(NAME, _("客户姓名"), _names(
            "客户姓名, 会员姓名, 姓名, 买家姓名, 收货人, 收货人姓名, 客户名称, customer name, buyer name"
        )),
        Field(SKU, _("商品编码"), _names(
            "商品编码, 商品编号, SKU, SKU编码, SKU ID, 规格编码, 商家编码, 货号, 货品编号, 商品货号, 商品ID, 条码, "
            "商品条码, 条形码, sku code, sku no, stock code, product id, product code, item code, goods id"
        )),
        Field(GOODS, _("商品名称"), _names(
            "商品名称, 商品标题, 宝贝标题, 商品, 品名, 货品名称, 产品名称, product name, item name, goods name, "
            "description, title, product"
        )),
        Field(CATEGORY, _("类目"), _names(
            "类目, 商品类目, 品类, 分类, 商品分类, 类别, 商品类别, category, product category, category name"
        )),
        Field(QUANTITY, _("数量"), _names(
            "数量, 购买数量, 商品数量, 件数, 销售数量, 宝贝数量, quantity, qty, count, num, n"
        )),
        Field(PRICE, _("单价"), _names(
            "单价, 商品单价, 销售单价, 商品价格, 价格, 售价, 成交单价, unit price, price, sale price"
        )),
        Field(DISCOUNT, _("优惠"), _names(
            "优惠, 优惠金额, 折扣, 折扣金额, 行优惠, 商品优惠, 优惠分摊, discount, discount amount"
        )),
        Field(AMOUNT, _("金额"), _names(
            "金额, 行金额, 小计, 金额小计, 商品小计, 成交金额, 商品实付, 明细金额, line total, subtotal, amount, "
            "amt, sales value, line amount"
        )),
        Field(REFUND, _("退款金额"), _names(
            "退款金额, 已退金额, 退款, refund, refund amount, refunded amount"
        )),
        Field(FREIGHT, _("运费"), _names(
            "运费, 邮费, 快递费, freight, shipping fee, postage"
        )),
        Field(STATUS, _("状态"), _names(
            "状态, 订单状态, 交易状态, 支付状态, 退款状态, 售后状态, status, order status, state"
        )),
        Field(SHOP, _("店铺"), _names(
            "店铺, 门店, 店铺编号, 门店编号, 店铺名称, 门店名称, shop, store, shop code, store id"
        )),
    ),
    needed=((NUMBER,), (PLACED,), (MEMBER, PHONE, EMAIL, EXTERNAL), (SKU, GOODS), (PRICE, AMOUNT)),
    instead={PLACED: PAID},                      # many exports have the time of payment alone
)

STATUS_WORDS = {
    State.PAID: _names(
        "paid, 已付款, 已支付, 支付成功, 付款成功, 待发货, 等待卖家发货, 买家已付款, 已发货, 待收货, 卖家已发货, "
        "等待买家确认收货, 已签收, 已收货, 已完成, 完成, 完结, 交易成功, 交易完成, 已评价, 待评价, 正常, 部分退款, "
        "无退款, 没有申请退款, 未退款, completed, complete, shipped, delivered, fulfilled, finished, success, "
        "processing, closed won, ok, partially refunded, sale, 销售, 售出"
    ),
    State.PLACED: _names(
        "placed, 待付款, 待支付, 未付款, 未支付, 等待买家付款, 已下单, 新订单, pending, unpaid, created, "
        "awaiting payment"
    ),
    State.CANCELLED: _names(
        "cancelled, canceled, 已取消, 取消, 交易关闭, 已关闭, 关闭, 作废, 已作废, 无效, cancel, closed, void, "
        "voided"
    ),
    State.REFUNDED: _names(
        "refunded, 已退款, 退款成功, 全额退款, 退款完成, 已退货, 退货, 退款, 退货退款, 已退货退款, 退单, returned, "
        "return, refund, chargeback"
    ),
}
STATUSES = {word: state for state, words in STATUS_WORDS.items() for word in words}
