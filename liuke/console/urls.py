"""Pages of staff that belong to no single module."""

from django.urls import path

from liuke.console import audit, automation, home, search

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("theme/", home.set_theme, name="set_theme"),
    path("automation/", automation.reactions, name="reactions"),
    path("automation/again/", automation.retry_reactions, name="retry_reactions"),
    path("automation/rules/", automation.rules, name="rules"),
    path("automation/facts/<int:fact_id>/", automation.fact, name="fact"),
    path("audit/", audit.audit, name="audit"),
    path("audit/file/", audit.audit_csv, name="audit_csv"),
]
