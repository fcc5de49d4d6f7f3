"""What is typed and not yet sent is kept for its writer."""

from datetime import datetime

from liuke.desk.models import Draft
from liuke.desk.rules import TEXT_CHARACTERS
from liuke.kit import crypto
from liuke.kit.db import require_transaction


def save_draft(*, ticket_id: int, staff_id: int, text: str, now: datetime) -> None:
    """Keep it, in place of what was kept before; nothing keeps nothing. What is too long to be sent is cut."""
    require_transaction()
    words = text[:TEXT_CHARACTERS].replace("\x00", "")
    if not words.strip():
        Draft.objects.filter(ticket_id=ticket_id, staff_id=staff_id).delete()
        return
    Draft.objects.update_or_create(ticket_id=ticket_id, staff_id=staff_id,
                                   defaults={"text_enc": crypto.encrypt(words), "saved_at": now})
