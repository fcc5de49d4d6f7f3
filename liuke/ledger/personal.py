"""The ledger's part of a person's export: their accounts and every posting on them. Money is never blanked.

It stands beside the usual files because it shapes the ledger's own reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from liuke.kit.sheets import Sheet
from liuke.ledger.queries import Line, accounts, statement

CUSTOMER = "customer"


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    mine = [row for pk in customer_ids for row in accounts(owner=(CUSTOMER, pk))]
    yield Sheet(
        name="accounts", title=_("账户"),
        columns=(("address", _("账户")), ("unit", _("单位")), ("posted", _("余额")), ("held", _("冻结"))),
        rows=[(row.address, row.unit, row.posted, row.held) for row in mine],
    )
    yield Sheet(
        name="statement", title=_("账户明细"),
        columns=(("account", _("账户")), ("at", _("时间")), ("kind", _("类型")), ("change", _("变动")),
                 ("balance", _("变动后余额")), ("key", _("凭证号"))),
        rows=((row.address, line.booked_at, line.kind, line.change, line.posted, line.key)
              for row in mine for line in _lines(row.address)),
    )


def _lines(address: str) -> Iterator[Line]:
    """Every line of the account, newest first, a page at a time."""
    page = statement(address)
    yield from page.lines
    while page.before:
        page = statement(address, before=page.before)
        yield from page.lines
