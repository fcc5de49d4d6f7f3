"""Referral's pages for staff. Mounted under /console/referral/."""

from django.urls import path

from liuke.referral.console import network, plans, promoters, statistics

app_name = "referral"

urlpatterns = [
    path("overview/", statistics.overview, name="overview"),
    path("promoters/", promoters.listed, name="promoters"),
    path("promoters/<int:customer_id>/", promoters.promoter, name="promoter"),
    path("promoters/<int:customer_id>/correct/", promoters.correct, name="promoter_correct"),
    path("promoters/<int:customer_id>/block/", promoters.block, name="promoter_block"),
    path("promoters/<int:customer_id>/unblock/", promoters.unblock, name="promoter_unblock"),
    path("network/", network.lines, name="network"),
    path("network/watch/", network.watch_now, name="network_watch"),
    path("network/<int:line_id>/", network.line, name="line"),
    path("network/<int:line_id>/release/", network.line_release, name="line_release"),
    path("plans/", plans.plans_page, name="plans"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/stop/", plans.plan_stop, name="plan_stop"),
    path("plans/<int:version_id>/", plans.plan, name="plan"),
    path("plans/<int:version_id>/replay/", plans.plan_replay, name="plan_replay"),
    path("plans/<int:version_id>/seen/", plans.plan_seen, name="plan_seen"),
    path("plans/<int:version_id>/sign/", plans.plan_sign, name="plan_sign"),
    path("plans/<int:version_id>/start/", plans.plan_start, name="plan_start"),
]
