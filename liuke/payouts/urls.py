"""Pay-outs' pages for staff. Mounted under /console/payouts/."""

from django.urls import path

from liuke.payouts.console import files, payouts

app_name = "payouts"

urlpatterns = [
    path("", payouts.payouts_page, name="payouts"),
    path("decide/", payouts.decide, name="decide"),
    path("runs/", payouts.runs_page, name="runs"),
    path("terms/", payouts.terms_page, name="terms"),
    path("<int:payout_id>/", payouts.payout_page, name="payout"),
    path("files/", files.files_page, name="files"),
    path("files/<int:file_id>/", files.file_page, name="file"),
    path("files/<int:file_id>/take/", files.file_take, name="file_take"),
    path("files/<int:file_id>/answer/", files.file_answer, name="file_answer"),
    path("tax/", files.tax_page, name="tax"),
    path("tax/<int:year>/<int:quarter>/take/", files.tax_take, name="tax_take"),
    path("statements/<int:customer_id>/", files.statement_page, name="statement"),
    path("statements/<int:customer_id>/take/", files.statement_take, name="statement_take"),
]
