"""A table as a download. A file of its own because the API and the pages hand out the same papers."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpResponse

from liuke.intake.tables import write_sheet
from liuke.kit.sheets import Sheet

KINDS = {"csv": "text/csv; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def sent(sheet: Sheet, kind: str) -> HttpResponse:
    """As csv or xlsx; anything else is xlsx. Kept nowhere on the way."""
    kind = kind if kind in KINDS else "xlsx"
    with TemporaryDirectory() as place:
        path = Path(place) / f"sheet.{kind}"
        write_sheet(path, sheet)
        answer = HttpResponse(path.read_bytes(), content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{sheet.name}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer
