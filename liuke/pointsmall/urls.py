"""The points mall's pages for staff. Mounted under /console/points-mall/."""

from django.urls import path

from liuke.pointsmall import console

app_name = "pointsmall"

urlpatterns = [
    path("", console.items_page, name="items"),
    path("new/", console.item_new, name="item_new"),
    path("<int:item_id>/", console.item_change, name="item"),
    path("<int:item_id>/pause/", console.item_pause, name="pause"),
    path("<int:item_id>/resume/", console.item_resume, name="resume"),
    path("exchanges/", console.exchanges_page, name="exchanges"),
    path("exchanges/<int:exchange_id>/undo/", console.exchange_undo, name="undo"),
]
