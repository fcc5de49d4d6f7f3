"""Tables of the desk: what is said (talk), what is asked for (tickets), what was promised (promises)."""

from liuke.desk.models.promises import Policy, PolicyTarget, PolicyVersion, SpecialDay, VipGroup, WorkCalendar
from liuke.desk.models.talk import Attachment, Conversation, Message
from liuke.desk.models.tickets import Deadline, LogEntry, StateName, Ticket, TicketTag

__all__ = [
    "Attachment", "Conversation", "Deadline", "LogEntry", "Message", "Policy", "PolicyTarget", "PolicyVersion",
    "SpecialDay", "StateName", "Ticket", "TicketTag", "VipGroup", "WorkCalendar",
]
