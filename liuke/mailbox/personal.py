"""The mailbox's part in a person's export and in forgetting them; beside the usual files for `liuke/personal.py`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.sheets import Sheet
from liuke.mailbox.models import Mail, ParkedFile, Participant
from liuke.mailbox.services.settling import forget_files


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    """Every mail of the person that became part of a conversation, as it was written."""
    rows = Mail.objects.filter(said__ticket__customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="mails", title=_("邮件"),
        columns=(("at", _("时间")), ("from", _("发件人")), ("subject", _("主题")), ("text", _("内容"))),
        rows=((row.arrived_at, crypto.decrypt(row.sender_enc), crypto.decrypt(row.subject_enc),
               crypto.decrypt(row.text_enc)) for row in rows.iterator(chunk_size=500)))


def blank(customer_ids: Sequence[int], _now: datetime) -> None:
    """Blank the mails of the person's matters, and what was parked from their addresses. Again finds nothing."""
    require_transaction()
    mine = Participant.objects.filter(conversation__customer_id__in=customer_ids)
    nothing = {"sender_enc": b"", "subject_enc": b"", "text_enc": b"", "left_out_enc": b""}
    Mail.objects.filter(said__ticket__customer_id__in=customer_ids).update(**nothing)
    parked = Mail.objects.filter(said=None, sender_blind__in=mine.values("blind"))
    forget_files(ParkedFile.objects.filter(mail__in=parked))
    parked.update(**nothing)
    mine.delete()
