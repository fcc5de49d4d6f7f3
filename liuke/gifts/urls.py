"""The pages of gifts for staff. Mounted under /console/gifts/."""

from django.urls import path

from liuke.gifts import console

app_name = "gifts"

urlpatterns = [
    path("", console.gifts_page, name="gifts"),
    path("kinds/", console.kinds_page, name="kinds"),
    path("kinds/new/", console.kind_new, name="kind_new"),
    path("kinds/<int:kind_id>/stop/", console.kind_stop, name="stop"),
    path("<int:gift_id>/withdraw/", console.withdraw, name="withdraw"),
]
