"""Limits of the form, its two kinds of links, and how an address is told from a number. Pure."""

from datetime import timedelta

NAME_CHARACTERS, CONTACT_CHARACTERS, ORDER_CHARACTERS, TEXT_CHARACTERS = 40, 200, 60, 3_000
MOST_FILES = 4
KINDS = ("quality", "logistics", "usage", "return", "repair", "complaint", "suggestion")       # of desk.triage

FORM_LIFE = timedelta(hours=24)      # so long an opened form can be sent
LEAST_SECONDS = 2                    # nobody fills it in faster
REPORTS_AN_HOUR = 3                  # of one contact
REPORTS_OF_ADDRESS = 20              # an hour, of one network address: each is a text message to a number of its choice
WORDS_AN_HOUR = 30                   # of one report

LINK_LIFE = timedelta(days=180)
SIGNED_BYTES = 14                    # of the signature in a link
STAMP_LETTERS, SIGNATURE_LETTERS = 6, 19
PROGRESS, WORDS = "p", "w"           # what a link shows: how far it is; also what was said
LEVELS = (PROGRESS, WORDS)


def is_mail(contact: str) -> bool:
    """Whether what was typed is meant as an e-mail address; everything else is a phone."""
    return "@" in contact or "＠" in contact
