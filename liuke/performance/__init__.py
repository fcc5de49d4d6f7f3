"""How people at the desk do: figures of each day, compared fairly, and the service bonus that follows from them.

A **share** is what one ticket says of the people who worked on it; a **day** is the sum of the shares of one person,
one local date and one kind of ticket. A trigger names each ticket whose log has grown and a clock folds it anew, so the
days are always what the log says, whatever comes in late. A **bonus** is suggested by month and decided by a manager.

Stands above the desk, whose log it reads. Records no facts: figures of staff are not the customer's story.
"""
