"""Questions of customers and what others answer, as customers and staff read them; nobody's name is shown in full."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from liuke.desk.queries.finding import marks_of
from liuke.kit import crypto
from liuke.kit.errors import NotYours
from liuke.knowledge import rules
from liuke.knowledge.models import Answer, Question

ANONYMOUS = "*"


@dataclass(frozen=True)
class Answered:
    """One answer. `by` is the first sign of a name; `trusted` helpers are marked."""

    id: int
    by: str
    trusted: bool
    text: str
    at: datetime
    votes: int
    accepted: bool
    mine: bool
    waiting: bool


@dataclass(frozen=True)
class Asked:
    """One question with its answers, the accepted one first, then by votes."""

    id: int
    by: str
    text: str
    product: str
    product_name: str
    at: datetime
    solved: bool
    mine: bool
    waiting: bool
    answers: tuple[Answered, ...]


def questions(
    *, reader_id: int | None, text: str = "", product_code: str = "", mine: bool = False, before: int | None = None,
) -> tuple[list[Asked], int | None]:
    """Open questions, the newest first (or one's own, whatever their state), and where the next page begins."""
    rows = Question.objects.filter(customer=reader_id) if mine else Question.objects.filter(state=rules.OPEN)
    if product_code:
        rows = rows.filter(product__code=product_code)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if marks := marks_of(text[: rules.QUERY_CHARACTERS]):
        rows = rows.filter(marks__contains=marks)
    found = list(_with_answers(rows, reader_id).order_by("-pk")[: rules.PAGE + 1])
    page = found[: rules.PAGE]
    return _asked(page, reader_id), page[-1].pk if len(found) > rules.PAGE else None


def question(question_id: int, *, reader_id: int | None) -> Asked:
    """One that is open, or one's own. Raises NotYours."""
    rows = Question.objects.filter(Q(state=rules.OPEN) | Q(customer=reader_id or 0), pk=question_id)
    found = _asked(list(_with_answers(rows, reader_id)), reader_id)
    if not found:
        raise NotYours
    return found[0]


def _with_answers(rows: QuerySet[Question], reader_id: int | None) -> QuerySet[Question]:
    seen = Answer.objects.filter(Q(state=rules.OPEN) | Q(customer=reader_id or 0) & ~Q(state=rules.HIDDEN))
    answers = seen.select_related("customer").order_by("pk")
    return rows.select_related("customer", "product").prefetch_related(Prefetch("answers", answers, to_attr="shown"))


def _asked(rows: list[Question], reader_id: int | None) -> list[Asked]:
    answers: list[Answer] = [each for row in rows for each in row.shown]  # type: ignore[attr-defined]  # prefetched
    trusted = trusts({each.customer_id for each in answers})
    return [Asked(
        row.pk, _sign(row.customer.name_enc), crypto.decrypt(row.text_enc), row.product.code if row.product else "",
        row.product.name if row.product else "", row.agreed_at, row.solved, row.customer_id == reader_id,
        row.state == rules.WAITING,
        tuple(sorted((_answered(each, trusted, reader_id) for each in answers if each.question_id == row.pk),
                     key=lambda each: (not each.accepted, -each.votes, each.id)))) for row in rows]


def _answered(each: Answer, trusted: dict[int, int], reader_id: int | None) -> Answered:
    return Answered(each.pk, _sign(each.customer.name_enc), trusted.get(each.customer_id, 0) >= rules.TRUSTED,
                    crypto.decrypt(each.text_enc), each.said_at, each.votes, each.accepted_at is not None,
                    each.customer_id == reader_id, each.state == rules.WAITING)


def _sign(name_enc: bytes | memoryview) -> str:
    name = crypto.decrypt(name_enc) if name_enc else ""
    return f"{name[:1]}{ANONYMOUS}{ANONYMOUS}" if name else ""


def trusts(customer_ids: set[int]) -> dict[int, int]:
    """How far each helper is trusted; one statement."""
    rows = Answer.objects.filter(customer__in=customer_ids).values_list("customer").annotate(
        good=Count("pk", filter=Q(accepted_at__isnull=False)), bad=Count("pk", filter=Q(state=rules.HIDDEN)))
    return {customer_id: rules.trust(good, bad) for customer_id, good, bad in rows}


def rewarded_since(customer_id: int, since: datetime) -> int:
    """How many accepted answers of this helper have earned since then."""
    return Answer.objects.filter(customer=customer_id, accepted_at__gt=since, unrewarded="").count()


def same_pair(helper_id: int, asker_id: int, *, now: datetime, but: int, window: timedelta) -> bool:
    """Whether this asker's questions have earned this helper something not long ago, or the other way round."""
    pairs = Q(customer=helper_id, question__customer=asker_id) | Q(customer=asker_id, question__customer=helper_id)
    return Answer.objects.filter(pairs, accepted_at__gt=now - window, unrewarded="").exclude(pk=but).exists()


def waiting() -> tuple[list[tuple[Question, str]], list[tuple[Answer, str, str]]]:
    """Questions and answers that staff look at before everybody may, the oldest first."""
    questions_ = Question.objects.filter(state=rules.WAITING).select_related("customer", "product").order_by("pk")
    answers = Answer.objects.filter(state=rules.WAITING).select_related("customer", "question").order_by("pk")
    return ([(row, crypto.decrypt(row.text_enc)) for row in questions_[: rules.PAGE * 2]],
            [(row, crypto.decrypt(row.text_enc), crypto.decrypt(row.question.text_enc))
             for row in answers[: rules.PAGE * 2]])
