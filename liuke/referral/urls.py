"""Referral's pages for staff. Mounted under /console/referral/."""

from django.urls import path

from liuke.referral.console import plans

app_name = "referral"

urlpatterns = [
    path("plans/", plans.plans_page, name="plans"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/stop/", plans.plan_stop, name="plan_stop"),
    path("plans/<int:version_id>/", plans.plan, name="plan"),
    path("plans/<int:version_id>/seen/", plans.plan_seen, name="plan_seen"),
    path("plans/<int:version_id>/sign/", plans.plan_sign, name="plan_sign"),
    path("plans/<int:version_id>/start/", plans.plan_start, name="plan_start"),
]
