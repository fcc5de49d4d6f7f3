"""The mall's pages for staff. Mounted under /console/mall/."""

from django.urls import URLPattern, path

from liuke.mall.console import products

app_name = "mall"

goods: list[URLPattern] = [
    path("products/", products.products, name="products"),
]

sales: list[URLPattern] = [              # orders, returns, statements
]

urlpatterns = [*goods, *sales]
