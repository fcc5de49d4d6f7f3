"""The form's part in a person's export and in forgetting them; beside the usual files for `liuke/personal.py`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.sheets import Sheet
from liuke.webform.models import Report


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    """Who the person said they are, on each form; what they wrote stands in the desk's part."""
    rows = Report.objects.filter(conversation__customer_id__in=customer_ids).order_by("pk")
    yield Sheet(
        name="web_forms", title=_("网页表单"),
        columns=(("at", _("时间")), ("name", _("称呼")), ("contact", _("手机号或邮箱")), ("order", _("订单号"))),
        rows=((row.sent_at, crypto.decrypt(row.name_enc), crypto.decrypt(row.contact_enc),
               crypto.decrypt(row.order_number_enc)) for row in rows.iterator(chunk_size=500)))


def blank(customer_ids: Sequence[int], _now: datetime) -> None:
    """Take their reports away; their links lead nowhere then. Again finds nothing."""
    require_transaction()
    Report.objects.filter(conversation__customer_id__in=customer_ids).delete()
