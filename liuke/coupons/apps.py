from django.apps import AppConfig


class CouponsConfig(AppConfig):
    name = "liuke.coupons"
