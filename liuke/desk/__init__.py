"""After-sales service: tickets, clocks, duty roster."""
