"""Logging in and out, the second factor, and the pages for staff, roles and the brand. Mounted under /console/."""

from allauth.account import views as account
from django.urls import include, path

from liuke.org import console

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/<uidb36>-<key>/", account.password_reset_from_key, name="account_reset_password_from_key"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
    path("staff/", console.staff_list, name="org_staff"),
    path("staff/new/", console.staff_new, name="org_staff_new"),
    path("staff/<int:staff_id>/", console.staff_page, name="org_staff_page"),
    path("staff/<int:staff_id>/roles/", console.staff_roles, name="org_staff_roles"),
    path("staff/<int:staff_id>/active/", console.staff_active, name="org_staff_active"),
    path("staff/<int:staff_id>/password/", console.staff_password, name="org_staff_password"),
    path("staff/<int:staff_id>/second-factor/", console.staff_second_factor, name="org_staff_second_factor"),
    path("brand/", console.brand_page, name="org_brand"),
    path("brand/shops/", console.shop_new, name="org_shop_new"),
    path("brand/shops/<int:shop_id>/active/", console.shop_active, name="org_shop_active"),
]
