"""Everything known about one person as a zip: made by a job, kept encrypted, taken once, gone after three days."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from liuke.customers.models import Customer, PersonalExport
from liuke.customers.queries import personal
from liuke.customers.rules import records
from liuke.customers.rules.records import CustomerForgotten
from liuke.customers.services.records import lock_living
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.kit.jobs import later
from liuke.kit.sheets import Sheet, Value
from liuke.timeline import facts
from liuke.timeline.services import record

FORMULA, NUMBER = {"=", "+", "-", "@", "\t", "\r"}, re.compile(r"[+-]?[0-9.]+")
Table = tuple[Sheet, list[tuple[Value, ...]]]


class NotReady(Refused):
    """The export is still being made."""

    code = "export_not_ready"


class Gone(Refused):
    """The export was taken already, or has expired: ask for another one."""

    code = "export_gone"
    status = 410


def request_export(*, customer_id: int, now: datetime, by_id: int | None = None) -> PersonalExport:
    """Ask for an export and queue the job that makes it. Again is another export."""
    require_transaction()
    customer = lock_living(customer_id)
    row = PersonalExport.objects.create(customer=customer, requested_by_id=by_id, requested_at=now)
    later("customers.build_export", export_id=row.pk)
    return row


def build_export(*, export_id: int, now: datetime) -> PersonalExport:
    """Make the zip. Again, or after the person was forgotten, changes nothing."""
    require_transaction()
    row = PersonalExport.objects.select_for_update().select_related("customer").get(pk=export_id)
    if row.ready_at is not None or row.customer.forgotten_at is not None:
        return row
    packed = pack(row.customer, now)
    assert len(packed) <= records.EXPORT_BYTES, f"export {row.pk} has {len(packed)} bytes"
    row.zip_enc, row.ready_at, row.expires_at = crypto.seal(packed), now, now + records.EXPORT_LIFE
    row.save(update_fields=["zip_enc", "ready_at", "expires_at"])
    return row


def take_export(*, export_id: int, now: datetime) -> bytes:
    """The zip, once: it is deleted as it is handed out. Raises NotReady, Gone, CustomerForgotten."""
    require_transaction()
    row = PersonalExport.objects.select_for_update().select_related("customer").get(pk=export_id)
    if row.customer.forgotten_at is not None:
        raise CustomerForgotten
    if row.ready_at is None:
        raise NotReady(_("还在整理，请稍等片刻再下载。"))
    if row.zip_enc is None or row.expires_at is None or now >= row.expires_at:
        raise Gone(_("这份资料已被下载过或已过期，请重新导出。"))
    packed = crypto.unseal(bytes(row.zip_enc))
    row.zip_enc, row.taken_at = None, now
    row.save(update_fields=["zip_enc", "taken_at"])
    record(facts.PersonalDataExported(export_id=row.pk), customer_id=row.customer_id,
           key=f"personal_data_exported:{row.pk}", happened_at=now)
    return packed


def delete_expired_exports(*, now: datetime) -> int:
    """Throw away what nobody has taken in time; returns how many."""
    require_transaction()
    return PersonalExport.objects.filter(zip_enc__isnull=False, expires_at__lte=now).update(zip_enc=None)


def pack(customer: Customer, now: datetime) -> bytes:
    """The zip itself: one page to read, one JSON file for machines, one CSV file per sheet for spreadsheets."""
    with translation.override(settings.LANGUAGE_CODE):
        ids = personal.one_person(customer.pk)
        tables = [(sheet, list(sheet.rows)) for part in personal.parts() for sheet in part.sheets(ids)]
        page = render_to_string("customers/personal_export.html", {
            "number": customer.number, "made_at": now,
            "tables": [(sheet, [[_shown(value) for value in row] for row in rows]) for sheet, rows in tables],
        })
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("index.html", page)
        packed.writestr("data.json", _json(customer, tables, now))
        for sheet, rows in tables:
            packed.writestr(f"csv/{sheet.name}.csv", _csv(sheet, rows))
    return out.getvalue()


def _json(customer: Customer, tables: Sequence[Table], now: datetime) -> str:
    data: dict[str, object] = {"customer": customer.number, "made_at": now.isoformat()}
    for sheet, rows in tables:
        keys = [key for key, _ in sheet.columns]
        data[sheet.name] = [dict(zip(keys, row, strict=True)) for row in rows]
    return json.dumps(data, ensure_ascii=False, indent=1, default=lambda value: value.isoformat())


def _csv(sheet: Sheet, rows: Sequence[tuple[Value, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([title for _, title in sheet.columns])
    writer.writerows([_harmless(_shown(value)) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()              # spreadsheets need the mark to read Chinese


def _shown(value: Value) -> str:
    if value is None:
        return ""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else str(value)


def _harmless(text: str) -> str:
    """A cell that begins like a formula is kept from being one; numbers and phones stay as they are."""
    return f"'{text}" if text[:1] in FORMULA and not NUMBER.fullmatch(text) else text
