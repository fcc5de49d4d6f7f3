"""The desk's pages for staff. Mounted under /console/desk/."""

from django.urls import path

from liuke.desk.console import roster

app_name = "desk"
urlpatterns = [
    path("roster/", roster.roster, name="roster"),
    path("roster/rotation/", roster.rotation_add, name="rotation_add"),
    path("roster/rotation/<int:rotation_id>/drop/", roster.rotation_drop, name="rotation_drop"),
    path("roster/change/", roster.change_add, name="change_add"),
    path("roster/change/<int:change_id>/drop/", roster.change_drop, name="change_drop"),
    path("roster/calls/", roster.calls, name="calls"),
    path("roster/seen/", roster.seen, name="seen"),
]
