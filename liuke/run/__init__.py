"""The `liuke` command and its processes: PostgreSQL, web, worker, push."""
