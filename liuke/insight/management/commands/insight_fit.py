"""Fit a purchase model to a file and print its parameters."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from liuke.intake.header import parse_map
from liuke.kit.errors import Refused

if TYPE_CHECKING:
    from liuke.insight.services.fitting import FileFit  # loads numpy and scipy: `liuke --help` does without


class Command(BaseCommand):
    help = ("Fit BG/NBD or MBG/NBD to an order log (customer, date) or to a summary (frequency, recency, T); "
            "CSV, CSV.GZ or XLSX, with Chinese or English column names.")
    needs_database = False
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        from liuke.insight.rules.orderlog import DAYS_IN  # noqa: PLC0415  as above
        from liuke.insight.rules.purchase import Kind  # noqa: PLC0415  as above

        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")
        parser.add_argument("--model", choices=[kind.value for kind in Kind], default=Kind.BGNBD.value)
        parser.add_argument("--unit", choices=list(DAYS_IN), default="day", help="unit of time for an order log")
        parser.add_argument("--penalty", type=float, help="on the squares of the log-parameters, per customer; "
                            "default: 0.0001 below 1000 customers, else 0")
        parser.add_argument("--until", type=date.fromisoformat, help="last day of an order log (YYYY-MM-DD); "
                            "default: the day of its last order")
        parser.add_argument("--zone", type=ZoneInfo, default=ZoneInfo(settings.TIME_ZONE), help="of times in the log")
        parser.add_argument("--date-order", choices=["ymd", "mdy", "dmy"], default="ymd")
        parser.add_argument("--map", type=parse_map, default={}, dest="chosen",
                            help="field=column pairs, such as customer=Buyer,time=Paid")

    def handle(self, *, file: Path, as_json: bool, model: str, unit: str, penalty: float | None, until: date | None,
               zone: ZoneInfo, date_order: Any, chosen: dict[str, str], **options: Any) -> None:
        from liuke.insight.rules.purchase import Kind  # noqa: PLC0415  as above
        from liuke.insight.services.fitting import fit_file  # noqa: PLC0415  as above

        try:
            found = fit_file(file, kind=Kind(model), unit=unit, penalty=penalty, zone=zone, until=until,
                             today=timezone.localdate(timezone=zone), chosen=chosen, date_order=date_order)
        except Refused as error:
            if as_json:
                self.stdout.write(json.dumps({"code": error.code, "message": error.message}, ensure_ascii=False))
            raise CommandError(error.message, returncode=1) from error
        answer = answer_of(found)
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if as_json else text_of(answer))


def answer_of(found: "FileFit") -> dict[str, Any]:
    """What `--json` prints."""
    from liuke.insight.rules.purchase import NAMES  # noqa: PLC0415  as above

    fit, reading = found.fit, found.reading
    return {
        "model": fit.kind, "source": found.source, "unit": found.unit,
        "until": found.until and found.until.isoformat(),
        "customers": fit.customers, "parameters": dict(zip(NAMES, fit.parameters.tolist(), strict=True)),
        "log_likelihood": fit.log_likelihood, "penalty": fit.penalty, "evaluations": fit.evaluations,
        "at_bound": list(fit.at_bound),
        "rows": {"read": reading.read, "used": reading.used, "set_aside": dict(reading.aside),
                 "rejected": dict(reading.rejected)},
        "first_rejected": [{"line": row.line, "column": row.column, "reason": row.reason}
                           for row in reading.first_rejected],
    }


def text_of(answer: dict[str, Any]) -> str:
    """The same for a person."""
    rows = answer["rows"]
    counts = {**rows["set_aside"], **{f"rejected: {reason}": count for reason, count in rows["rejected"].items()}}
    lines = [
        f"{answer['model']} on {answer['customers']:,} customers ({answer['source']}, unit: {answer['unit']})",
        "  ".join(f"{name} {value:.4f}" for name, value in answer["parameters"].items()),
        f"log-likelihood {answer['log_likelihood']:.2f}  penalty {answer['penalty']:g}",
        f"rows read {rows['read']:,}, used {rows['used']:,}" + "".join(f", {why} {n:,}" for why, n in counts.items()),
        *(f"line {row['line']}: {row['reason']} {row['column']}".rstrip() for row in answer["first_rejected"]),
    ]
    if answer["at_bound"]:
        lines.append(f"not held back by the data: {', '.join(answer['at_bound'])}; try --penalty 0.0001")
    return "\n".join(lines)
