"""Solved tickets become findable, and staff say what helped."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.desk.models import Message, Rating, Ticket
from liuke.desk.queries.finding import marks_of
from liuke.desk.rules import CUSTOMER, FINAL, GONE, STAFF
from liuke.desk.triage import only_thanks
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours
from liuke.knowledge import rules
from liuke.knowledge.models import Advice, Article, Solution
from liuke.knowledge.queries import faults
from liuke.knowledge.rules import Turn
from liuke.mall.models import RepairQuote


def learn(*, ticket_id: int, now: datetime) -> Solution | None:
    """Keep how a ticket was solved, or forget it while it is not; again brings it up to date.

    What it came from is what the repair found, else the first tag that staff put on it. The answer is the one that
    solved it, never a closing courtesy: rules.solving.
    """
    require_transaction()
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    known = Solution.objects.filter(ticket=ticket).first()
    said, asked = faults.said_in(ticket), faults.asked_of(ticket)
    if ticket.state in GONE or not asked or not any(each.author == STAFF for each in said):
        if known:
            known.delete()
        return None
    if ticket.state not in FINAL:
        if known:
            known.reopened = True
            known.save(update_fields=["reopened"])
        return known
    score = Rating.objects.filter(ticket=ticket, score__isnull=False).order_by("-pk").values_list("score", flat=True)
    row, _made = Solution.objects.update_or_create(ticket=ticket, defaults={
        "kind": ticket.kind, "product_ids": sorted(faults.products_of(ticket)), "marks": marks_of(asked),
        "cause": _cause(ticket), "answer": _answer(said), "score": score.first(), "solved_at": ticket.done_at or now})
    return row


def _answer(said: Sequence[Message]) -> Message | None:
    """What solved it."""
    words = [crypto.decrypt(each.text_enc) if each.text_enc else "" for each in said]
    at = rules.solving([Turn(each.author == STAFF, text, each.author == CUSTOMER and only_thanks(text))
                        for each, text in zip(said, words, strict=True)])
    return None if at is None else said[at]


def _cause(ticket: Ticket) -> str:
    if ticket.about_return_id:
        found = RepairQuote.objects.filter(request=ticket.about_return_id).order_by("-pk").first()
        if found:
            return faults.cause_of(found.diagnosis)
    return str(ticket.tags.order_by("pk").values_list("name", flat=True).first() or "")[: rules.CAUSE_CHARACTERS]


def advise(*, ticket_id: int, staff_id: int, kind: str, source_id: int, useful: bool, now: datetime) -> Advice:
    """Say whether a suggestion helped with this ticket; the last word counts, once, and for whose words they are now.

    Raises BadInput, NotYours.
    """
    require_transaction()
    if kind not in (rules.ARTICLE, rules.TICKET):
        raise BadInput(_("没有这种建议。"))
    of_article = kind == rules.ARTICLE
    article = Article.objects.filter(pk=source_id).first() if of_article else None
    solution = None if of_article else Solution.objects.select_related("answer").filter(pk=source_id).first()
    if article is None and solution is None:
        raise NotYours
    answer = solution.answer if solution else None
    row, _made = Advice.objects.update_or_create(
        ticket_id=ticket_id, staff_id=staff_id, article=article, solution=solution, defaults={
            "useful": useful, "said_at": now,
            "author_id": article.changed_by_id if article else answer.staff_id if answer else None})
    return row
