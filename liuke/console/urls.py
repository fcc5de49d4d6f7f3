"""Pages of staff that belong to no single module."""

from django.urls import path

from liuke.console import views

app_name = "console"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("theme/", views.set_theme, name="set_theme"),
]
