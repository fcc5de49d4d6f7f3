"""Draws' pages for staff. Mounted under /console/draws/."""

from django.urls import path

from liuke.draws.console import pages

app_name = "draws"

urlpatterns = [
    path("", pages.draws_page, name="draws"),
    path("new/", pages.draw_new, name="new"),
    path("<int:draw_id>/", pages.draw, name="draw"),
    path("<int:draw_id>/numbers/", pages.draw_numbers, name="numbers"),
    path("<int:draw_id>/change/", pages.draw_change, name="change"),
    path("<int:draw_id>/publish/", pages.draw_publish, name="publish"),
    path("<int:draw_id>/stop/", pages.draw_stop, name="stop"),
    path("<int:draw_id>/drop/", pages.draw_drop, name="drop"),
    path("<int:draw_id>/winners/", pages.draw_winners, name="winners"),
    path("<int:draw_id>/winners/<int:ticket_id>/deliver/", pages.prize_deliver, name="deliver"),
    path("<int:draw_id>/check/", pages.draw_check, name="check"),
]
