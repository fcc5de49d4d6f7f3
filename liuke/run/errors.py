"""What the `liuke` command says when it cannot do what it was asked."""


class Trouble(Exception):
    """One clear sentence for the person at the terminal; never shown as a traceback."""
