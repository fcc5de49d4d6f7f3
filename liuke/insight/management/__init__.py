"""Words of the `liuke` command."""
