"""What was paid and withheld: for the next tax, for one person's statement, for the tax office's quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Min, QuerySet, Sum
from django.utils.translation import gettext as _

from liuke.kit import crypto
from liuke.kit.money import decimal
from liuke.kit.sheets import Sheet
from liuke.payouts.models import Payout, Person, TaxExport
from liuke.payouts.rules import BEIJING, closed_quarters, quarter_months
from liuke.payouts.tax import Paid

GROSS, TAX = F("gross_fen") - F("back_fen"), F("tax_fen") - F("back_tax_fen")


@dataclass(frozen=True, slots=True)
class Quarter:
    """What one quarter holds, and the last time it was exported."""

    year: int
    quarter: int
    people: int
    gross_fen: int
    tax_fen: int
    exported: TaxExport | None


@dataclass(frozen=True, slots=True)
class Month:
    month: date
    payouts: int
    gross_fen: int
    tax_fen: int

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.tax_fen


def paid_before(customer_id: int) -> list[Paid]:
    """Every released pay-out of the person, without what went back; one for each month is enough."""
    return [Paid(each.month, each.gross_fen, each.tax_fen) for each in months_of(customer_id)]


def months_of(customer_id: int, *, year: int | None = None) -> list[Month]:
    """The person's statement: for each tax month how much was paid out and withheld, oldest first."""
    rows = _released().filter(customer_id=customer_id)
    if year is not None:
        rows = rows.filter(tax_month__year=year)
    found = rows.values("tax_month").annotate(n=Count("pk"), gross=Sum(GROSS), tax=Sum(TAX)).order_by("tax_month")
    return [Month(row["tax_month"], row["n"], row["gross"], row["tax"]) for row in found]


def years_of(customer_id: int) -> list[int]:
    return [day.year for day in _released().filter(customer_id=customer_id).dates("tax_month", "year", order="DESC")]


def statement_sheet(customer_id: int, year: int) -> Sheet:
    """The person's own paper for one year; money as yuan."""
    return Sheet(
        name=f"statement-{year}", title=_("提现与扣税明细"),
        columns=(("month", _("月份")), ("payouts", _("付款笔数")), ("gross", _("收入（元）")),
                 ("tax", _("代扣个税（元）")), ("net", _("到手（元）"))),
        rows=[(f"{each.month:%Y-%m}", each.payouts, decimal(each.gross_fen), decimal(each.tax_fen),
               decimal(each.net_fen)) for each in months_of(customer_id, year=year)])


def quarters(now: datetime) -> list[Quarter]:
    """Every quarter since the first pay-out, the running one too, newest first."""
    first = _released().aggregate(first=Min("tax_month"))["first"]
    if first is None:
        return []
    today = now.astimezone(BEIJING).date()
    running = (today.year, (today.month + 2) // 3)
    made: dict[tuple[int, int], TaxExport] = {(row.year, row.quarter): row
                                              for row in TaxExport.objects.order_by("pk").select_related("made_by")}
    return [_quarter(at, made.get(at)) for at in reversed([*closed_quarters(first, today), running])]


def missing_quarters(now: datetime) -> list[str]:
    """Closed quarters in which people were paid and which nobody has exported: 2026Q3. G13 speaks of these."""
    today = now.astimezone(BEIJING).date()
    running = (today.year, (today.month + 2) // 3)
    return [f"{each.year}Q{each.quarter}" for each in reversed(quarters(now))
            if (each.year, each.quarter) != running and each.people and not _exported_whole(each)]


def _exported_whole(each: Quarter) -> bool:
    """Whether the last export was made after the quarter had ended."""
    _since, until = quarter_months(each.year, each.quarter)
    return each.exported is not None and each.exported.made_at.astimezone(BEIJING).date() >= until


def _quarter(at: tuple[int, int], exported: TaxExport | None) -> Quarter:
    found = of_quarter(*at).aggregate(people=Count("customer", distinct=True), gross=Sum(GROSS), tax=Sum(TAX))
    return Quarter(*at, found["people"], found["gross"] or 0, found["tax"] or 0, exported)


def of_quarter(year: int, quarter: int) -> QuerySet[Payout]:
    since, until = quarter_months(year, quarter)
    return _released().filter(tax_month__gte=since, tax_month__lt=until)


def quarter_sheet(year: int, quarter: int) -> Sheet:
    """Identities and incomes of everybody paid in the quarter, for the tax office (国务院令第 810 号). Names people."""
    found = list(of_quarter(year, quarter).values("customer_id", "customer__number").annotate(
        n=Count("pk"), gross=Sum(GROSS), tax=Sum(TAX)).order_by("customer_id"))
    people = {row.customer_id: row for row in Person.objects.filter(
        customer_id__in=[row["customer_id"] for row in found])}
    return Sheet(
        name=f"tax-{year}Q{quarter}", title=_("平台内从业人员身份和收入"),
        columns=(("name", _("姓名")), ("kind", _("证件类型")), ("number", _("证件号码")), ("member", _("会员号")),
                 ("payouts", _("付款笔数")), ("gross", _("收入（元）")), ("tax", _("代扣个税（元）"))),
        rows=[(*_identity(people.get(row["customer_id"])), row["customer__number"], row["n"], decimal(row["gross"]),
               decimal(row["tax"])) for row in found])


def _identity(person: Person | None) -> Sequence[str]:
    if person is None:
        return ("", "", "")
    return crypto.decrypt(person.name_enc), _("居民身份证"), crypto.decrypt(person.number_enc)


def _released() -> QuerySet[Payout]:
    """Pay-outs whose tax was reckoned and of which something was paid."""
    return Payout.objects.filter(tax_month__isnull=False, gross_fen__gt=F("back_fen"))
