"""Help for customers: articles, and questions that others answer. Under /api/v1/help/; reading needs no login.

No `from __future__ import annotations` beside endpoints: ninja reads their types.
"""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from liuke.customers import doors
from liuke.knowledge import rules
from liuke.knowledge.models import Article
from liuke.knowledge.queries import articles, peers
from liuke.knowledge.queries.peers import Asked
from liuke.knowledge.services import articles as writing
from liuke.knowledge.services import peers as helping

reads = doors.PerAddress("help reads", most=1200, free=120)
writes = doors.PerAddress("help writes", most=120, free=15)
router = Router(tags=["help"], throttle=reads)
REFUSED = {404: doors.Said, 409: doors.Said, 422: doors.Said}
OWN = {401: doors.Said, **REFUSED}
PeerWords = Annotated[doors.Text, Field(min_length=1, max_length=rules.ANSWER_CHARACTERS)]


class HelpArticleOut(Schema):
    """`body` is plain text with line breaks, empty in lists; `stages`: states of an order it is for, none means any."""

    id: int
    title: str
    body: str
    tutorial: bool
    product: str
    stages: list[str]
    changed_at: datetime
    useful: int


class HelpArticlesOut(Schema):
    articles: list[HelpArticleOut]


class HelpOpinionIn(Schema):
    useful: bool


class PeerAnswerOut(Schema):
    """`by`: the first sign of a name; `trusted`: others have accepted their answers. `waiting`: only you see it yet."""

    id: int
    by: str
    trusted: bool
    text: str
    at: datetime
    votes: int
    accepted: bool
    mine: bool
    waiting: bool


class PeerQuestionOut(Schema):
    """`product` is a code; `waiting`: staff look at it before others see it."""

    id: int
    by: str
    text: str
    product: str
    product_name: str
    at: datetime
    solved: bool
    mine: bool
    waiting: bool
    answers: list[PeerAnswerOut]


class PeerQuestionsOut(Schema):
    questions: list[PeerQuestionOut]
    next: int | None


class PeerQuestionIn(Schema):
    """`agreed`: that everybody may read it, said by the customer and never ticked beforehand. `case`: one's own."""

    text: PeerWords
    agreed: bool
    product: doors.Word = ""
    case: doors.Word = ""


class PeerAnswerIn(Schema):
    text: PeerWords


@router.get("/articles", response={200: HelpArticlesOut, **REFUSED})
def help_articles(
    request: HttpRequest, q: doors.Word = "", product: doors.Word = "", stage: doors.Word = "",
) -> dict[str, object]:
    """Twenty articles: by words, for a product (its code), for the state of an order; the likeliest first."""
    del request
    return {"articles": [_article(row, whole=False)
                         for row in articles.public(text=q, product_code=product, stage=stage)]}


@router.get("/articles/{article_id}", response={200: HelpArticleOut, **REFUSED})
def help_article(request: HttpRequest, article_id: doors.Id) -> dict[str, object]:
    """One article with its words."""
    del request
    row = articles.public_article(article_id)
    writing.count_read(article_id=row.pk)
    return _article(row, whole=True)


@router.post("/articles/{article_id}/opinion", response={200: HelpArticleOut, **OWN}, auth=doors.customer_auth,
             throttle=writes)
def help_opinion(request: HttpRequest, article_id: doors.Id, body: HelpOpinionIn) -> dict[str, object]:
    """Whether it helped; the last word counts."""
    with transaction.atomic(durable=True):
        row = writing.judge(article_id=article_id, customer_id=doors.customer_of(request), useful=body.useful,
                            now=timezone.now())
    return _article(row, whole=True)


@router.get("/questions", response={200: PeerQuestionsOut, **OWN}, auth=doors.customer_auth)
def peer_questions(
    request: HttpRequest, q: doors.Word = "", product: doors.Word = "", mine: bool = False,
    before: Query[doors.Id | None] = None,
) -> dict[str, object]:
    """Twenty questions with their answers, the newest first; `mine` for one's own, whatever their state."""
    found, following = peers.questions(reader_id=doors.customer_of(request), text=q, product_code=product, mine=mine,
                                       before=before)
    return {"questions": found, "next": following}


@router.get("/questions/{question_id}", response={200: PeerQuestionOut, **OWN}, auth=doors.customer_auth)
def peer_question(request: HttpRequest, question_id: doors.Id) -> Asked:
    """One question; the accepted answer comes first."""
    return peers.question(question_id, reader_id=doors.customer_of(request))


@router.post("/questions", response={200: PeerQuestionOut, **OWN}, auth=doors.customer_auth, throttle=writes)
def peer_ask(request: HttpRequest, body: PeerQuestionIn, key: doors.Text = doors.KEY) -> Asked:
    """Ask all customers. The same Idempotency-Key again is the same question."""
    reader = doors.customer_of(request)
    with transaction.atomic(durable=True):
        row = helping.ask(customer_id=reader, text=body.text, agreed=body.agreed, key=key, now=timezone.now(),
                          product_code=body.product, case=body.case)
    return peers.question(row.pk, reader_id=reader)


@router.post("/questions/{question_id}/answers", response={200: PeerQuestionOut, **OWN}, auth=doors.customer_auth,
             throttle=writes)
def peer_answer(
    request: HttpRequest, question_id: doors.Id, body: PeerAnswerIn, key: doors.Text = doors.KEY
) -> Asked:
    """Help. The first answers of a helper wait until staff have looked."""
    reader = doors.customer_of(request)
    with transaction.atomic(durable=True):
        helping.answer(question_id=question_id, customer_id=reader, text=body.text, key=key, now=timezone.now())
    return peers.question(question_id, reader_id=reader)


@router.post("/answers/{answer_id}/vote", response={200: PeerQuestionOut, **OWN}, auth=doors.customer_auth,
             throttle=writes)
def peer_vote(request: HttpRequest, answer_id: doors.Id) -> Asked:
    """It helped me too; once."""
    reader = doors.customer_of(request)
    with transaction.atomic(durable=True):
        row = helping.vote(answer_id=answer_id, customer_id=reader)
    return peers.question(row.question_id, reader_id=reader)


@router.post("/answers/{answer_id}/accept", response={200: PeerQuestionOut, **OWN}, auth=doors.customer_auth,
             throttle=writes)
def peer_accept(request: HttpRequest, answer_id: doors.Id) -> Asked:
    """Who asked says: this is the answer; once."""
    reader = doors.customer_of(request)
    with transaction.atomic(durable=True):
        row = helping.accept(answer_id=answer_id, asker_id=reader, now=timezone.now())
    return peers.question(row.question_id, reader_id=reader)


def _article(row: Article, *, whole: bool) -> dict[str, object]:
    return {"id": row.pk, "title": row.title, "body": row.body if whole else "", "tutorial": row.tutorial,
            "product": row.product.code if row.product else "", "stages": row.stages, "changed_at": row.changed_at,
            "useful": row.useful}
