"""Bank files: what waits is put into one, the bank carries it out, and its answer says what arrived."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from liuke.intake.files import open_table
from liuke.intake.rules import FileRefused
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours
from liuke.payouts.models import BankFile, Part
from liuke.payouts.rules import FILE_PARTS, MAX_REASON, BadPayout, PartState
from liuke.payouts.services import releasing

NUMBER, RESULT, REASON = "流水号", "结果", "原因"     # the columns of an answer  # data, not words
PAID = {"成功", "已付", "paid", "success", "ok"}       # data, not words
FAILED = {"失败", "退票", "failed", "returned"}        # data, not words


def make_file(*, now: datetime, by_id: int | None = None) -> BankFile:
    """Put every line that is in no file yet into a new one. Raises BadPayout when there is none."""
    require_transaction()
    advisory_lock("payouts:bank files")
    waiting = Part.objects.filter(state=PartState.SENDING, file=None, payout__way="bank").order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:FILE_PARTS])
    if not ids:
        raise BadPayout("file", _("没有等待银行付款的提现"))
    row = BankFile.objects.create(made_at=now, made_by_id=by_id)
    Part.objects.filter(pk__in=ids).update(file=row)
    return row


def read_answer(path: Path) -> dict[str, str]:
    """An answer as CSV or XLSX: 流水号 -> "" for paid or why it failed. Raises BadPayout with the wrong line."""
    try:
        lines = list(open_table(path).lines())
    except FileRefused as error:
        raise BadPayout("file", error.message) from error
    if not lines or NUMBER not in lines[0].cells or RESULT not in lines[0].cells:
        raise BadPayout("file", _("第一行须有「流水号」和「结果」两列"))
    head = lines[0].cells
    found: dict[str, str] = {}
    for line in lines[1:]:
        cells = dict(zip(head, (cell.strip() for cell in line.cells), strict=False))
        number, result = cells.get(NUMBER, ""), cells.get(RESULT, "").lower()
        if not number or number in found or result not in PAID | FAILED:
            raise BadPayout("file", _("第 %(line)d 行看不懂：流水号不能重复，结果写「成功」或「失败」") % {
                "line": line.number})
        found[number] = "" if result in PAID else (cells.get(REASON) or cells[RESULT])[:MAX_REASON]
    return found


def apply_results(*, file_id: int, results: Mapping[str, str], now: datetime) -> int:
    """Note what the bank says of lines of one file: "" arrived, otherwise why it did not; returns how many were new.

    All or none: BadPayout names a line that is not in this file. A line that has ended stays as it ended, so the same
    answer again is nothing; one that says otherwise of it is refused. Raises NotYours.
    """
    require_transaction()
    row = BankFile.objects.select_for_update().filter(pk=file_id).first()
    if row is None:
        raise NotYours
    parts = Part.objects.select_for_update(of=("self",)).select_related("payout").filter(file=row).order_by("pk")
    lines = {part.payout.number: part for part in parts}
    if strange := sorted(set(results) - set(lines)):
        raise BadPayout("file", _("这些流水号不在本文件里：%(numbers)s") % {"numbers": "、".join(strange[:5])})
    _check_ended(lines, results)
    new = [(lines[number], why) for number, why in sorted(results.items())
           if lines[number].state == PartState.SENDING]
    for part, why in new:
        if why:
            releasing.failed(part, why=why, now=now)
        else:
            releasing.arrived(part, at=now, now=now)
    if row.settled_at is None and not row.parts.filter(state=PartState.SENDING).exists():
        row.settled_at = now
        row.save(update_fields=["settled_at"])
    return len(new)


def apply_to_rest(*, file_id: int, now: datetime) -> int:
    """Every line that has no result yet arrived; returns how many."""
    require_transaction()
    rest = Part.objects.filter(file_id=file_id, state=PartState.SENDING).select_related("payout")
    return apply_results(file_id=file_id, results={part.payout.number: "" for part in rest}, now=now)


def _check_ended(lines: Mapping[str, Part], results: Mapping[str, str]) -> None:
    against: Sequence[str] = [
        number for number, why in sorted(results.items())
        if lines[number].state == (PartState.PAID if why else PartState.FAILED)]
    if against:
        raise BadPayout("file", _("这些流水号已有相反的结果：%(numbers)s") % {"numbers": "、".join(against[:5])})
