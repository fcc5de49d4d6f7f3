"""Tables of the desk: what is said, what is asked for, what was promised, who serves."""

from liuke.desk.models.duty import (
    CallOut,
    CallRule,
    CallStep,
    DutyChange,
    DutyGap,
    DutyRotation,
    DutyTurn,
    Notice,
)
from liuke.desk.models.inbox import Department, DepartmentMember, Draft, KindModel, Macro, Rating, Task, TicketCount
from liuke.desk.models.promises import Policy, PolicyTarget, PolicyVersion, SpecialDay, VipGroup, WorkCalendar
from liuke.desk.models.routing import Agent, KindCertificate, OwnAgent, Viewing
from liuke.desk.models.talk import Attachment, Conversation, Delivery, Message
from liuke.desk.models.tickets import Deadline, LogEntry, StateName, Ticket, TicketProduct, TicketTag

__all__ = [
    "Agent", "Attachment", "CallOut", "CallRule", "CallStep", "Conversation", "Deadline", "Delivery", "Department",
    "DepartmentMember", "Draft", "DutyChange", "DutyGap", "DutyRotation", "DutyTurn", "KindCertificate",
    "KindModel", "LogEntry",
    "Macro", "Message", "Notice", "OwnAgent", "Policy", "PolicyTarget", "PolicyVersion", "Rating", "SpecialDay",
    "StateName", "Task", "Ticket", "TicketCount", "TicketProduct", "TicketTag",
    "Viewing", "VipGroup", "WorkCalendar",
]
