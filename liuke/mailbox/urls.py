"""The mailbox's pages for staff. Mounted under /console/mail/."""

from django.urls import path

from liuke.mailbox import console

app_name = "mailbox"
urlpatterns = [
    path("", console.parked, name="parked"),
    path("<int:mail_id>/", console.mail, name="mail"),
    path("<int:mail_id>/settle/", console.settle, name="settle"),
]
