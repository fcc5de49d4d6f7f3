"""What customers say of each solution: asked once, unless a rule says not to; a low score is looked into."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.desk.models import LogEntry, Rating, Ticket
from liuke.desk.rules import (
    ASKED_AGAIN_AFTER,
    CUSTOMER,
    FINAL,
    LOW_SCORE,
    MOST_REASONS,
    RATED_WITHIN,
    RATING_CHARACTERS,
    RATING_REASONS,
    REOPENS_WITHIN,
    SCORES,
    SPOKEN_TO_WITHIN,
    Kind,
    State,
)
from liuke.desk.services import assist, live, talk
from liuke.desk.services.tickets import entry, held
from liuke.desk.triage import TicketKind
from liuke.kit import crypto
from liuke.kit.errors import BadInput, Refused
from liuke.timeline import facts
from liuke.timeline.services import record


class NotAsked(Refused):
    """There is no open question about this case: it was not asked, was answered, or has expired."""

    code = "rating_not_asked"


def ask(*, ticket_id: int, key: str, now: datetime) -> Rating:
    """The question about a solution, or the first reason for which it is not asked. The same key again is the same."""
    ticket = held(ticket_id, alive=False)
    if known := Rating.objects.filter(key=key).first():
        return known
    row = Rating.objects.create(
        ticket=ticket, customer_id=ticket.customer_id, staff_id=ticket.assignee_id, key=key, asked_at=now,
        expires_at=now + RATED_WITHIN, suppressed=_suppressed(ticket, now))
    if not row.suppressed:
        live.tell(ticket, public=True)
    return row


def _suppressed(ticket: Ticket, now: datetime) -> str:
    """The first rule that speaks against asking; "" when none does."""
    customer = ticket.customer_id
    last = ticket.log.filter(kind=Kind.STATE, state__in=FINAL, withdrawn_at=None).order_by("-at", "-pk").first()
    asked = Rating.objects.filter(customer_id=customer, suppressed="", asked_at__gt=now - ASKED_AGAIN_AFTER)
    complaints = Ticket.objects.filter(customer_id=customer, done_at=None, kind=TicketKind.COMPLAINT)
    rules = (
        (State.SPAM, ticket.state == State.SPAM),
        (State.MERGED, ticket.state == State.MERGED),
        ("reopened", ticket.done_at is None),
        ("auto_closed", last is not None and last.staff_id is None and ticket.about_return_id is None),
        ("staff_started", not ticket.messages.filter(author=CUSTOMER).exists() and ticket.about_return_id is None),
        ("thanks", Rating.objects.filter(ticket=ticket, suppressed="").exists() and not _spoke_anew(ticket)),
        ("complaint_open", complaints.exclude(pk=ticket.pk).exists()),
        ("asked_lately", asked.exists()),
        ("channel_closed", _out_of_reach(ticket, now)),
    )
    return next((str(word) for word, holds in rules if holds), "")


def _out_of_reach(ticket: Ticket, now: datetime) -> bool:
    """Whether its channel lets us speak only for a while after the customer, and that while is over."""
    within = SPOKEN_TO_WITHIN.get(ticket.conversation.channel)
    said = ticket.conversation.messages.filter(author=CUSTOMER)
    return within is not None and not said.filter(happened_at__gt=now - within).exists()


def _spoke_anew(ticket: Ticket) -> bool:
    """Whether the customer said more than thanks since they were last asked."""
    last = Rating.objects.filter(ticket=ticket, suppressed="").order_by("-pk").values_list("asked_at", flat=True)[0]
    said = LogEntry.objects.filter(ticket=ticket, kind=Kind.CUSTOMER_MESSAGE, at__gt=last, withdrawn_at=None)
    return said.exclude(reopens=False).exists()


def rate(
    *, ticket_id: int, score: int, now: datetime, reasons: Collection[str] = (), text: str = ""
) -> Rating:
    """What the customer says. A low score with words takes the matter up again, without words managers look into it.

    The same score again is the same rating. Raises NotAsked, BadInput.
    """
    words = text.strip()
    if score not in SCORES or not set(reasons) <= set(RATING_REASONS) or len(set(reasons)) > MOST_REASONS:
        raise BadInput(_("请选择 1 到 5 分，最多 %(most)s 个原因。") % {"most": MOST_REASONS})
    if len(words) > RATING_CHARACTERS or "\x00" in words:
        raise BadInput(_("内容太长，最多 %(most)s 个字。") % {"most": RATING_CHARACTERS})
    ticket = held(ticket_id, alive=False)
    row = Rating.objects.select_for_update().filter(ticket=ticket, suppressed="").order_by("-pk").first()
    if row is not None and row.score == score:
        return row
    if row is None or row.score is not None or now >= row.expires_at:
        raise NotAsked(_("这次服务不需要评价，或已经评价过。"))
    row.score, row.reasons, row.rated_at = score, sorted(set(reasons)), now
    row.text_enc = crypto.encrypt(words) if words else b""
    row.save(update_fields=["score", "reasons", "rated_at", "text_enc"])
    entry(ticket, "rated", at=now, word=str(score))
    record(facts.TicketRated(ticket_id=ticket.pk, score=score), customer_id=ticket.customer_id,
           key=f"ticket_rated:{row.pk}", happened_at=now)
    if score <= LOW_SCORE:
        _look_into(ticket, row, words, now)
    live.tell(ticket, public=True)
    return row


def _look_into(ticket: Ticket, row: Rating, words: str, now: datetime) -> None:
    if words and ticket.state in FINAL and ticket.done_at and now - ticket.done_at <= REOPENS_WITHIN:
        talk.reopen(ticket_id=ticket.pk, text=words, external_id=f"rating:{row.pk}", now=now)
    else:
        assist.review(ticket=ticket, key=f"rating:{row.pk}", text=words, now=now)
