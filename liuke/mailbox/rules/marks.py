"""Which mail no person has written, by the marks of RFC 3834 (answers), 3464 (bounces), 3798 (receipts), 2919 (lists).

It is asked before anything is said back. Words of a subject decide nothing but for out-of-office notes without marks.
"""

import re

from liuke.mailbox.rules import AUTO, BOUNCE, LIST
from liuke.mailbox.rules.letters import Letter

DAEMONS = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mailerdaemon)@", re.IGNORECASE)
NOBODY = re.compile(r"^(no-?reply|do-?not-?reply|noreply\d*|bounces?)([+._-].*)?@", re.IGNORECASE)
ANSWERS = re.compile(
    r"^(自动回复|自動回覆|自动答复|外出自动回复|automatic reply|auto(matic)?[- ]?reply|out of( the)? office)\s*[:：]",
    re.IGNORECASE)
BULK = {"bulk", "junk", "list", "auto_reply"}
OWN_WORDS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from")
LISTS = ("list-id", "list-unsubscribe", "list-post", "feedback-id", "x-campaign", "x-campaignid", "x-mailchimp-id")


def automatic(letter: Letter) -> str:
    """BOUNCE, LIST or AUTO; "" for what a person seems to have written."""
    heads = letter.headers
    report = heads.get("content-type", "").lower()
    if letter.content_type == "multipart/report" and "disposition-notification" not in report:
        return BOUNCE
    if DAEMONS.match(letter.sender):
        return BOUNCE
    if letter.content_type == "multipart/report" or heads.get("auto-submitted", "no").strip().lower() != "no":
        return AUTO
    if any(name in heads for name in LISTS):
        return LIST
    precedence = heads.get("precedence", "").strip().lower()
    marked = precedence in BULK or any(name in heads for name in OWN_WORDS)
    if marked or heads.get("return-path", "").strip() == "<>" or ANSWERS.match(letter.subject):
        return AUTO
    return ""


def may_acknowledge(letter: Letter) -> bool:
    """Whether an automatic word may go back at all; a person's program may ask us not to."""
    asks_not = letter.headers.get("x-auto-response-suppress", "").strip().lower()
    return not automatic(letter) and not NOBODY.match(letter.sender) and asks_not in ("", "none")
