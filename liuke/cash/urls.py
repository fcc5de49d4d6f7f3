"""Cash's pages for staff. Mounted under /console/cash/."""

from django.urls import path

from liuke.cash.console import bonuses, flows, plans

app_name = "cash"

urlpatterns = [
    path("", bonuses.bonuses_page, name="bonuses"),
    path("decide/", bonuses.decide, name="decide"),
    path("<int:bonus_id>/again/", bonuses.again, name="again"),
    path("stuck/<int:transfer_id>/", bonuses.stuck, name="stuck"),
    path("limits/", bonuses.terms_page, name="terms"),
    path("plans/", plans.plans_page, name="plans"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<int:plan_id>/", plans.plan, name="plan"),
    path("plans/<int:plan_id>/decide/", plans.plan_decide, name="plan_decide"),
    path("plans/<int:plan_id>/cancel/", plans.plan_cancel, name="plan_cancel"),
    path("comparison/", flows.flows_page, name="flows"),
    path("comparison/<int:difference_id>/explain/", flows.explain, name="explain"),
]
