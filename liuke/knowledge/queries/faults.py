"""Fault help: what a customer's words are most like, among solved cases and articles, and what it came from."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q

from liuke.desk.models import Message, Ticket, TicketProduct
from liuke.desk.queries.finding import marks_of
from liuke.desk.rules import CUSTOMER, STAFF
from liuke.kit import crypto
from liuke.knowledge import rules
from liuke.knowledge.models import Advice, Article, Solution
from liuke.knowledge.queries import articles
from liuke.knowledge.rules import Source
from liuke.mall.models import OrderLine, RepairQuote, ReturnLine, Serial

WORDS_READ, PRODUCTS_READ = 10, 20


@dataclass(frozen=True)
class Suggestion:
    """One thing that may help. `likeness` is in percent; `words` answer the customer; `number` leads to the ticket."""

    kind: str
    id: int
    title: str
    words: str
    cause: str
    product: bool
    score: int | None
    reopened: bool
    number: str
    at: datetime
    likeness: int = 0
    useful: int = 0
    useless: int = 0
    mine: bool | None = None


@dataclass(frozen=True)
class Help:
    """Suggestions, the best first, and the likely causes with their percent."""

    suggestions: tuple[Suggestion, ...]
    causes: tuple[tuple[str, int], ...]


def said_in(ticket: Ticket) -> list[Message]:
    """What customer and staff said to each other in it, the oldest first; of a long talk the newest part."""
    rows = Message.objects.filter(ticket=ticket, author__in=(CUSTOMER, STAFF), public=True)
    return list(rows.order_by("-happened_at", "-pk")[: rules.TURNS_READ])[::-1]


def asked_of(ticket: Ticket) -> str:
    """What the customer has said in it, the newest last, cut to what is compared."""
    rows = Message.objects.filter(ticket=ticket, author=CUSTOMER, public=True).order_by("-happened_at", "-pk")
    words = [crypto.decrypt(each) for each in rows.values_list("text_enc", flat=True)[:WORDS_READ]]
    return "\n".join(reversed(words))[-rules.ASKED_CHARACTERS :]


def products_of(ticket: Ticket) -> set[int]:
    """The goods it is about: as somebody said, else of its request, the customer's pieces, what they bought."""
    if said := TicketProduct.objects.filter(ticket=ticket).values_list("product_id", flat=True).first():
        return {said}
    if ticket.about_return_id:
        lines = ReturnLine.objects.filter(request=ticket.about_return_id)
        return set(lines.exclude(line__item=None).values_list("line__item__product_id", flat=True))
    pieces = Serial.objects.filter(customer=ticket.customer_id).order_by("-pk")
    if found := set(pieces.values_list("sku__product_id", flat=True)[:PRODUCTS_READ]):
        return found
    bought = OrderLine.objects.filter(order__customer=ticket.customer_id).exclude(item=None).order_by("-pk")
    return set(bought.values_list("item__product_id", flat=True)[:PRODUCTS_READ])


def repaired_before(ticket: Ticket) -> set[str]:
    """What earlier repairs of the customer's goods found."""
    rows = RepairQuote.objects.filter(request__customer=ticket.customer_id).exclude(request=ticket.about_return_id or 0)
    return {cause_of(text) for text in rows.order_by("-pk").values_list("diagnosis", flat=True)[:PRODUCTS_READ]}


def cause_of(text: str) -> str:
    """The first line, as causes are called."""
    return text.strip().partition("\n")[0][: rules.CAUSE_CHARACTERS]


