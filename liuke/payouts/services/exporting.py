"""The quarterly report of identities and incomes leaves the house, and that it did is kept."""

from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.sheets import Sheet
from liuke.payouts.models import TaxExport
from liuke.payouts.queries.taxes import quarter_sheet, quarters
from liuke.payouts.rules import BadPayout


def export_quarter(*, year: int, quarter: int, now: datetime, by_id: int | None = None) -> Sheet:
    """The quarter's table, with names and identity numbers in full; each call is kept with who asked.

    A quarter that is still running may be looked at; it counts as exported only once it is exported after its end.
    Raises BadPayout for a quarter in which nobody was paid.
    """
    require_transaction()
    found = next((each for each in quarters(now) if (each.year, each.quarter) == (year, quarter)), None)
    if found is None or not found.people:
        raise BadPayout("quarter", _("这个季度没有付款"))
    TaxExport.objects.create(year=year, quarter=quarter, people=found.people, gross_fen=found.gross_fen,
                             tax_fen=found.tax_fen, made_at=now, made_by_id=by_id)
    return quarter_sheet(year, quarter)
