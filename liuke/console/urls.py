"""Pages of staff that belong to no single module."""

from django.urls import path

from liuke.console import audit, automation, customer_record, customer_rights, customers, home, imports, search, tags

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("theme/", home.set_theme, name="set_theme"),
    path("customers/", customers.customers, name="customers"),
    path("customers/new/", customer_record.customer_new, name="customer_new"),
    path("customers/tag/", customers.tag_many, name="tag_many"),
    path("customers/untag/", customers.untag_many, name="untag_many"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/<int:customer_id>/edit/", customer_record.customer_edit, name="customer_edit"),
    path("customers/<int:customer_id>/identities/", customer_record.identity_add, name="identity_add"),
    path("customers/<int:customer_id>/identities/<int:identity_id>/", customers.reveal, name="identity_reveal"),
    path("customers/<int:customer_id>/identities/<int:identity_id>/remove/", customer_record.identity_remove,
         name="identity_remove"),
    path("customers/<int:customer_id>/tags/", customer_record.tag_add, name="tag_add"),
    path("customers/<int:customer_id>/tags/<int:tag_id>/remove/", customer_record.tag_remove, name="tag_remove"),
    path("customers/<int:customer_id>/consent/", customer_record.consent, name="consent"),
    path("customers/<int:customer_id>/merge/", customer_rights.merge, name="merge"),
    path("customers/<int:customer_id>/merge/<int:merge_id>/undo/", customer_rights.merge_undo, name="merge_undo"),
    path("customers/<int:customer_id>/twins/<int:twins_id>/", customer_rights.twins_dismiss, name="twins_dismiss"),
    path("customers/<int:customer_id>/export/", customer_rights.export_request, name="export_request"),
    path("customers/<int:customer_id>/export/<int:export_id>/", customer_rights.export_take, name="export_take"),
    path("customers/<int:customer_id>/forget/", customer_rights.forget, name="forget"),
    path("tags/", tags.tags, name="tags"),
    path("tags/new/", tags.tag_new, name="tag_new"),
    path("tags/<int:tag_id>/", tags.tag_change, name="tag_change"),
    path("imports/", imports.imports, name="imports"),
    path("imports/list/", imports.imports_list, name="imports_list"),
    path("imports/new/", imports.imports_new, name="imports_new"),
    path("imports/<int:run_id>/", imports.imports_run, name="imports_run"),
    path("imports/<int:run_id>/progress/", imports.imports_progress, name="imports_progress"),
    path("imports/<int:run_id>/start/", imports.imports_start, name="imports_start"),
    path("imports/<int:run_id>/errors/", imports.imports_errors, name="imports_errors"),
    path("automation/", automation.reactions, name="reactions"),
    path("automation/again/", automation.retry_reactions, name="retry_reactions"),
    path("automation/rules/", automation.rules, name="rules"),
    path("automation/facts/<int:fact_id>/", automation.fact, name="fact"),
    path("audit/", audit.audit, name="audit"),
    path("audit/file/", audit.audit_csv, name="audit_csv"),
]
