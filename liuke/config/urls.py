"""Where each door is. Modules bring their own urls; nothing else decides a path."""

from django.urls import include, path

from liuke.config.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("console/", include("liuke.org.urls")),
]
