"""Where each door is. Modules bring their own urls; nothing else decides a path."""

from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from liuke.cash import hooks as cash_hooks
from liuke.config import media
from liuke.config.api import api
from liuke.console import raw
from liuke.draws import public as draws_public
from liuke.mall import hooks as mall_hooks
from liuke.referral import welcome
from liuke.storefront import pages as storefront
from liuke.training import public as training_public
from liuke.webform import public as webform
from liuke.wecom import hooks as wecom_hooks

handler400, handler403 = "liuke.console.errors.bad_request", "liuke.console.errors.denied"
handler404, handler500 = "liuke.console.errors.not_found", "liuke.console.errors.broken"

urlpatterns = [
    path("", RedirectView.as_view(url="/console/")),
    path("api/v1/", api.urls),
    path("console/", include("liuke.console.urls")),
    path("console/", include("liuke.org.urls")),
    path("console/insight/", include("liuke.insight.urls")),
    path("console/mall/", include("liuke.mall.urls")),
    path("console/tiers/", include("liuke.tiers.urls")),
    path("console/desk/", include("liuke.desk.urls")),
    path("console/people/", include("liuke.performance.urls")),
    path("console/improve/", include("liuke.improve.urls")),
    path("console/help/", include("liuke.knowledge.urls")),
    path("console/mail/", include("liuke.mailbox.urls")),
    path("console/training/", include("liuke.training.urls")),
    path("drill/<str:token>/", training_public.candidate, name="drill_candidate"),
    path("report/", webform.report, name="webform"),
    path("report/<str:token>/", webform.case, name="webform_case"),
    path("report/<str:token>/pictures/<int:picture_id>/", webform.picture, name="webform_picture"),
    path("report/<str:token>/files/<int:file_id>/", webform.file, name="webform_file"),
    path("console/points-mall/", include("liuke.pointsmall.urls")),
    path("console/loyalty/", include("liuke.loyalty.urls")),
    path("console/cash/", include("liuke.cash.urls")),
    path("console/gifts/", include("liuke.gifts.urls")),
    path("console/payouts/", include("liuke.payouts.urls")),
    path("console/draws/", include("liuke.draws.urls")),
    path("draws/<str:number>/", draws_public.draw_page, name="draw_page"),
    path("console/referral/", include("liuke.referral.urls")),
    path("console/storefront/", include("liuke.storefront.urls")),
    path("shop/", storefront.shop, name="shop"),
    path("shop", RedirectView.as_view(pattern_name="shop", query_string=True)),
    path("shop/<path:name>", storefront.shop),
    path("console/raw/", raw.site.urls),
    path("media/<path:name>", media.picture),
    path("hooks/wechatpay/notify", mall_hooks.notify, {"provider": "wechat"}),
    path("hooks/wechatpay/transfer", cash_hooks.notify, {"provider": "wechat"}),
    path("hooks/demo/notify", mall_hooks.notify, {"provider": "demo"}),
    path("hooks/carriers/<str:carrier>/events", mall_hooks.carrier_event, name="carrier_event"),
    path("hooks/wecom/callback", wecom_hooks.callback, name="wecom_callback"),
    path("hooks/wecom/robot", wecom_hooks.robot, name="wecom_robot"),
    path("pay/demo/<str:number>/", mall_hooks.demo_cashier, name="demo_cashier"),
    path("r/<slug:token>", welcome.welcome, name="welcome"),
    path("console/language/", set_language, name="set_language"),
]
