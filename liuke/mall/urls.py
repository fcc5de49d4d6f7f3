"""The mall's pages for staff. Mounted under /console/mall/."""

from django.urls import URLPattern, path

from liuke.mall.console import photos, products

app_name = "mall"

goods: list[URLPattern] = [
    path("products/", products.products, name="products"),
]

sales: list[URLPattern] = [              # orders, returns, statements
    path("returns/<str:number>/photos/<int:photo_id>/<str:size>/", photos.photo, name="return_photo"),
]

urlpatterns = [*goods, *sales]
