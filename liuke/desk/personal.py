"""The desk's part in a person's export and in forgetting them: what was said goes, that there was a matter stays.

It stands beside the usual files because it serves `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.desk import words
from liuke.desk.models import Attachment, Draft, Message, OwnAgent, Rating, Task, Ticket
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.jobs import later
from liuke.kit.sheets import Sheet


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    """Every matter and every public word, both ways; notes among staff are the brand's own."""
    yield Sheet(
        name="tickets", title=_("服务工单"),
        columns=(("number", _("编号")), ("kind", _("类型")), ("title", _("标题")), ("opened_at", _("提出时间")),
                 ("done_at", _("结束时间"))),
        rows=((row.number, words.word(words.KINDS, row.kind), crypto.decrypt(row.title_enc), row.opened_at, row.done_at)
              for row in Ticket.objects.filter(customer_id__in=customer_ids).order_by("pk")),
    )
    said = Message.objects.filter(ticket__customer_id__in=customer_ids, public=True).select_related("ticket")
    yield Sheet(
        name="conversations", title=_("服务对话"),
        columns=(("ticket", _("编号")), ("at", _("时间")), ("channel", _("渠道")), ("author", _("谁说的")),
                 ("text", _("内容"))),
        rows=((row.ticket.number, row.happened_at, words.word(words.CHANNELS, row.channel), row.author,
               crypto.decrypt(row.text_enc)) for row in said.order_by("pk").iterator(chunk_size=1_000)),
    )
    yield Sheet(
        name="ratings", title=_("服务评价"),
        columns=(("ticket", _("编号")), ("score", _("评分")), ("text", _("内容")), ("rated_at", _("时间"))),
        rows=((row.ticket.number, row.score, crypto.decrypt(row.text_enc) if row.text_enc else "", row.rated_at)
              for row in Rating.objects.filter(customer_id__in=customer_ids, score__isnull=False)
              .select_related("ticket").order_by("pk")),
    )
    yield Sheet(
        name="own_agent", title=_("专属客服"), columns=(("name", _("姓名")), ("since_at", _("时间"))),
        rows=OwnAgent.objects.filter(customer_id__in=customer_ids).values_list("staff__name", "since_at"),
    )


def open_matters(customer_ids: Sequence[int]) -> list[str]:
    """Matters that wait for us or for the customer."""
    count = Ticket.objects.filter(customer_id__in=customer_ids, done_at=None).count()
    return [_("%(count)s 张服务工单尚未解决") % {"count": count}] if count else []


def blank(customer_ids: Sequence[int], _now: datetime) -> None:
    """Blank what was said in every matter of the person, notes and pictures included. Again finds nothing."""
    require_transaction()
    mine = Ticket.objects.filter(customer_id__in=customer_ids)
    pictures = Attachment.objects.filter(message__ticket__in=mine)
    for file in pictures.values_list("file", flat=True):
        later("desk.remove_file", file=file)
    pictures.delete()
    Message.objects.filter(ticket__in=mine).update(text_enc=b"", marks=[])
    Draft.objects.filter(ticket__in=mine).delete()
    Task.objects.filter(ticket__in=mine).update(text_enc=b"", result_enc=b"")
    Rating.objects.filter(customer_id__in=customer_ids).update(text_enc=b"")
    mine.update(title_enc=b"")
    OwnAgent.objects.filter(customer_id__in=customer_ids).delete()
