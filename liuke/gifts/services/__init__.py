"""Every write of gifts: kinds, giving, claiming, and how they end."""
