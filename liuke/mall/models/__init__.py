"""Tables of the mall, a file per noun; import them from here."""

from liuke.mall.models.cart import Address, Cart, CartLine, FreightRow, FreightTemplate
from liuke.mall.models.catalogue import Category, Companion, Label, Picture, Product, Sku, Supplier, SupplierStaff
from liuke.mall.models.files import MadeFile
from liuke.mall.models.fulfilment import CarrierEvent, PackingCard, Serial, Shipment, ShipmentLine, TrackingEvent
from liuke.mall.models.imports import OrderChange
from liuke.mall.models.orders import Order, OrderGroup, OrderLine, OrderNote
from liuke.mall.models.payments import Bill, BillDifference, Notice, Payment, PaymentSplit, Refund, RefundLine
from liuke.mall.models.prices import ShopPrice, TierPrice, TimedPrice
from liuke.mall.models.returns import RepairQuote, Return, ReturnLine, ReturnPhoto, ReturnStep
from liuke.mall.models.settlement import Statement, StatementLine
from liuke.mall.models.stock import Movement, Reservation, StockLevel, Warehouse

__all__ = [
    "Address", "Bill", "BillDifference", "CarrierEvent", "Cart", "CartLine", "Category", "Companion", "FreightRow",
    "FreightTemplate", "Label", "MadeFile", "Movement", "Notice", "Order", "OrderChange", "OrderGroup", "OrderLine",
    "OrderNote", "PackingCard", "Payment", "PaymentSplit", "Picture", "Product", "Refund", "RefundLine", "RepairQuote",
    "Reservation", "Return", "ReturnLine", "ReturnPhoto", "ReturnStep", "Serial", "Shipment", "ShipmentLine",
    "ShopPrice", "Sku", "Statement", "StatementLine", "StockLevel", "Supplier", "SupplierStaff", "TierPrice",
    "TimedPrice", "TrackingEvent", "Warehouse",
]
