"""Files too long to wait for: asked for by staff, made by a job that says how far it is, kept for a day."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from liuke.intake.tables import sheet
from liuke.kit import crypto
from liuke.kit.db import advisory_lock, require_no_transaction, require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.kit.jobs import later
from liuke.kit.push import publish
from liuke.mall.models import MadeFile, Order
from liuke.mall.queries import board, cards
from liuke.mall.services import paper, product_export

KEPT = timedelta(days=1)
BATCH = 100
PAUSE = 0.5                              # seconds between two words on how far it is
MOST_TRIES = 3                           # what has killed its worker so often is given up
UNFINISHED = ("waiting", "working")
WHAT = {"label": (True, False), "card": (False, True), "both": (True, True)}
TYPES = {".pdf": "application/pdf", ".csv": "text/csv; charset=utf-8",
         ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

Told = Callable[[int], None]


class NotReadyYet(Refused):
    """The file is still being made, or could not be made."""

    code = "file_not_ready"


def ask_for_papers(
    *, orders: Sequence[Order], size: str, what: str, name: str, staff_id: int, now: datetime
) -> MadeFile:
    """Labels and cards of these orders in one PDF. Asked again while it is being made, it is the same file."""
    asked = {"orders": [order.pk for order in orders], "size": size, "what": what}
    return _ask_for(MadeFile(kind="papers", asked=asked, total=len(orders), name=name, staff_id=staff_id), now)


def ask_for_products(*, name: str, staff_id: int, now: datetime) -> MadeFile:
    """The whole catalogue, as `import products` reads it; the name ends in .csv or .xlsx. Again as for papers."""
    return _ask_for(MadeFile(kind="products", total=product_export.count(), name=name, staff_id=staff_id), now)


def _ask_for(row: MadeFile, now: datetime) -> MadeFile:
    require_transaction()
    advisory_lock(f"made_files:{row.staff_id}")          # a double click
    row.asked["language"], row.expires_at = translation.get_language(), now + KEPT
    same = MadeFile.objects.defer("content_enc").filter(
        staff=row.staff_id, kind=row.kind, asked=row.asked, state__in=UNFINISHED, expires_at__gt=now,
        name__endswith=Path(row.name).suffix).first()
    if same:
        return same
    row.save()
    later("mall.make_file", file_id=row.pk)
    return row


def make(*, file_id: int) -> MadeFile | None:
    """Make the file. Killed in the middle, the next call begins anew, MOST_TRIES times; what is ready or gone is left.

    Not inside a transaction: pages hear how far it is. What is refused (no font) stands beside it as its problem.
    """
    require_no_transaction()
    row = MadeFile.objects.filter(pk=file_id, state__in=UNFINISHED).first()
    if row is None:
        return None
    if row.tries >= MOST_TRIES:
        return _end(row.pk, state="failed", problem=_("没有做成，请再试一次"))
    _end(row.pk, tries=row.tries + 1)
    try:
        with translation.override(row.asked.get("language")):
            made = MAKERS[row.kind](row, _teller(row.pk))
    except Refused as refused:
        return _end(row.pk, state="failed", problem=refused.message[:200])
    except Exception:
        _end(row.pk, state="failed", problem=_("没有做成，请再试一次"))
        raise
    return _end(row.pk, state="ready", done=row.total, content_enc=crypto.seal(made))


def content(row: MadeFile, *, now: datetime) -> bytes:
    """What is in it. Raises NotReadyYet, and NotYours once its day is over."""
    if now >= row.expires_at:
        raise NotYours(_("文件已过期，请重新生成"))
    if row.state != "ready" or row.content_enc is None:
        raise NotReadyYet(_("文件还没有做好"))
    return crypto.unseal(bytes(row.content_enc))


def delete_old(*, now: datetime) -> int:
    """Files whose day is over are gone; returns how many."""
    require_transaction()
    old = MadeFile.objects.filter(expires_at__lte=now).order_by("pk").values_list("pk", flat=True)[:BATCH]
    return MadeFile.objects.filter(pk__in=list(old)).delete()[0]


def forget_orders(order_ids: Sequence[int]) -> None:
    """Papers on which one of these orders stands are thrown away."""
    require_transaction()
    papers = MadeFile.objects.filter(kind="papers").values_list("pk", "asked")
    mine = [pk for pk, asked in papers if not set(order_ids).isdisjoint(asked.get("orders", ()))]
    MadeFile.objects.filter(pk__in=mine).delete()


def topic(file_id: int) -> str:
    """What pages of this file listen to."""
    return f"mall.files:{file_id}"


def _teller(pk: int) -> Told:
    """Writes down how far the file is, not more often than every PAUSE seconds."""
    last = 0.0

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PAUSE:
            last = time.monotonic()
            _end(pk, state="working", done=done)

    return tell


def _end(pk: int, **fields: Any) -> MadeFile | None:
    with transaction.atomic(durable=True):
        MadeFile.objects.filter(pk=pk).update(**fields)
        publish(topic=topic(pk))
    return MadeFile.objects.defer("content_enc").filter(pk=pk).first()


def _papers(row: MadeFile, tell: Told) -> bytes:
    label, card = WHAT[row.asked["what"]]
    orders = board.picked_ids(row.asked["orders"])
    return paper.pdf(cards.printed(orders), size=row.asked["size"], label=label, card=card, told=tell)


def _products(row: MadeFile, tell: Told) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / row.name
        with sheet(path) as out:
            out.write(product_export.columns())
            for done, each in enumerate(product_export.rows(), start=1):
                out.write(each)
                tell(done)
        return path.read_bytes()


MAKERS: Mapping[str, Callable[[MadeFile, Told], bytes]] = {"papers": _papers, "products": _products}
