"""The knowledge base's part in a person's export and in forgetting them; beside the usual files for `personal.py`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.sheets import Sheet
from liuke.knowledge.models import Answer, AnswerVote, ArticleOpinion, Question, Solution
from liuke.knowledge.rules import HIDDEN


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    """What the person asked others and answered them."""
    yield Sheet(
        name="questions", title=_("互助提问"), columns=(("at", _("时间")), ("text", _("内容"))),
        rows=((row.agreed_at, crypto.decrypt(row.text_enc))
              for row in Question.objects.filter(customer_id__in=customer_ids).order_by("pk")))
    yield Sheet(
        name="peer_answers", title=_("互助回答"), columns=(("at", _("时间")), ("text", _("内容"))),
        rows=((row.said_at, crypto.decrypt(row.text_enc))
              for row in Answer.objects.filter(customer_id__in=customer_ids).order_by("pk")))


def blank(customer_ids: Sequence[int], _now: datetime) -> None:
    """Questions and answers of the person are gone from sight, with their words. Again finds nothing."""
    require_transaction()
    Question.objects.filter(customer_id__in=customer_ids).update(text_enc=b"", marks=[], state=HIDDEN)
    Answer.objects.filter(customer_id__in=customer_ids).update(text_enc=b"", state=HIDDEN)
    ArticleOpinion.objects.filter(customer_id__in=customer_ids).delete()
    AnswerVote.objects.filter(customer_id__in=customer_ids).delete()
    Solution.objects.filter(ticket__customer_id__in=customer_ids).delete()
