"""Tiers' pages for staff. Mounted under /console/tiers/."""

from django.urls import path

from liuke.tiers.console import people, plan

app_name = "tiers"

urlpatterns = [
    path("", plan.plan_page, name="plan"),
    path("change/", plan.plan_change, name="change"),
    path("customers/<int:customer_id>/grant/", people.grant, name="grant"),
    path("customers/<int:customer_id>/withdraw/", people.withdraw, name="withdraw"),
]
