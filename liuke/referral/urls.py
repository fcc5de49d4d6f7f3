"""Referral's pages for staff. Mounted under /console/referral/."""

from django.urls import path

from liuke.referral.console import codes, groups, network, plans, promoters, screening, statistics, trials

app_name = "referral"

urlpatterns = [
    path("results/", statistics.overview, name="overview"),
    path("results/promoters/", promoters.listed, name="promoters"),
    path("results/promoters/<int:customer_id>/", promoters.promoter, name="promoter"),
    path("results/promoters/<int:customer_id>/correct/", promoters.correct, name="promoter_correct"),
    path("results/promoters/<int:customer_id>/block/", promoters.block, name="promoter_block"),
    path("results/promoters/<int:customer_id>/unblock/", promoters.unblock, name="promoter_unblock"),
    path("results/codes/", codes.listed, name="codes"),
    path("results/codes/make/", codes.make, name="code_make"),
    path("results/codes/sheet/", codes.sheet, name="code_sheet"),
    path("results/codes/<int:link_id>/", codes.picture, name="code_picture"),
    path("results/codes/<int:link_id>/end/", codes.end, name="code_end"),
    path("results/groups/", groups.listed, name="groups"),
    path("results/groups/make/", groups.make, name="group_make"),
    path("results/groups/<int:group_id>/", groups.renew, name="group"),
    path("results/groups/<int:group_id>/stop/", groups.stop, name="group_stop"),
    path("results/trials/", trials.listed, name="trials"),
    path("results/trials/start/", trials.start, name="trial_start"),
    path("results/trials/<int:trial_id>/", trials.one, name="trial"),
    path("results/trials/<int:trial_id>/end/", trials.end, name="trial_end"),
    path("results/network/", network.lines, name="network"),
    path("results/network/watch/", network.watch_now, name="network_watch"),
    path("results/network/<int:line_id>/", network.line, name="line"),
    path("results/network/<int:line_id>/release/", network.line_release, name="line_release"),
    path("results/screening/", screening.listed, name="screening"),
    path("results/screening/policy/", screening.policy_page, name="screening_policy"),
    path("results/screening/<int:screening_id>/", screening.screened, name="screened"),
    path("results/screening/<int:screening_id>/decide/", screening.decide, name="screening_decide"),
    path("plans/", plans.plans_page, name="plans"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/stop/", plans.plan_stop, name="plan_stop"),
    path("plans/<int:version_id>/", plans.plan, name="plan"),
    path("plans/<int:version_id>/replay/", plans.plan_replay, name="plan_replay"),
    path("plans/<int:version_id>/seen/", plans.plan_seen, name="plan_seen"),
    path("plans/<int:version_id>/sign/", plans.plan_sign, name="plan_sign"),
    path("plans/<int:version_id>/start/", plans.plan_start, name="plan_start"),
]
