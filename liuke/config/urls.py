"""Where each door is. Modules bring their own urls; nothing else decides a path."""

from django.urls import path

from liuke.config.api import api

urlpatterns = [
    path("api/v1/", api.urls),
]
