"""Ready answers as the brand writes them. Which of them fit a ticket is `queries/macros.py`."""

from collections.abc import Collection

from django.db.models import F
from django.utils.translation import gettext as _

from liuke.desk.models import Macro
from liuke.desk.rules import GONE, MACRO_CHARACTERS, MOST_MACROS, TAG_CHARACTERS, State
from liuke.desk.triage import TicketKind
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput

NAME_CHARACTERS = 40


def save_macro(
    *, name: str, text: str, kinds: Collection[str] = (), stages: Collection[str] = (), product_id: int | None = None,
    state: str = "", tag: str = "", active: bool = True, macro_id: int | None = None,
) -> Macro:
    """Write a ready answer, or replace what it says. Raises BadInput."""
    require_transaction()
    title, words, label = " ".join(name.split()), text.strip(), " ".join(tag.split())
    if not 0 < len(title) <= NAME_CHARACTERS or not 0 < len(words) <= MACRO_CHARACTERS:
        raise BadInput(_("请填写名称（最多 %(name)s 个字）和内容（最多 %(text)s 个字）。") % {
            "name": NAME_CHARACTERS, "text": MACRO_CHARACTERS})
    if not set(kinds) <= set(TicketKind) or len(label) > TAG_CHARACTERS:
        raise BadInput(_("没有这个工单类型，或标签太长。"))
    if state and state not in set(State) - GONE - {State.NEW}:
        raise BadInput(_("不能改成这个状态。"))
    if Macro.objects.filter(name=title).exclude(pk=macro_id or 0).exists():
        raise BadInput(_("已有同名的快捷回复。"))
    if macro_id is None and Macro.objects.count() >= MOST_MACROS:
        raise BadInput(_("快捷回复太多了，请先删掉不用的。"))
    row = Macro.objects.select_for_update().get(pk=macro_id) if macro_id else Macro()
    row.name, row.text, row.kinds, row.stages = title, words, sorted(set(kinds)), sorted(set(stages))
    row.product_id, row.state, row.tag, row.active = product_id, state, label, active
    row.save()
    return row


def mark_active(*, macro_id: int, active: bool) -> None:
    """Offer it, or no longer."""
    require_transaction()
    Macro.objects.filter(pk=macro_id).update(active=active)


def count_use(*, macro_id: int) -> Macro | None:
    """It was sent; what is used often is offered first. None when it is gone meanwhile."""
    require_transaction()
    Macro.objects.filter(pk=macro_id).update(used=F("used") + 1)
    return Macro.objects.filter(pk=macro_id).first()
