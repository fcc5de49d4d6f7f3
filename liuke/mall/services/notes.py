"""What staff write down about an order, for colleagues."""

from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours
from liuke.mall.models import OrderNote
from liuke.mall.rules.stages import NOTE_CHARACTERS


def add_note(*, order_id: int, staff_id: int, text: str, now: datetime) -> OrderNote:
    """Raises BadInput for an empty or overlong note."""
    require_transaction()
    text = text.strip()
    if not 0 < len(text) <= NOTE_CHARACTERS:
        raise BadInput(_("备注不能为空，最多 %(most)s 个字") % {"most": NOTE_CHARACTERS})
    return OrderNote.objects.create(order_id=order_id, staff_id=staff_id, text=text, at=now)


def remove_note(*, order_id: int, note_id: int, staff_id: int) -> None:
    """Only whoever wrote it may; raises NotYours."""
    require_transaction()
    gone, _rows = OrderNote.objects.filter(pk=note_id, order_id=order_id, staff_id=staff_id).delete()
    if not gone:
        raise NotYours
