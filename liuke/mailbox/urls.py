"""The mailbox's pages for staff. Mounted under /console/mail/."""

from django.urls import path

from liuke.mailbox import console

app_name = "mailbox"
urlpatterns = [
    path("", console.parked, name="parked"),
    path("<int:mail_id>/", console.mail, name="mail"),
    path("files/<int:file_id>/", console.file, name="file"),
    path("files/<int:file_id>/small/", console.file, {"size": "small"}, name="file_small"),
    path("<int:mail_id>/settle/", console.settle, name="settle"),
]
