"""Staff pages that cross modules: layout, home, customer page, search, imports, permissions."""
