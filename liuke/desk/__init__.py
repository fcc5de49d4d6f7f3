"""After-sales service: tickets, clocks, duty roster.

A Conversation is a thread on a channel; its Messages belong to Tickets, the matters of one customer. Every change of a
ticket is a LogEntry; Deadlines are what the clocks read from the log. Facts: TicketOpened, DangerReported,
TicketSolved, TicketReopened, TicketOverdue.
"""
