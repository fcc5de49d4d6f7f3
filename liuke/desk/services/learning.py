"""The small model of kinds: learnt anew each night from what staff have said, tried, and used only when it is good."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from django.db.models import Q

from liuke.desk import learning
from liuke.desk.learning import LEAST_MATTERS, Learned
from liuke.desk.models import KindModel, Ticket
from liuke.desk.rules import LEARNT_FROM
from liuke.kit import crypto
from liuke.kit.db import require_transaction

BY_STAFF, BY_WORDS = "staff", "words"


def learn_kinds(*, now: datetime) -> KindModel | None:
    """Learn from the newest matters: those that staff sorted, and those that were ended as the rules had sorted them.

    Replaces the model of the day before. Nothing is learnt from less than LEAST_MATTERS, or of less than two kinds.
    """
    require_transaction()
    examples = list(_examples())
    if len(examples) < LEAST_MATTERS or len({kind for kind, _text in examples}) < 2:
        return None
    found, test = learning.learn(examples), learning.tried(examples)
    row = KindModel.objects.create(
        learned_at=now, matters=found.matters, said=found.said, asked=test.asked, named=test.named, right=test.right,
        used=test.good)
    KindModel.objects.filter(pk__lt=row.pk).delete()
    return row


def _examples() -> Iterator[tuple[str, str]]:
    known = Q(kind_by=BY_STAFF) | Q(kind_by=BY_WORDS, done_at__isnull=False)
    rows = Ticket.objects.filter(known).exclude(kind="").exclude(title_enc=b"").order_by("-pk")
    for kind, title in rows.values_list("kind", "title_enc")[:LEARNT_FROM]:
        yield kind, crypto.decrypt(title)


def kind_of(text: str) -> str:
    """What the model says these words are about; "" when it is not sure, or there is none to be trusted."""
    newest = KindModel.objects.order_by("-pk").values_list("pk", "used").first()
    if newest is None or not newest[1]:
        return ""
    return learning.named(_learned(newest[0]), text)


@lru_cache(maxsize=2)
def _learned(model_id: int) -> Learned:
    row = KindModel.objects.get(pk=model_id)
    return Learned(row.matters, row.said)
