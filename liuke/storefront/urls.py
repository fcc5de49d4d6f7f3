"""The front page's editor. Mounted under /console/storefront/."""

from django.urls import path

from liuke.storefront import console

app_name = "storefront"

urlpatterns = [
    path("", console.blocks_page, name="blocks"),
    path("front/", console.front_change, name="front"),
    path("new/<str:kind>/", console.block_new, name="new"),
    path("<int:block_id>/", console.block_change, name="block"),
    path("<int:block_id>/move/", console.block_move, name="move"),
    path("<int:block_id>/hide/", console.block_hide, name="hide"),
    path("<int:block_id>/show/", console.block_show, name="show"),
    path("<int:block_id>/remove/", console.block_remove, name="remove"),
]
