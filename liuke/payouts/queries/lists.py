"""Pay-outs as pages and members see them."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from liuke.kit import crypto
from liuke.kit.errors import NotYours
from liuke.kit.money import decimal
from liuke.kit.sheets import Sheet
from liuke.ledger.queries import balance, left_of
from liuke.payouts import accounts
from liuke.payouts.models import BankAccount, BankFile, Part, Payout, Person, Run
from liuke.payouts.rules import OPEN, PAGE, PartState, State

REMARK = "推广佣金"                        # data, not words


@dataclass(frozen=True, slots=True)
class Free:
    """All in fen. `free` can be paid out; `under_way` was asked for and has not ended."""

    free_fen: int
    under_way_fen: int


def free_of(customer_id: int) -> Free:
    own = balance(accounts.own(customer_id))
    rows = Payout.objects.filter(customer_id=customer_id, state__in=OPEN)
    open_fen = rows.aggregate(sum=Sum(F("gross_fen") - F("back_fen")))["sum"] or 0
    return Free(own.free, open_fen)


def payouts_list() -> QuerySet[Payout]:
    """All, newest first, with what a page shows of each."""
    return Payout.objects.select_related("customer", "run", "decided_by", "asked_by").order_by("-pk")


def payouts_of(customer_id: int, *, before: int | None = None) -> list[Payout]:
    """A member's own, newest first, fifty at a time."""
    rows = Payout.objects.filter(customer_id=customer_id)
    return list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[:PAGE])


def payout_for(customer_id: int, payout_id: int) -> Payout:
    """The member's own. Raises NotYours."""
    row = Payout.objects.filter(customer_id=customer_id, pk=payout_id).first()
    if row is None:
        raise NotYours
    return row


def counts() -> dict[str, tuple[int, int]]:
    """For each state how many, and their gross in fen."""
    rows = Payout.objects.values("state").annotate(n=Count("pk"), fen=Sum("gross_fen")).order_by("state")
    return {row["state"]: (row["n"], row["fen"]) for row in rows}


def runs_list() -> QuerySet[Run]:
    return Run.objects.select_related("made_by").order_by("-pk")


def files_list() -> QuerySet[BankFile]:
    """Newest first, with how many lines and fen, and how many have no result yet."""
    waits = Q(parts__state=PartState.SENDING)
    return BankFile.objects.select_related("made_by").annotate(
        lines=Count("parts"), fen=Sum("parts__amount_fen"), open=Count("parts", filter=waits)).order_by("-pk")


def waiting_for_bank() -> tuple[int, int]:
    """How many lines are in no file yet, and their fen."""
    rows = Part.objects.filter(state=PartState.SENDING, file=None, payout__way="bank")
    found = rows.aggregate(n=Count("pk"), fen=Sum("amount_fen"))
    return found["n"], found["fen"] or 0


def lines_of(file: BankFile) -> QuerySet[Part]:
    return Part.objects.filter(file=file).select_related("payout__customer").order_by("pk")


def bank_sheet(file: BankFile) -> Sheet:
    """What the bank is handed: names people and their accounts in full. The last two columns are for its answer."""
    parts = list(lines_of(file))
    ids = [part.payout.customer_id for part in parts]
    names = {row.customer_id: crypto.decrypt(row.name_enc) for row in Person.objects.filter(customer_id__in=ids)}
    banks = {row.customer_id: row for row in BankAccount.objects.filter(customer_id__in=ids)}
    columns = ("流水号", "收款户名", "收款账号", "开户银行", "金额", "附言", "结果", "原因")   # data, not words
    return Sheet(
        name=file.number, title=file.number, columns=tuple((word, word) for word in columns),
        rows=[(part.payout.number, names.get(part.payout.customer_id, ""), *_account(banks.get(
            part.payout.customer_id)), decimal(part.amount_fen), REMARK, "", "") for part in parts])


def _account(row: BankAccount | None) -> tuple[str, str]:
    return (crypto.decrypt(row.number_enc), row.bank) if row else ("", "")


def differing(limit: int = 50) -> list[int]:
    """Open pay-outs whose money is not set aside as they say; empty, or something is broken."""
    rows = Payout.objects.filter(state__in=(State.HELD, State.APPROVAL)).order_by("pk")[:10_000]
    return [row.pk for row in rows if left_of(f"payout:{row.pk}") != row.gross_fen][:limit]
