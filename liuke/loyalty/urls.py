"""Loyalty's pages for staff. Mounted under /console/loyalty/."""

from django.urls import path

from liuke.loyalty.console import awards, budgets, effect, granting, ruling

app_name = "loyalty"

urlpatterns = [
    path("rules/", ruling.rules_page, name="rules"),
    path("rules/new/", ruling.rule_new, name="rule_new"),
    path("rules/<int:rule_id>/", ruling.rule, name="rule"),
    path("rules/<int:rule_id>/change/", ruling.rule_change, name="rule_change"),
    path("rules/new/preview/", ruling.rule_preview, name="rule_preview"),
    path("rules/<int:rule_id>/change/preview/", ruling.rule_preview, name="rule_change_preview"),
    path("rules/<int:rule_id>/stop/", ruling.rule_stop, name="rule_stop"),
    path("budgets/", budgets.budgets_page, name="budgets"),
    path("budgets/<int:budget_id>/", budgets.budget, name="budget"),
    path("budgets/<int:budget_id>/change/", budgets.budget_change, name="budget_change"),
    path("effect/", effect.effects, name="effects"),
    path("effect/measure/", effect.measure, name="effect_measure"),
    path("effect/resume/", effect.resume, name="effect_resume"),
    path("effect/<slug:kind>/<int:of_id>/", effect.one, name="effect"),
    path("effect/<slug:kind>/<int:of_id>/stop/", effect.stop, name="effect_stop"),
    path("awards/", awards.awards, name="awards"),
    path("customers/<int:customer_id>/grant/", granting.grant, name="grant"),
    path("grants/undo/", granting.undo, name="grant_undo"),
    path("customers/<int:customer_id>/", awards.customer_points, name="customer"),
]
