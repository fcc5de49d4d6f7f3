"""Pages of figures. Mounted under /console/insight/."""

from django.urls import path

from liuke.insight import console

app_name = "insight"

urlpatterns = [
    path("retention/", console.retention, name="retention"),
    path("revenue/", console.revenue, name="revenue"),
    path("rhythm/", console.rhythm, name="rhythm"),
    path("tiers/", console.tiers, name="tiers"),
    path("tiers/cut/", console.cut, name="cut"),
    path("refresh/", console.refresh, name="refresh"),
    path("customers/", console.customers, name="customers"),
]
