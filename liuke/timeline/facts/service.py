"""What the desk does for customers."""

from dataclasses import dataclass

from liuke.timeline.facts.body import FactBody


@dataclass(frozen=True, kw_only=True)
class TicketOpened(FactBody):
    """The customer needs something from us. `kind` is empty while nobody is sure what."""

    label = "提出问题"
    ticket_id: int
    channel: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class DangerReported(FactBody):
    """The customer's words tell of danger, a lawyer or the press; `risk` is safety, legal or media. Once a ticket."""

    label = "反映险情"
    ticket_id: int
    risk: str


@dataclass(frozen=True, kw_only=True)
class TicketSolved(FactBody):
    """We have answered and consider the matter done."""

    label = "问题解决"
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class TicketReopened(FactBody):
    """A matter that was done is not: the customer or staff took it up again."""

    label = "问题重新打开"
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class TicketOverdue(FactBody):
    """A promised time passed without what was promised; it happened at the due instant, whenever it was noticed."""

    label = "服务超时"
    ticket_id: int
    clock: str


@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(FactBody):
    """What the customer answered another one was accepted, by who asked or by staff, within the limits of helping."""

    label = "帮助了其他顾客"
    answer_id: int
    question_id: int


@dataclass(frozen=True, kw_only=True)
class TicketRated(FactBody):
    """The customer rated a solution, `score` from 1 (bad) to 5."""

    label = "评价服务"
    ticket_id: int
    score: int
