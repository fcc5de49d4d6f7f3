"""Loyalty's pages for staff. Mounted under /console/loyalty/."""

from django.urls import path

from liuke.loyalty.console import awards, budgets, compensating, coupons, effect, granting, packs, points, ruling

app_name = "loyalty"

urlpatterns = [
    path("rules/", ruling.rules_page, name="rules"),
    path("rules/new/", ruling.rule_new, name="rule_new"),
    path("rules/<int:rule_id>/", ruling.rule, name="rule"),
    path("rules/<int:rule_id>/change/", ruling.rule_change, name="rule_change"),
    path("rules/new/preview/", ruling.rule_preview, name="rule_preview"),
    path("rules/<int:rule_id>/change/preview/", ruling.rule_preview, name="rule_change_preview"),
    path("rules/<int:rule_id>/stop/", ruling.rule_stop, name="rule_stop"),
    path("packs/", packs.packs_page, name="packs"),
    path("packs/new/", packs.pack_new, name="pack_new"),
    path("packs/<int:pack_id>/stop/", packs.pack_stop, name="pack_stop"),
    path("points/", points.terms_page, name="points"),
    path("budgets/", budgets.budgets_page, name="budgets"),
    path("budgets/<int:budget_id>/", budgets.budget, name="budget"),
    path("budgets/<int:budget_id>/change/", budgets.budget_change, name="budget_change"),
    path("effect/", effect.effects, name="effects"),
    path("effect/measure/", effect.measure, name="effect_measure"),
    path("effect/resume/", effect.resume, name="effect_resume"),
    path("effect/<slug:kind>/<int:of_id>/", effect.one, name="effect"),
    path("effect/<slug:kind>/<int:of_id>/stop/", effect.stop, name="effect_stop"),
    path("awards/", awards.awards, name="awards"),
    path("coupons/", coupons.templates, name="coupons"),
    path("coupons/new/", coupons.template_new, name="coupon_new"),
    path("coupons/<int:template_id>/", coupons.template, name="coupon"),
    path("coupons/<int:template_id>/change/", coupons.template_change, name="coupon_change"),
    path("coupons/<int:template_id>/stop/", coupons.template_stop, name="coupon_stop"),
    path("coupons/<int:template_id>/give/", coupons.batch_new, name="coupon_batch_new"),
    path("batches/<int:batch_id>/", coupons.batch, name="coupon_batch"),
    path("batches/<int:batch_id>/progress/", coupons.batch_progress, name="coupon_batch_progress"),
    path("batches/<int:batch_id>/stop/", coupons.batch_stop, name="coupon_batch_stop"),
    path("batches/<int:batch_id>/resume/", coupons.batch_resume, name="coupon_batch_resume"),
    path("batches/<int:batch_id>/codes.csv", coupons.batch_codes, name="coupon_codes"),
    path("customers/<int:customer_id>/coupons/give/", coupons.give, name="coupon_give"),
    path("coupons/withdraw/<int:coupon_id>/", coupons.withdraw, name="coupon_withdraw"),
    path("customers/<int:customer_id>/grant/", granting.grant, name="grant"),
    path("tickets/<str:number>/compensate/", compensating.ask, name="compensate"),
    path("compensations/<int:compensation_id>/", compensating.decide, name="compensation"),
    path("grants/", granting.grants, name="grants"),
    path("grants/undo/", granting.undo, name="grant_undo"),
    path("grants/<int:grant_id>/", granting.decide, name="grant_decide"),
    path("customers/<int:customer_id>/", awards.customer_points, name="customer"),
]