def help_for(ticket: Ticket, *, staff_id: int) -> Help:
    """The best suggestions for this ticket, never itself. A handful of statements, however much there is."""
    asked, product_ids, before = marks_of(asked_of(ticket)), products_of(ticket), repaired_before(ticket)
    if not asked:
        return Help((), ())
    found: dict[tuple[str, int], Article | Solution] = {
        (rules.ARTICLE, row.pk): row for row in articles.published().order_by("-pk")[: rules.MOST_ARTICLES]}
    seen, of = _common(found.values())
    weighed = rules.weights(asked, seen, of)
    candidates = Solution.objects.filter(marks__overlap=rules.rarest(weighed)).exclude(ticket=ticket)
    found |= {(rules.TICKET, row.pk): row for row in candidates.order_by("-solved_at", "-pk")[: rules.CANDIDATES]}
    alike = {key: rules.likeness(weighed, row.marks, seen) for key, row in found.items()}
    said = _advice([key for key, value in alike.items() if value >= rules.LEAST_LIKENESS])
    worth = {key: rules.worth(_source(found[key], said.get(key, (0, 0)), before), alike[key], product_ids)
             for key in alike if alike[key] >= rules.LEAST_LIKENESS}
    best = sorted(worth, key=lambda key: (-worth[key], key))
    mine = _mine(ticket, staff_id)
    shown = [replace(_suggestion(found[key], product_ids), likeness=round(100 * alike[key]), mine=mine.get(key),
                     useful=said.get(key, (0, 0))[0], useless=said.get(key, (0, 0))[1])
             for key in best[: rules.SHOWN]]
    causes = rules.shares((found[key].cause, worth[key]) for key in best[: rules.SHOWN * 4])
    return Help(tuple(shown), tuple(causes[: rules.SHOWN]))


def _common(rows: Collection[Article | Solution]) -> tuple[Mapping[int, int], int]:
    """How often each mark occurs in the articles and the newest solutions, and of how many texts."""
    texts: Sequence[Collection[int]] = [row.marks for row in rows]
    texts = [*texts, *Solution.objects.order_by("-solved_at").values_list("marks", flat=True)[: rules.SAMPLE]]
    return Counter(mark for marks in texts for mark in set(marks)), len(texts)


def _source(row: Article | Solution, said: tuple[int, int], before: Collection[str]) -> Source:
    if isinstance(row, Article):
        return Source(marks=(), product_ids=[row.product_id] if row.product_id else [], useful=said[0], useless=said[1],
                      repaired_before=row.cause in before)
    return Source(marks=(), product_ids=row.product_ids, score=row.score, reopened=row.reopened, useful=said[0],
                  useless=said[1], repaired_before=row.cause in before)


def _advice(keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, int]]:
    """(useful, useless) of each, as all staff have said."""
    of_articles = [pk for kind, pk in keys if kind == rules.ARTICLE]
    of_tickets = [pk for kind, pk in keys if kind == rules.TICKET]
    rows = Advice.objects.filter(Q(article__in=of_articles) | Q(solution__in=of_tickets)).values_list(
        "article_id", "solution_id").annotate(good=Count("pk", filter=Q(useful=True)), bad=Count(
            "pk", filter=Q(useful=False)))
    return {_key(article_id, solution_id): (good, bad) for article_id, solution_id, good, bad in rows}


def _mine(ticket: Ticket, staff_id: int) -> dict[tuple[str, int], bool]:
    rows = Advice.objects.filter(ticket=ticket, staff=staff_id).values_list("article_id", "solution_id", "useful")
    return {_key(article_id, solution_id): useful for article_id, solution_id, useful in rows}


def _key(article_id: int | None, solution_id: int | None) -> tuple[str, int]:
    return (rules.ARTICLE, article_id) if article_id else (rules.TICKET, solution_id or 0)


def _suggestion(row: Article | Solution, product_ids: Collection[int]) -> Suggestion:
    if isinstance(row, Article):
        return Suggestion(rules.ARTICLE, row.pk, row.title, row.reply or row.body, row.cause,
                          row.product_id in product_ids, None, False, "", row.changed_at)
    ticket = Ticket.objects.select_related("customer").get(pk=row.ticket_id)
    title = crypto.decrypt(ticket.title_enc) if ticket.title_enc else ticket.number
    return Suggestion(rules.TICKET, row.pk, title, _words(row, ticket), row.cause,
                      bool(set(row.product_ids) & set(product_ids)), row.score, row.reopened, ticket.number,
                      row.solved_at)


def _words(row: Solution, ticket: Ticket) -> str:
    """The answer that solved it, without the name of whom it was written to."""
    answer = row.answer
    words = crypto.decrypt(answer.text_enc) if answer and answer.text_enc else ""
    name = crypto.decrypt(ticket.customer.name_enc) if ticket.customer.name_enc else ""
    return words.replace(name, "") if len(name) > 1 else words
