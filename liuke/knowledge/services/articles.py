"""Articles are written, published, taken back, read and judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from liuke.desk.queries.finding import marks_of
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours
from liuke.knowledge import rules
from liuke.knowledge.models import Article, ArticleOpinion
from liuke.knowledge.queries import articles


@dataclass(frozen=True, kw_only=True)
class Words:
    """Everything that an article says and for whom."""

    title: str
    body: str
    product_id: int | None = None
    stages: Sequence[str] = ()
    tutorial: bool = False
    cause: str = ""
    reply: str = ""
    public: bool = True


def save_article(*, words: Words, staff_id: int, now: datetime, article_id: int | None = None) -> Article:
    """Write an article, or change it; a new one is not published yet. Raises BadInput, NotYours."""
    require_transaction()
    title, body = " ".join(words.title.split()), words.body.strip()
    if not 0 < len(title) <= rules.TITLE_CHARACTERS or not 0 < len(body) <= rules.BODY_CHARACTERS:
        raise BadInput(_("请填写标题和正文。"))
    if Article.objects.count() >= rules.MOST_ARTICLES and article_id is None:
        raise BadInput(_("文章太多了，请先合并或删掉旧的。"))
    row = Article.objects.select_for_update().filter(pk=article_id).first() if article_id else Article()
    if row is None:
        raise NotYours
    row.title, row.body, row.product_id, row.stages = title, body, words.product_id, list(words.stages)
    row.tutorial, row.public = words.tutorial, words.public
    row.cause, row.reply = words.cause.strip()[: rules.CAUSE_CHARACTERS], words.reply.strip()
    row.marks = marks_of(f"{title} {row.cause} {body}")
    row.changed_at, row.changed_by_id = now, staff_id
    row.save()
    return row


def publish(*, article_id: int, published: bool, staff_id: int, now: datetime) -> Article:
    """Let it be found, or take it back. Again is nothing."""
    require_transaction()
    row = articles.article_seen(article_id)
    if row.published != published:
        row.published, row.changed_at, row.changed_by_id = published, now, staff_id
        row.save(update_fields=["published", "changed_at", "changed_by"])
    return row


def count_read(*, article_id: int) -> None:
    """Somebody opened it."""
    Article.objects.filter(pk=article_id).update(read=F("read") + 1)


def judge(*, article_id: int, customer_id: int, useful: bool, now: datetime) -> Article:
    """Whether it helped this customer; the last word counts, once. Raises NotYours."""
    require_transaction()
    row = articles.public_article(article_id)
    ArticleOpinion.objects.update_or_create(article=row, customer_id=customer_id,
                                            defaults={"useful": useful, "said_at": now})
    told = row.opinions.aggregate(good=Count("pk", filter=Q(useful=True)), bad=Count("pk", filter=Q(useful=False)))
    row.useful, row.useless = told["good"], told["bad"]
    row.save(update_fields=["useful", "useless"])
    return row
