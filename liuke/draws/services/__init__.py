"""Every write of draws: drafting, publishing, tickets, drawing, delivering and ending."""
