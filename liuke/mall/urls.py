"""The mall's pages for staff. Mounted under /console/mall/."""

from django.urls import URLPattern, path

from liuke.mall.console import bills, order, orders, payments, photos, printing, products, shipping, statements

app_name = "mall"

goods: list[URLPattern] = [
    path("products/", products.products, name="products"),
]

sales: list[URLPattern] = [              # orders, returns, statements
    path("returns/<str:number>/photos/<int:photo_id>/<str:size>/", photos.photo, name="return_photo"),
    path("orders/", orders.orders, name="orders"),
    path("orders/board/", orders.orders_board, name="orders_board"),
    path("orders/board/columns/", orders.orders_columns, name="orders_columns"),
    path("orders/news/", orders.orders_news, name="orders_news"),
    path("orders/ship/", shipping.orders_ship, name="orders_ship"),
    path("orders/print/", printing.orders_print, name="orders_print"),
    path("orders/cards/", printing.cards_page, name="cards"),
    path("orders/cards/preview/", printing.cards_preview, name="cards_preview"),
    path("orders/cards/drop/", printing.cards_drop, name="cards_drop"),
    path("orders/<str:number>/", order.order, name="order"),
    path("orders/<str:number>/ship/", order.order_ship, name="order_ship"),
    path("orders/<str:number>/cancel/", order.order_cancel, name="order_cancel"),
    path("orders/<str:number>/phone/", order.order_phone, name="order_phone"),
    path("orders/<str:number>/parcels/<str:parcel>/ship/", order.parcel_ship, name="parcel_ship"),
    path("orders/<str:number>/parcels/<str:parcel>/unpack/", order.parcel_unpack, name="parcel_unpack"),
    path("orders/<str:number>/notes/", order.note_add, name="note_add"),
    path("orders/<str:number>/notes/<int:note_id>/remove/", order.note_remove, name="note_remove"),
    path("payments/", payments.payments_page, name="payments"),
    path("payments/transfers/<str:number>/", payments.transfer, name="transfer"),
    path("payments/refunds/<int:refund_id>/again/", payments.refund_again, name="refund_again"),
    path("payments/refunds/<int:refund_id>/sent/", payments.refund_sent, name="refund_sent"),
    path("payments/refunds/<int:refund_id>/drop/", payments.refund_drop, name="refund_drop"),
    path("payments/notices/<int:notice_id>/", payments.notice_explain, name="notice_explain"),
    path("statements/", statements.statements, name="statements"),
    path("statements/new/", statements.statement_new, name="statement_new"),
    path("statements/<str:number>/", statements.statement, name="statement"),
    path("statements/<str:number>/file/", statements.statement_file, name="statement_file"),
    path("statements/<str:number>/close/", statements.statement_close, name="statement_close"),
    path("statements/<str:number>/paid/", statements.statement_paid, name="statement_paid"),
    path("bills/", bills.bills, name="bills"),
    path("bills/<int:bill_id>/", bills.bill, name="bill"),
    path("bills/<int:bill_id>/again/", bills.bill_again, name="bill_again"),
    path("bills/differences/<int:difference_id>/", bills.bill_explain, name="bill_explain"),
]

urlpatterns = [*goods, *sales]
