"""Customers ask all others, help each other, and what is accepted earns, within limits that farming does not pay."""

from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from liuke.customers.queries import records
from liuke.desk.models import Ticket
from liuke.desk.queries.finding import marks_of
from liuke.desk.triage import judged
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.knowledge import rules
from liuke.knowledge.models import Answer, AnswerVote, Question
from liuke.knowledge.queries import peers
from liuke.mall.models import Product
from liuke.mall.queries import orders
from liuke.timeline import facts
from liuke.timeline.services import record

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class NotAgreed(BadInput):
    """A question is shown to all only when its customer agrees to that."""

    code = "question_not_agreed"


class TooMuchToday(Refused):
    """Enough for today: what is written in bulk helps nobody."""

    code = "peer_limit"


class OwnQuestion(Refused):
    """One's own question is answered by others."""

    code = "own_question"


class AlreadyAccepted(Refused):
    """Another answer was accepted."""

    code = "answer_accepted"


def ask(
    *, customer_id: int, text: str, agreed: bool, key: str, now: datetime, product_code: str = "", case: str = "",
) -> Question:
    """Ask all customers; staff look at it first. `case` is one's own ticket it comes from. The same key is the same.

    Words of danger are not for others to answer: staff see them as a case, and the question is refused. Raises
    NotAgreed, BadInput, TooMuchToday, NotYours.
    """
    require_transaction()
    customer_id = records.living(customer_id)
    if not agreed:
        raise NotAgreed(_("请先同意把问题公开给其他顾客看。"))
    words = _words(text)
    if judged(words).risk:
        raise BadInput(_("这件事请直接联系客服，我们会马上处理。"))
    own_key = f"{customer_id}:{key}"
    if known := Question.objects.filter(key=own_key).first():
        return known
    if Question.objects.filter(customer=customer_id, agreed_at__gt=now - DAY).count() >= rules.QUESTIONS_A_DAY:
        raise TooMuchToday(_("今天提的问题够多了，请明天再来。"))
    product = Product.objects.filter(code=product_code).first() if product_code else None
    ticket = Ticket.objects.filter(number=case, customer=customer_id).first() if case else None
    if (product_code and product is None) or (case and ticket is None):
        raise NotYours
    return Question.objects.create(
        customer_id=customer_id, product=product, ticket=ticket, key=own_key, text_enc=crypto.encrypt(words),
        marks=marks_of(words), state=rules.WAITING, agreed_at=now)


def answer(*, question_id: int, customer_id: int, text: str, key: str, now: datetime) -> Answer:
    """Help somebody. A helper whose answers were accepted before is shown at once, others after staff have looked.

    The same key is the same answer. Raises NotYours, OwnQuestion, TooMuchToday, BadInput.
    """
    require_transaction()
    customer_id, words = records.living(customer_id), _words(text)
    question = Question.objects.select_for_update().filter(pk=question_id, state=rules.OPEN).first()
    if question is None:
        raise NotYours
    own_key = f"{customer_id}:{key}"
    if known := Answer.objects.filter(key=own_key).first():
        return known
    if question.customer_id == customer_id:
        raise OwnQuestion(_("自己的问题由别人来回答。"))
    said = Answer.objects.filter(customer=customer_id, said_at__gt=now - DAY).count()
    if said >= rules.ANSWERS_A_DAY or question.answers.count() >= rules.MOST_ANSWERS:
        raise TooMuchToday(_("今天回答得够多了，请明天再来。"))
    trusted = peers.trusts({customer_id}).get(customer_id, 0) >= rules.TRUSTED
    return Answer.objects.create(
        question=question, customer_id=customer_id, key=own_key, text_enc=crypto.encrypt(words), said_at=now,
        state=rules.OPEN if trusted and not judged(words).risk else rules.WAITING)


def vote(*, answer_id: int, customer_id: int) -> Answer:
    """Say that an answer helped; what the word counts goes by one's own trust. Again is once. Raises NotYours."""
    require_transaction()
    row = Answer.objects.select_for_update(of=("self",)).filter(pk=answer_id, state=rules.OPEN).first()
    if row is None or row.customer_id == customer_id:
        raise NotYours
    weight = rules.vote_weight(peers.trusts({customer_id}).get(customer_id, 0))
    AnswerVote.objects.get_or_create(answer=row, customer_id=customer_id, defaults={"weight": weight})
    row.votes = row.voters.aggregate(all=Sum("weight"))["all"] or 0
    row.save(update_fields=["votes"])
    return row


def accept(
    *, answer_id: int, now: datetime, asker_id: int | None = None, staff_id: int | None = None
) -> Answer:
    """This is the answer, says who asked, or staff. Its helper earns by the rules for AnswerAccepted, unless it smells
    of farming: then `unrewarded` says why. Again is once. Raises NotYours, AlreadyAccepted."""
    require_transaction()
    row = Answer.objects.select_related("question").filter(pk=answer_id, state=rules.OPEN).first()
    if row is None or (asker_id is not None and row.question.customer_id != asker_id):
        raise NotYours
    question = Question.objects.select_for_update().get(pk=row.question_id)
    accepted = question.answers.filter(accepted_at__isnull=False).first()
    if accepted:
        if accepted.pk == row.pk:
            return accepted
        raise AlreadyAccepted(_("这个问题已经采纳了别的回答。"))
    row.accepted_at, row.accepted_by_id = now, staff_id
    row.unrewarded = _why_not(row, question, by_staff=staff_id is not None, now=now)
    row.save(update_fields=["accepted_at", "accepted_by", "unrewarded"])
    question.solved = True
    question.save(update_fields=["solved"])
    if not row.unrewarded:
        record(facts.AnswerAccepted(answer_id=row.pk, question_id=question.pk), customer_id=row.customer_id,
               key=f"answer_accepted:{row.pk}", happened_at=now)
    return row


def _why_not(row: Answer, question: Question, *, by_staff: bool, now: datetime) -> str:
    bought = orders.bought(question.customer_id, shop_ids=None).orders > 0
    return rules.why_not_rewarded(
        own_house=question.customer_id == row.customer_id, by_staff=by_staff, asker_bought=bought,
        this_week=peers.rewarded_since(row.customer_id, now - WEEK),
        same_pair=peers.same_pair(row.customer_id, question.customer_id, now=now, but=row.pk,
                                  window=rules.SAME_PAIR_AGAIN))


def review(*, staff_id: int, show: bool, question_id: int | None = None, answer_id: int | None = None) -> None:
    """Staff let a question or an answer be seen, or hide it; what is hidden lowers its helper's trust."""
    require_transaction()
    del staff_id                                     # the door's audit row has it
    state = rules.OPEN if show else rules.HIDDEN
    if question_id is not None:
        changed = Question.objects.filter(pk=question_id).update(state=state)
    else:
        changed = Answer.objects.filter(pk=answer_id or 0).update(state=state)
    if not changed:
        raise NotYours


def _words(text: str) -> str:
    words = text.strip()
    if not 0 < len(words) <= rules.ANSWER_CHARACTERS or "\x00" in words:
        raise BadInput(_("请填写内容。"))
    return words
